package forgetest

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Request is one that reached the fake.
type Request struct {
	Method, Path string // Path without the prefix of the API, with the query
	Token        string
	Body         []byte
	Header       http.Header
	Status       int // of the answer; 0: the connection was cut
}

// problem is told at the end of the test; the lock is held.
func (s *Server) problem(format string, args ...any) {
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

func (s *Server) note(index, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests[index].Status = status
}

// Requests gives all requests so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Count is the number of requests so far with this method and a path that matches.
func (s *Server) Count(m Match) int {
	n := 0
	for _, r := range s.Requests() {
		path, _, _ := strings.Cut(r.Path, "?")
		if m.fits(r.Method, path) {
			n++
		}
	}
	return n
}

// SetRemaining leaves n requests until reset.
func (s *Server) SetRemaining(n int, reset time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = rate{remaining: n, reset: reset}
}

// Problems are what should fail a test: requests that nobody models or that are not as
// GitHub describes them, and failures that were asked for and never happened.
func (s *Server) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := append([]string(nil), s.problems...)
	for _, r := range s.rules {
		if r.left > 0 {
			all = append(all, fmt.Sprintf("a failure of %s %s was to happen %d times more", r.match.Method, r.match.Path, r.left))
		}
	}
	return all
}

// Seen reports whether a text occurs anywhere in what was sent, except in the headers.
func (s *Server) Seen(text string) bool {
	for _, r := range s.Requests() {
		if bytes.Contains(r.Body, []byte(text)) || strings.Contains(r.Path, text) {
			return true
		}
	}
	return false
}
