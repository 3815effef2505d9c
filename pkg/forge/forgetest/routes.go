package forgetest

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

type route struct {
	method, template string
	match            *regexp.Regexp
	params           []string
	needs            string // "issues,pull-requests:write"
	handle           func(*Server, *ask) reply
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
		case name == "path" || name == "branch" || name == "ref" && strings.Contains(template, "/git/"):
			return `(.+)` // with slashes
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
