package forgetest

import (
	"maps"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// Match picks requests. Path is a regular expression on the path without the API's prefix
// and without the query; an empty Method is any.
type Match struct{ Method, Path string }

func (m Match) fits(method, path string) bool {
	return (m.Method == "" || m.Method == method) && regexp.MustCompile(m.Path).MatchString(path)
}

// Failure is what happens instead of, or around, the ordinary answer. Without Status and
// Reset the ordinary answer is given.
type Failure struct {
	// Status and the rest are the answer.
	Status int
	Header map[string]string
	Body   string
	// Reset cuts the connection instead.
	Reset bool
	// AfterEffect: the request is carried out before it fails.
	AfterEffect bool
	// Delay comes first.
	Delay time.Duration
	// Before and After run around the request's effect, in its goroutine, without a lock:
	// they may use the fake.
	Before, After func()
}

func (f Failure) effect() bool { return f.Status == 0 && !f.Reset || f.AfterEffect }

// BadGateway is GitHub's 502 before anything happened.
func BadGateway() Failure {
	return Failure{Status: http.StatusBadGateway, Body: `{"message":"Server Error"}`}
}

// BadGatewayAfterEffect is a 502 although the request was carried out.
func BadGatewayAfterEffect() Failure {
	f := BadGateway()
	f.AfterEffect = true
	return f
}

// ConnectionReset cuts the connection without an answer.
func ConnectionReset(afterEffect bool) Failure {
	return Failure{Reset: true, AfterEffect: afterEffect}
}

// NotFound is a 404.
func NotFound() Failure {
	return Failure{Status: http.StatusNotFound, Body: `{"message":"Not Found","documentation_url":"https://docs.github.com/rest","status":"404"}`}
}

// SecondaryLimit is GitHub's refusal of too much at once; retryAfter 0 leaves the header out.
func SecondaryLimit(retryAfter time.Duration) Failure {
	f := Failure{
		Status: http.StatusForbidden,
		Body:   `{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again.","documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`,
	}
	if retryAfter > 0 {
		f.Header = map[string]string{"Retry-After": strconv.Itoa(int(retryAfter.Seconds()))}
	}
	return f
}

type rule struct {
	match   Match
	left    int
	forever bool
	failure Failure
}

// Fail lets the next times requests that match fail so; less than 0: all of them, also none.
// Of several that match, the first asked for comes first.
func (s *Server) Fail(m Match, times int, f Failure) {
	regexp.MustCompile(m.Path)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append(s.rules, &rule{match: m, left: max(0, times), forever: times < 0, failure: f})
}

// On runs f before the next request that matches takes effect.
func (s *Server) On(m Match, f func()) { s.Fail(m, 1, Failure{Before: f}) }

// After runs f when the next request that matches has taken effect, before its answer.
func (s *Server) After(m Match, f func()) { s.Fail(m, 1, Failure{After: f}) }

func (s *Server) failure(method, path string) Failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rules {
		if (r.left > 0 || r.forever) && r.match.fits(method, path) {
			r.left = max(0, r.left-1)
			return r.failure
		}
	}
	return Failure{}
}

// fail answers as the failure says.
func (s *Server) fail(w http.ResponseWriter, index int, f Failure) {
	if f.Reset {
		if h, ok := w.(http.Hijacker); ok {
			if conn, _, err := h.Hijack(); err == nil {
				if tcp, ok := conn.(*net.TCPConn); ok {
					tcp.SetLinger(0) //nolint:errcheck // then it is closed the ordinary way
				}
				conn.Close()
				return
			}
		}
		panic(http.ErrAbortHandler)
	}
	header := map[string]string{"Content-Type": "application/json; charset=utf-8"}
	maps.Copy(header, f.Header)
	for name, value := range header {
		w.Header().Set(name, value)
	}
	s.note(index, f.Status)
	w.WriteHeader(f.Status)
	w.Write([]byte(f.Body)) //nolint:errcheck // the client has gone
}
