// Package forgetest is a fake host of pull requests for tests: GitHub's REST API and the one
// GraphQL query that is used, or Gitea's. It keeps state, enforces the limits of the real
// hosts (pages, lengths, permissions, rate limits, ETags), fails on demand, and notes every
// request that it does not model. It holds one repository.
//
// New starts it for a test. NewServer makes one that is a plain http.Handler.
package forgetest

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // git's object names
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// Limits of GitHub.
const (
	// CommentDocumented is the comment length, in characters, that GitHub's error names.
	CommentDocumented = 65_536
	// CommentReal is the comment length, in bytes, from which github.com really refuses.
	CommentReal = 262_144
)

// Token is what a token may do.
type Token struct {
	// Login is who it is, such as "github-actions[bot]".
	Login string
	// Permissions has levels, "read" or "write", by name as in a workflow: "contents",
	// "pull-requests", "issues", "statuses", "deployments", "actions". Nil: everything.
	Permissions map[string]string
	// Fork makes it read-only, as that of a pull request from a fork.
	Fork bool
	// NoUser: GET /user is refused, as to the token of a workflow.
	NoUser bool
	// NoGraphQL: GraphQL is refused too.
	NoGraphQL bool
}

// Options say what the fake is like. The zero value is GitHub with the repository acme/shop
// and one token.
type Options struct {
	Repo   forge.Repo
	Flavor forge.Flavor
	// DefaultBranch is "main" when empty.
	DefaultBranch string
	// Tokens by value; nil: DefaultToken, which is github-actions[bot] and may do all.
	Tokens map[string]Token
	// CommentLimit is the longest comment in bytes; 0: CommentDocumented.
	CommentLimit int
	// RateLimit is the number of requests in an hour; 0: 5000.
	RateLimit int
	// Now is the clock; nil: the real one.
	Now func() time.Time
	// OpenAPI is the file with GitHub's description of its API, by which requests and
	// answers are checked; empty: they are not. It does not apply to Gitea.
	OpenAPI string
	// BaseURL is the address the fake is reached at, for the addresses in its answers;
	// empty: the request's host.
	BaseURL string
}

// DefaultToken is the token when none are given.
const DefaultToken = "ghs_forgetest0123456789abcdefghijklmnopq"

// Request is one that reached the fake.
type Request struct {
	Method, Path string // Path without the prefix of the API, with the query
	Token        string
	Body         []byte
	Header       http.Header
	Status       int // of the answer; 0: the connection was cut
}

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

type route struct {
	method, template string
	match            *regexp.Regexp
	params           []string
	needs            string // "issues,pull-requests:write"
	handle           func(*Server, *ask) reply
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

// reply is an answer. list, when not nil, is paged.
type reply struct {
	status int
	body   any
	list   []any
	paged  bool
}

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

// prefixes of the API, longest first.
var prefixes = map[forge.Flavor][]string{forge.GitHub: {"/api/v3"}, forge.Gitea: {"/api/v1"}}

func (s *Server) on(method, template, needs string, handle func(*Server, *ask) reply) {
	r := route{method: method, template: template, needs: needs, handle: handle}
	pattern := regexp.MustCompile(`\{(\w+)\}`).ReplaceAllStringFunc(template, func(p string) string {
		name := p[1 : len(p)-1]
		r.params = append(r.params, name)
		switch {
		case strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_number") || name == "index" || name == "id":
			return `(\d+)`
		case strings.HasSuffix(template, "/git/ref/{ref}") || strings.HasSuffix(template, "/git/refs/{ref}") || name == "path" || name == "branch":
			if name == "ref" || name == "path" || name == "branch" {
				return `(.+)`
			}
		}
		return `([^/]+)`
	})
	r.match = regexp.MustCompile("^" + pattern + "$")
	s.routes = append(s.routes, r)
}

func (s *Server) route(method, path string) (*route, map[string]string) {
	for i := range s.routes {
		r := &s.routes[i]
		if r.method != method {
			continue
		}
		m := r.match.FindStringSubmatch(path)
		if m == nil {
			continue
		}
		params := map[string]string{}
		for j, name := range r.params {
			value, err := url.PathUnescape(m[j+1])
			if err != nil {
				value = m[j+1]
			}
			params[name] = value
		}
		return r, params
	}
	return nil, nil
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
	rec := s.answer(a, path, token)
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

// record is a finished answer.
type record struct {
	status int
	header http.Header
	body   []byte
}

// answer does the request.
func (s *Server) answer(a *ask, path, token string) record {
	s.mu.Lock()
	defer s.mu.Unlock()
	route, params := s.route(a.Method, path)
	if route == nil {
		s.problem("nobody models %s %s", a.Method, path)
		return s.finish(a, failed(http.StatusNotFound, "Not Found"))
	}
	a.params = params
	if s.check != nil {
		if err := s.check.request(route, a); err != nil {
			s.problem("%s %s is not as GitHub describes it: %v", a.Method, path, err)
		}
	}
	rec := s.finish(a, s.handled(a, route, token))
	if s.check != nil {
		if err := s.check.response(route, a, rec); err != nil {
			s.problem("the fake's answer to %s %s is not as GitHub describes it: %v", a.Method, path, err)
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

// finish pages and encodes.
func (s *Server) finish(a *ask, r reply) record {
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	if s.o.Flavor == forge.GitHub {
		header.Set("X-RateLimit-Limit", strconv.Itoa(s.o.RateLimit))
		header.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, s.limit.remaining)))
		header.Set("X-RateLimit-Reset", strconv.FormatInt(s.limit.reset.Unix(), 10))
	}
	if r.list != nil {
		r.body = r.list
		if r.paged {
			r.body = s.page(a, r.list, header)
		}
	}
	if r.body == nil {
		header.Del("Content-Type")
		return record{status: r.status, header: header}
	}
	data, err := json.Marshal(r.body)
	if err != nil {
		s.problem("encoding an answer: %v", err)
	}
	return record{status: r.status, header: header, body: data}
}

// page cuts a list and links to its neighbours.
func (s *Server) page(a *ask, list []any, header http.Header) []any {
	name, size, most := "per_page", 30, 100
	if s.o.Flavor == forge.Gitea {
		name, most = "limit", 50
	}
	query := a.URL.Query()
	if n, err := strconv.Atoi(query.Get(name)); err == nil && n > 0 {
		size = min(n, most)
	}
	page := 1
	if n, err := strconv.Atoi(query.Get("page")); err == nil && n > 0 {
		page = n
	}
	last := max(1, (len(list)+size-1)/size)
	var links []string
	link := func(n int, rel string) {
		query.Set("page", strconv.Itoa(n))
		links = append(links, fmt.Sprintf("<%s%s?%s>; rel=%q", a.site, a.URL.EscapedPath(), query.Encode(), rel))
	}
	if page > 1 {
		link(page-1, "prev")
	}
	if page < last {
		link(page+1, "next")
		link(last, "last")
	}
	if len(links) > 0 {
		header.Set("Link", strings.Join(links, ", "))
	}
	if s.o.Flavor == forge.Gitea {
		header.Set("X-Total-Count", strconv.Itoa(len(list)))
	}
	from := min(len(list), (page-1)*size)
	return append([]any{}, list[from:min(len(list), from+size)]...)
}

// conditional answers 304 to whoever has the same already; it costs nothing, and has no links.
func (s *Server) conditional(a *ask, rec record) record {
	if a.Method != http.MethodGet || rec.status != http.StatusOK || s.o.Flavor != forge.GitHub {
		return rec
	}
	tag := `"` + digest(rec.body) + `"`
	rec.header.Set("ETag", tag)
	rec.header.Set("Cache-Control", "private, max-age=60, s-maxage=60")
	if a.Header.Get("If-None-Match") != tag {
		return rec
	}
	s.limit.remaining++
	rec.header.Del("Link")
	rec.header.Del("Content-Type")
	rec.header.Set("X-RateLimit-Remaining", strconv.Itoa(s.limit.remaining))
	return record{status: http.StatusNotModified, header: rec.header}
}

func digest(data []byte) string {
	sum := sha1.Sum(data) //nolint:gosec // git's object names
	return hex.EncodeToString(sum[:])
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") && !strings.EqualFold(scheme, "token") {
		return ""
	}
	return token
}

// may reports whether one of the permissions is there; needs is "a,b:write" or empty.
func (t Token) may(needs string) bool {
	if needs == "" {
		return true
	}
	names, level, _ := strings.Cut(needs, ":")
	if level == "write" && t.Fork {
		return false
	}
	if t.Permissions == nil {
		return true
	}
	for name := range strings.SplitSeq(names, ",") {
		if has := t.Permissions[name]; has == "write" || has == "read" && level == "read" {
			return true
		}
	}
	return false
}

func failed(status int, message string) reply {
	return reply{status: status, body: map[string]any{"message": message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(status)}}
}

// invalid is GitHub's 422.
func invalid(resource, field, code, message string) reply {
	e := map[string]any{"resource": resource, "code": code, "field": field}
	if message != "" {
		e["message"] = message
	}
	return reply{status: http.StatusUnprocessableEntity, body: map[string]any{
		"message": "Validation Failed", "errors": []any{e}, "documentation_url": "https://docs.github.com/rest", "status": "422",
	}}
}

func ok(body any) reply      { return reply{status: http.StatusOK, body: body} }
func created(body any) reply { return reply{status: http.StatusCreated, body: body} }
func pages(list []any) reply {
	if list == nil {
		list = []any{}
	}
	return reply{status: http.StatusOK, list: list, paged: true}
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
