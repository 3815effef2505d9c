package forgetest

import (
	"crypto/sha1" //nolint:gosec // git's object names
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// reply is an answer. list, when not nil, is paged.
type reply struct {
	status int
	body   any
	list   []any
	paged  bool
}

// record is a finished answer.
type record struct {
	status int
	header http.Header
	body   []byte
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
