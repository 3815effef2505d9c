package forgetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// bare is a fake that no cleanup judges.
func bare(t *testing.T, o Options) (*Server, func(method, path, body string, header ...string) *http.Response) {
	t.Helper()
	if o.Flavor != forge.Gitea {
		o.OpenAPI = part(t, (*parts.Store).GitHubOpenAPI)
	}
	s, err := NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	return s, func(method, path, body string, header ...string) *http.Response {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+DefaultToken)
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		response := w.Result()
		t.Cleanup(func() { response.Body.Close() })
		return response
	}
}

func TestProblemsAreTold(t *testing.T) {
	for name, test := range map[string]struct{ method, path, body, says string }{
		"nobody models it":     {"GET", "/repos/acme/shop/stargazers", "", "nobody models GET /repos/acme/shop/stargazers"},
		"a wrong type":         {"POST", "/repos/acme/shop/issues/1/comments", `{"body":5}`, "not as GitHub describes it"},
		"something is missing": {"POST", "/repos/acme/shop/issues/1/comments", `{}`, "body"},
		"a wrong value":        {"POST", "/repos/acme/shop/statuses/abc", `{"state":"great"}`, "not one of the allowed values"},
		"a wrong query":        {"GET", "/repos/acme/shop/issues/1/comments?per_page=many", "", "per_page"},
		"a strange query":      {"POST", "/graphql", `{"query":"query{x}"}`, "nobody models the GraphQL query"},
	} {
		t.Run(name, func(t *testing.T) {
			s, send := bare(t, Options{})
			s.AddPull(Pull{})
			send(test.method, test.path, test.body)
			if got := strings.Join(s.Problems(), "\n"); !strings.Contains(got, test.says) {
				t.Errorf("problems: %s", got)
			}
		})
	}
}

func TestAFailureThatNeverHappensIsAProblem(t *testing.T) {
	s, send := bare(t, Options{})
	s.Fail(Match{"GET", "/shop$"}, 2, NotFound())
	if r := send("GET", "/repos/acme/shop", ""); r.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", r.StatusCode)
	}
	if got := s.Problems(); len(got) != 1 || !strings.Contains(got[0], "1 times more") {
		t.Errorf("problems: %q", got)
	}
}

// TestAnAnswerThatIsNotAsDescribedIsAProblem takes a member away that GitHub always sends.
func TestAnAnswerThatIsNotAsDescribedIsAProblem(t *testing.T) {
	s, send := bare(t, Options{})
	for i := range s.routes {
		if s.routes[i].template == inRepo {
			s.routes[i].handle = func(s *Server, a *ask) reply {
				o := s.repo(a, "acme/shop")
				delete(o, "default_branch")
				return ok(o)
			}
		}
	}
	send("GET", "/repos/acme/shop", "")
	if got := strings.Join(s.Problems(), "\n"); !strings.Contains(got, "default_branch") {
		t.Errorf("problems: %s", got)
	}
}

func TestPages(t *testing.T) {
	for _, test := range []struct {
		flavor forge.Flavor
		path   string
		query  string
		want   int
		links  []string
	}{
		{forge.GitHub, "/repos/acme/shop/issues/%d/comments", "", 30, []string{"page=2", `rel="next"`, "page=5", `rel="last"`}},
		{forge.GitHub, "/api/v3/repos/acme/shop/issues/%d/comments", "?per_page=500&page=2", 50, []string{`rel="prev"`, "/api/v3/repos"}},
		{forge.GitHub, "/repos/acme/shop/issues/%d/comments", "?page=9", 0, nil},
		{forge.Gitea, "/api/v1/repos/acme/shop/issues/%d/comments", "?limit=5", 150, nil},
		{forge.Gitea, "/api/v1/repos/acme/shop/issues", "?limit=500&type=issues", 50, []string{`rel="next"`}},
	} {
		s, send := bare(t, Options{Flavor: test.flavor})
		pr := s.AddPull(Pull{})
		for i := range 150 {
			s.AddComment(pr, "octocat", fmt.Sprint(i))
			s.AddIssue("octocat", fmt.Sprint(i), "", true)
		}
		path := test.path
		if strings.Contains(path, "%d") {
			path = fmt.Sprintf(path, pr)
		}
		r := send("GET", path+test.query, "")
		var list []any
		if err := json.NewDecoder(r.Body).Decode(&list); err != nil || len(list) != test.want {
			t.Errorf("%s%s: %d items, %v; want %d", path, test.query, len(list), err, test.want)
		}
		for _, link := range test.links {
			if !strings.Contains(r.Header.Get("Link"), link) {
				t.Errorf("%s%s: Link lacks %s: %s", path, test.query, link, r.Header.Get("Link"))
			}
		}
	}
}

func TestLimits(t *testing.T) {
	comment := func(n int) string {
		return fmt.Sprintf(`{"body":%q}`, strings.Repeat("x", n))
	}
	for name, test := range map[string]struct {
		o          Options
		path, body string
		want       int
		says       string
	}{
		"a comment at the limit":      {Options{}, "/issues/1/comments", comment(CommentDocumented), 201, ""},
		"a comment over the limit":    {Options{}, "/issues/1/comments", comment(CommentDocumented + 1), 422, "Body is too long (maximum is 65536 characters)"},
		"at the real limit":           {Options{CommentLimit: CommentReal}, "/issues/1/comments", comment(CommentReal), 201, ""},
		"over the real limit":         {Options{CommentLimit: CommentReal}, "/issues/1/comments", comment(CommentReal + 1), 422, "too long"},
		"an empty comment":            {Options{}, "/issues/1/comments", `{"body":" "}`, 422, "missing_field"},
		"a description over 140":      {Options{}, "/statuses/abc", fmt.Sprintf(`{"state":"success","description":%q}`, strings.Repeat("x", 141)), 422, "140"},
		"a context over 255":          {Options{}, "/statuses/abc", fmt.Sprintf(`{"state":"success","context":%q}`, strings.Repeat("x", 256)), 422, "255"},
		"a deployment that merges":    {Options{}, "/deployments", `{"ref":"main"}`, 202, "Auto-merged"},
		"a deployment that waits":     {Options{}, "/deployments", `{"ref":"main","auto_merge":false}`, 409, "checks failed"},
		"not JSON":                    {Options{}, "/issues/1/comments", `{`, 400, "Problems parsing"},
		"on something that is not":    {Options{}, "/issues/77/comments", comment(1), 404, "Not Found"},
		"a label that is there":       {Options{}, "/labels", `{"name":"there"}`, 422, "already_exists"},
		"a blob that is not":          {Options{}, "/git/blobs", `{"content":"%","encoding":"base64"}`, 422, "Base64"},
		"a tree of what is not there": {Options{}, "/git/trees", `{"tree":[{"path":"a","mode":"100644","type":"blob","sha":"x"}]}`, 422, "not a valid blob"},
	} {
		t.Run(name, func(t *testing.T) {
			s, send := bare(t, test.o)
			s.AddPull(Pull{})
			s.AddIssue("octocat", "t", "b", true, "there")
			r := send("POST", "/repos/acme/shop"+test.path, test.body)
			var body bytes.Buffer
			if _, err := body.ReadFrom(r.Body); err != nil || r.StatusCode != test.want || !strings.Contains(body.String(), test.says) {
				t.Errorf("%d %s, %v; want %d", r.StatusCode, &body, err, test.want)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	tokens := map[string]Token{
		"reader": {Login: "r", Permissions: map[string]string{"issues": "read"}},
		"talker": {Login: "t", Permissions: map[string]string{"pull-requests": "write"}},
		"fork":   {Login: "f", Fork: true},
	}
	for _, test := range []struct {
		token, method, path, body string
		want                      int
	}{
		{"nobody", "GET", "/issues/1/comments", "", 401},
		{"", "GET", "/issues/1/comments", "", 401},
		{"reader", "GET", "/issues/1/comments", "", 200},
		{"reader", "POST", "/issues/1/comments", `{"body":"x"}`, 403},
		{"reader", "POST", "/statuses/abc", `{"state":"success"}`, 403},
		{"talker", "POST", "/issues/1/comments", `{"body":"x"}`, 201},
		{"talker", "POST", "/issues", `{"title":"x"}`, 403},
		{"fork", "GET", "/issues/1/comments", "", 200},
		{"fork", "POST", "/issues/1/comments", `{"body":"x"}`, 403},
	} {
		s, send := bare(t, Options{Tokens: tokens})
		s.AddPull(Pull{})
		r := send(test.method, "/repos/acme/shop"+test.path, test.body, "Authorization", "Bearer "+test.token)
		if r.StatusCode != test.want {
			t.Errorf("%q %s %s: %d, want %d", test.token, test.method, test.path, r.StatusCode, test.want)
		}
		for _, p := range s.Problems() {
			t.Error(p)
		}
	}
}

func TestConditionalRequestsAndTheRateLimit(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	s, send := bare(t, Options{RateLimit: 2, Now: func() time.Time { return now }})
	first := send("GET", "/repos/acme/shop", "")
	tag := first.Header.Get("ETag")
	if tag == "" || first.Header.Get("X-RateLimit-Remaining") != "1" {
		t.Fatalf("header: %v", first.Header)
	}
	for range 3 {
		if r := send("GET", "/repos/acme/shop", "", "If-None-Match", tag); r.StatusCode != http.StatusNotModified || r.Header.Get("X-RateLimit-Remaining") != "1" {
			t.Errorf("%d, %v", r.StatusCode, r.Header)
		}
	}
	send("GET", "/repos/acme/shop", "")
	r := send("GET", "/repos/acme/shop", "")
	if r.StatusCode != http.StatusForbidden || r.Header.Get("X-RateLimit-Remaining") != "0" || r.Header.Get("X-RateLimit-Reset") != "1800003600" {
		t.Errorf("%d, %v", r.StatusCode, r.Header)
	}
	now = now.Add(2 * time.Hour)
	if r := send("GET", "/repos/acme/shop", ""); r.StatusCode != http.StatusOK {
		t.Errorf("an hour later: %d", r.StatusCode)
	}
	if got := s.Problems(); len(got) > 0 {
		t.Error(got)
	}
}

func TestEvents(t *testing.T) {
	for _, test := range [][2]string{{"pull_request", "opened"}, {"push", ""}, {"issue_comment", "created"}, {"merge_group", "checks_requested"}, {"workflow_run", "completed"}} {
		var event struct {
			Action     string `json:"action"`
			Repository struct {
				FullName string `json:"full_name"`
			} `json:"repository"`
		}
		if err := json.Unmarshal(Event(t, test[0], test[1]), &event); err != nil || event.Action != test[1] || event.Repository.FullName == "" {
			t.Errorf("%v: %+v, %v", test, event, err)
		}
	}
}

func FuzzPickEvent(f *testing.F) {
	f.Add([]byte(`[{"name":"push","examples":[{"ref":"x"}]},{"name":"a","examples":[{"action":"b"},5,null]}]`), "a", "b")
	f.Fuzz(func(t *testing.T, data []byte, name, action string) {
		event, err := pickEvent(data, name, action)
		if (event == nil) == (err == nil) {
			t.Errorf("%q, %v", event, err)
		}
	})
}
