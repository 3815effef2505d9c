// Package forgetest is a fake host of pull requests for tests: GitHub's REST API and the one
// GraphQL query that is used, or Gitea's. It keeps state, enforces the limits of the real
// hosts (pages, lengths, permissions, rate limits, ETags), fails on demand, and notes every
// request that it does not model. It holds one repository.
//
// New starts it for a test. NewServer makes one that is a plain http.Handler.
package forgetest

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// Server is the fake. It is an http.Handler; its methods may be used at any time.
type Server struct {
	o      Options
	routes []route
	check  *checker

	mu       sync.Mutex
	requests []Request
	problems []string
	rules    []*rule
	state    state
	limit    rate
}

type rate struct {
	remaining int
	reset     time.Time
}

// ask is a request on its way through the fake.
type ask struct {
	*http.Request
	params map[string]string
	body   []byte
	token  Token
	base   string // address of the API
	site   string // address for people
}

func (a *ask) num(name string) int64 {
	n, _ := strconv.ParseInt(a.params[name], 10, 64)
	return n
}

func (a *ask) into(v any) error { return json.Unmarshal(a.body, v) }

// NewServer makes a fake that listens nowhere: it is an http.Handler.
func NewServer(o Options) (*Server, error) {
	if o.Repo == (forge.Repo{}) {
		o.Repo = forge.Repo{Owner: "acme", Name: "shop"}
	}
	if o.Flavor == "" {
		o.Flavor = forge.GitHub
	}
	if o.DefaultBranch == "" {
		o.DefaultBranch = "main"
	}
	if o.Tokens == nil {
		o.Tokens = map[string]Token{DefaultToken: {Login: "github-actions[bot]", NoUser: o.Flavor == forge.GitHub}}
	}
	if o.CommentLimit == 0 {
		o.CommentLimit = CommentDocumented
	}
	if o.RateLimit == 0 {
		o.RateLimit = 5000
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{o: o, limit: rate{remaining: o.RateLimit, reset: o.Now().Add(time.Hour).Truncate(time.Second)}}
	s.state = newState()
	if o.Flavor == forge.Gitea {
		s.giteaRoutes()
	} else {
		s.githubRoutes()
		if o.OpenAPI != "" {
			c, err := newChecker(o.OpenAPI)
			if err != nil {
				return nil, err
			}
			s.check = c
		}
	}
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	path := r.URL.EscapedPath()
	prefix := ""
	for _, p := range prefixes[s.o.Flavor] {
		if rest, ok := strings.CutPrefix(path, p+"/"); ok {
			path, prefix = "/"+rest, p
		}
	}
	token := bearer(r)
	full := path
	if r.URL.RawQuery != "" {
		full += "?" + r.URL.RawQuery
	}
	s.mu.Lock()
	index := len(s.requests)
	s.requests = append(s.requests, Request{Method: r.Method, Path: full, Token: token, Body: body, Header: r.Header.Clone()})
	s.mu.Unlock()
	site := s.o.BaseURL
	if site == "" {
		site = "http://" + r.Host
	}
	a := &ask{Request: r, body: body, base: site + prefix, site: site}

	route := s.inspect(a, path)
	f := s.failure(r.Method, path)
	if f.Before != nil {
		f.Before()
	}
	if f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
		}
	}
	if !f.effect() {
		s.fail(w, index, f)
		return
	}
	rec := s.answer(a, route, token)
	if f.After != nil {
		f.After()
	}
	if f.AfterEffect {
		s.fail(w, index, f)
		return
	}
	s.note(index, rec.status)
	for name, values := range rec.header {
		w.Header()[name] = values
	}
	w.WriteHeader(rec.status)
	w.Write(rec.body) //nolint:errcheck // the client has gone
}

// inspect finds out what is asked for, also when the request is to fail.
func (s *Server) inspect(a *ask, path string) *route {
	route, params := s.route(a.Method, path)
	var wrong error
	if route != nil {
		a.params = params
		if s.check != nil {
			wrong = s.check.request(route, a)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if route == nil {
		s.problem("nobody models %s %s", a.Method, path)
	}
	if wrong != nil {
		s.problem("%s %s is not as GitHub describes it: %v", a.Method, path, wrong)
	}
	return route
}

// answer does the request.
func (s *Server) answer(a *ask, route *route, token string) record {
	s.mu.Lock()
	defer s.mu.Unlock()
	if route == nil {
		return s.finish(a, notFound())
	}
	rec := s.finish(a, s.handled(a, route, token))
	if s.check != nil {
		if err := s.check.response(route, a, rec); err != nil {
			s.problem("the fake's answer to %s %s is not as GitHub describes it: %v", a.Method, a.URL.Path, err)
		}
	}
	return s.conditional(a, rec)
}

func (s *Server) handled(a *ask, route *route, token string) reply {
	known, ok := s.o.Tokens[token]
	if !ok {
		return failed(http.StatusUnauthorized, "Bad credentials")
	}
	a.token = known
	if s.limit.remaining <= 0 && s.o.Now().Before(s.limit.reset) {
		return failed(http.StatusForbidden, "API rate limit exceeded for installation ID 1.")
	}
	if s.limit.remaining <= 0 {
		s.limit = rate{remaining: s.o.RateLimit, reset: s.o.Now().Add(time.Hour)}
	}
	s.limit.remaining--
	if owner, has := a.params["owner"]; has && (!strings.EqualFold(owner, s.o.Repo.Owner) || !strings.EqualFold(a.params["repo"], s.o.Repo.Name)) {
		return failed(http.StatusNotFound, "Not Found")
	}
	if !known.may(route.needs) {
		return failed(http.StatusForbidden, "Resource not accessible by integration")
	}
	return route.handle(s, a)
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") && !strings.EqualFold(scheme, "token") {
		return ""
	}
	return token
}
