package forge_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
)

const secret = "hunter2-the-password"

func hide(text string) string { return strings.ReplaceAll(text, secret, "[hidden]") }

func TestLoginIsFoundInThreeWays(t *testing.T) {
	for name, test := range map[string]struct {
		token forgetest.Token
		want  string
	}{
		"user":         {forgetest.Token{Login: "octocat"}, "octocat"},
		"graphql":      {forgetest.Token{Login: "moose-app[bot]", NoUser: true}, "moose-app"},
		"neither":      {forgetest.Token{Login: bot, NoUser: true, NoGraphQL: true}, bot},
		"own workflow": {forgetest.Token{Login: bot, NoUser: true}, "github-actions"},
	} {
		t.Run(name, func(t *testing.T) {
			host := forgetest.New(t, forgetest.Options{Tokens: map[string]forgetest.Token{"t0ken": test.token}})
			pr := host.AddPull(forgetest.Pull{})
			c := host.Client(t)
			for range 2 {
				if got, err := c.Login(t.Context()); err != nil || got != test.want {
					t.Fatalf("%q, %v; want %q", got, err, test.want)
				}
			}
			if n := len(host.Requests()); n > 2 {
				t.Errorf("%d requests: the login is not remembered", n)
			}
			if got, err := c.CreateComment(t.Context(), pr, "hello"); err != nil || !got.Mine {
				t.Errorf("a comment of its own is not: %+v, %v", got, err)
			}
		})
	}
}

func TestLoginDoesNotGuessWhenTheHostIsDown(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	host.Fail(forgetest.Match{Path: "/user"}, 4, forgetest.BadGateway())
	if got, err := host.Client(t).Login(t.Context()); err == nil {
		t.Errorf("got %q", got)
	}
}

func TestTokenThatIsNotAccepted(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	c := host.Client(t, func(o *forge.Options) { o.Token = "ghp_wrong" })
	_, err := c.Comments(t.Context(), 1)
	if !errors.Is(err, forge.ErrUnauthorized) || !strings.Contains(err.Error(), "the token is not accepted") {
		t.Errorf("%v", err)
	}
	_, err = forge.New(forge.Options{APIURL: host.APIURL(), Repo: forge.Repo{Owner: "a", Name: "b"}})
	if !errors.Is(err, forge.ErrUnauthorized) {
		t.Errorf("without a token: %v", err)
	}
}

func TestPermissionErrorNamesTheLine(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{Tokens: map[string]forgetest.Token{"t": {Login: bot, NoUser: true, Fork: true}}})
	pr := host.AddPull(forgetest.Pull{})
	sha := host.Commit("main", "first", map[string][]byte{"a": []byte("a")})
	issue := host.AddIssue(bot, "t", "b", true)
	mine := host.AddComment(pr, bot, "hello")
	host.AddRun(forgetest.Run{ID: 7})
	c := host.Client(t)
	ctx := t.Context()
	for want, do := range map[string]func() error{
		"pull-requests: write":  func() error { _, err := c.CreateComment(ctx, pr, "x"); return err },
		"pull-requests: write ": func() error { _, err := c.UpdateComment(ctx, mine, "x"); return err },
		"statuses: write":       func() error { return c.SetStatus(ctx, sha, forge.Status{State: forge.Success, Context: "c"}) },
		"deployments: write":    func() error { _, err := c.Deploy(ctx, forge.Deployment{Ref: sha, Environment: "e"}); return err },
		"issues: write":         func() error { _, err := c.CreateIssue(ctx, "t", "b", []string{"drift"}); return err },
		"issues: write ":        func() error { _, err := c.UpdateIssue(ctx, issue, "t", "b", false); return err },
		"contents: write": func() error {
			_, err := c.CommitFiles(ctx, "main", sha, "m", []forge.File{{Path: "b"}})
			return err
		},
		"actions: write": func() error { return c.Rerun(ctx, 7) },
	} {
		err := do()
		var denied *forge.PermissionError
		if !errors.As(err, &denied) || denied.Permission != strings.TrimSpace(want) || !errors.Is(err, forge.ErrForbidden) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestWritesThatFindNothingNameThePermissionToo(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	host.Fail(forgetest.Match{Method: "POST", Path: "/statuses/"}, 1, forgetest.NotFound())
	err := host.Client(t).SetStatus(t.Context(), strings.Repeat("a", 40), forge.Status{State: forge.Success, Context: "c"})
	if !errors.Is(err, forge.ErrForbidden) || !errors.Is(err, forge.ErrNotFound) || !strings.Contains(err.Error(), "statuses: write") {
		t.Errorf("%v", err)
	}
	if _, err := host.Client(t).UpdateComment(t.Context(), 5, "x"); !errors.Is(err, forge.ErrNotFound) || errors.Is(err, forge.ErrForbidden) {
		t.Errorf("an update of a deleted comment: %v", err)
	}
}

// recorder notes what a client waits for.
type recorder struct {
	now    time.Time
	waited []time.Duration
}

func (r *recorder) options(o *forge.Options) {
	o.Now = func() time.Time { return r.now }
	o.Sleep = func(_ context.Context, d time.Duration) error {
		r.waited = append(r.waited, d)
		r.now = r.now.Add(d)
		return nil
	}
}

func TestRateLimits(t *testing.T) {
	start := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		failure forgetest.Failure
		times   int
		wait    time.Duration // 0: it gives up
		says    string
	}{
		"secondary, short":            {forgetest.SecondaryLimit(20 * time.Second), 1, 20 * time.Second, ""},
		"secondary, twice":            {forgetest.SecondaryLimit(20 * time.Second), 2, 40 * time.Second, ""},
		"secondary, in sum too long":  {forgetest.SecondaryLimit(25 * time.Second), 3, 0, "asks to slow down; it answers again at 12:01:15 UTC"},
		"secondary, long":             {forgetest.SecondaryLimit(10 * time.Minute), 1, 0, "12:10:00 UTC on 2026-05-01"},
		"secondary, without a time":   {forgetest.SecondaryLimit(0), 1, 60 * time.Second, ""},
		"429":                         {forgetest.Failure{Status: 429, Header: map[string]string{"Retry-After": "5"}}, 1, 5 * time.Second, ""},
		"429 with a date":             {forgetest.Failure{Status: 429, Header: map[string]string{"Retry-After": "Fri, 01 May 2026 12:00:09 GMT"}}, 1, 9 * time.Second, ""},
		"429 with nonsense":           {forgetest.Failure{Status: 429, Header: map[string]string{"Retry-After": "soon"}}, 1, 60 * time.Second, ""},
		"503 with a time":             {forgetest.Failure{Status: 503, Header: map[string]string{"Retry-After": "7"}}, 1, 7 * time.Second, ""},
		"refused at the last request": {forgetest.Failure{Status: 403, Body: `{"message":"Resource not accessible by integration"}`, Header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}}, 1, 0, "lacks a permission"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &recorder{now: start}
			host := forgetest.New(t, forgetest.Options{})
			pr := host.AddPull(forgetest.Pull{})
			c := host.Client(t, r.options)
			if _, err := c.Login(t.Context()); err != nil {
				t.Fatal(err)
			}
			host.Fail(forgetest.Match{Path: "/comments$"}, test.times, test.failure)
			_, err := c.Comments(t.Context(), pr)
			if test.wait == 0 {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Fatalf("%v", err)
				}
				return
			}
			if took := r.now.Sub(start); err != nil || took != test.wait {
				t.Errorf("waited %v (%s), %v", r.waited, took, err)
			}
		})
	}
}

func TestPrimaryRateLimit(t *testing.T) {
	start := time.Now().Truncate(time.Second)
	r := &recorder{now: start}
	host := forgetest.New(t, forgetest.Options{Now: func() time.Time { return r.now }})
	pr := host.AddPull(forgetest.Pull{})
	c := host.Client(t, r.options)
	if _, err := c.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	host.SetRemaining(0, start.Add(30*time.Second))
	if _, err := c.Comments(t.Context(), pr); err != nil || r.now.Sub(start) != 31*time.Second {
		t.Errorf("waited %v, %v", r.waited, err)
	}
	until := r.now.Add(40 * time.Minute)
	host.SetRemaining(0, until)
	_, err := c.PullRequest(t.Context(), pr)
	var limit *forge.RateLimitError
	if !errors.As(err, &limit) || limit.Secondary || limit.Until.Sub(until) > time.Second {
		t.Errorf("%v", err)
	}
}

// TestTheLastRequestOfAnHourIsNoReasonToRefuseTheNext: the library would, by the counters.
func TestTheLastRequestOfAnHourIsNoReasonToRefuseTheNext(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	c := host.Client(t)
	host.SetRemaining(1, time.Now().Add(time.Hour))
	if _, err := c.PullRequest(t.Context(), pr); err != nil {
		t.Fatal(err)
	}
	host.SetRemaining(5, time.Now().Add(time.Hour))
	if _, err := c.DefaultBranch(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRepeatedReadsCostNothing(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	for range 100 { // a full page, whose "not modified" has no link
		host.AddComment(pr, "octocat", "x")
	}
	c := host.Client(t)
	for want := 100; want <= 130; want += 30 {
		for range 2 {
			if got, err := c.Comments(t.Context(), pr); err != nil || len(got) != want {
				t.Fatalf("%d comments, %v; want %d", len(got), err, want)
			}
		}
		for range 30 {
			host.AddComment(pr, "octocat", "y")
		}
	}
	notModified := 0
	for _, r := range host.Requests() {
		if r.Status == http.StatusNotModified {
			notModified++
		}
	}
	if notModified != 5 { // page 1 three times, page 2 twice
		t.Errorf("%d answers were 304", notModified)
	}
}

func TestReadsAreRepeatedAndThenGivenUp(t *testing.T) {
	for name, failure := range map[string]forgetest.Failure{"502": forgetest.BadGateway(), "reset": forgetest.ConnectionReset(false)} {
		t.Run(name, func(t *testing.T) {
			host := forgetest.New(t, forgetest.Options{})
			r := &recorder{now: time.Now()}
			c := host.Client(t, r.options)
			host.Fail(forgetest.Match{Path: "^/repos/acme/shop$"}, 3, failure)
			if got, err := c.DefaultBranch(t.Context()); err != nil || got != "main" {
				t.Fatalf("%q, %v", got, err)
			}
			if len(r.waited) != 3 || r.waited[0] < 200*time.Millisecond || r.waited[2] < r.waited[0] {
				t.Errorf("waited %v", r.waited)
			}
			host.Fail(forgetest.Match{Path: "^/repos/acme/shop$"}, -1, failure)
			if _, err := c.DefaultBranch(t.Context()); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestStatusIsRepeated(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	host.Fail(forgetest.Match{Method: "POST", Path: "/statuses/"}, 2, forgetest.BadGatewayAfterEffect())
	sha := strings.Repeat("a", 40)
	if err := host.Client(t).SetStatus(t.Context(), sha, forge.Status{State: forge.Failure, Context: "c"}); err != nil {
		t.Fatal(err)
	}
	if got := host.Statuses(sha); got[0].State != forge.Failure {
		t.Errorf("%+v", got)
	}
}

func TestEveryCallEndsWithItsContext(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	host.Fail(forgetest.Match{Path: "/shop$"}, 1, forgetest.Failure{Delay: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := host.Client(t).DefaultBranch(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 10*time.Second {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}

func TestRedirectsWithATokenStayOnTheHost(t *testing.T) {
	var leaked string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		leaked = r.Header.Get("Authorization") + " reached"
	}))
	defer elsewhere.Close()
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	defer host.Close()
	c, err := forge.New(forge.Options{Token: "t0ken", APIURL: host.URL, Repo: forge.Repo{Owner: "a", Name: "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = c.DefaultBranch(t.Context()); err == nil || leaked != "" || !strings.Contains(err.Error(), "the token must not go") {
		t.Errorf("%v, %q", err, leaked)
	}
}

func TestRedirectsOnTheHostAreFollowed(t *testing.T) {
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/repos/a/b" {
			http.Redirect(w, r, "/repositories/1", http.StatusMovedPermanently)
			return
		}
		if r.Header.Get("Authorization") != "Bearer t0ken" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		w.Write([]byte(`{"default_branch":"trunk"}`)) //nolint:errcheck // a test server
	}))
	defer host.Close()
	c, err := forge.New(forge.Options{Token: "t0ken", APIURL: host.URL, Repo: forge.Repo{Owner: "a", Name: "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.DefaultBranch(t.Context()); err != nil || got != "trunk" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestHugeAnswersAreRefused(t *testing.T) {
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk := make([]byte, 1<<20)
		for range 40 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer host.Close()
	c, err := forge.New(forge.Options{Token: "t0ken", APIURL: host.URL, Repo: forge.Repo{Owner: "a", Name: "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.DefaultBranch(t.Context()); err == nil || !strings.Contains(err.Error(), "more than 32 MB") {
		t.Errorf("%v", err)
	}
}

// TestNoErrorAndNoLogHasTheToken lets a host echo what it got, in every way of failing.
func TestNoErrorAndNoLogHasTheToken(t *testing.T) {
	const token = "ghs_0123456789secret"
	for _, status := range []int{400, 401, 403, 404, 409, 410, 422, 429, 500, 502} {
		host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			w.Write([]byte(`{"message":"bad ` + r.Header.Get("Authorization") + ` and ` + secret + `","errors":[{"message":"` + token + `"}]}`)) //nolint:errcheck // a test server
		}))
		var said strings.Builder
		c, err := forge.New(forge.Options{
			Token: token, APIURL: host.URL, Repo: forge.Repo{Owner: "a", Name: "b"}, Redact: hide, Log: func(s string) { said.WriteString(s) },
			Sleep: func(context.Context, time.Duration) error { return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		_, readErr := c.DefaultBranch(t.Context())
		_, deployErr := c.Deploy(t.Context(), forge.Deployment{Ref: "x"})
		for _, err := range []error{readErr, deployErr, c.SetStatus(t.Context(), "abc", forge.Status{})} {
			if err == nil {
				t.Fatalf("%d: no error", status)
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if text := e.Error() + said.String(); strings.Contains(text, token) || strings.Contains(text, secret) {
					t.Errorf("%d: %s", status, text)
				}
			}
		}
		host.Close()
	}
}

func TestEveryTextThatLeavesIsRedacted(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	sha := host.Commit("main", "first", map[string][]byte{"a": []byte("a")})
	c := host.Client(t, func(o *forge.Options) { o.Redact = hide })
	ctx := t.Context()
	text := "see " + secret
	first, err := c.CreateComment(ctx, pr, text)
	errs := []error{err}
	_, err = c.UpdateComment(ctx, first.ID, text+"!")
	errs = append(errs, err)
	_, _, err = c.Upsert(ctx, pr, sticky(1, text))
	errs = append(errs, err, c.SetStatus(ctx, sha, forge.Status{State: forge.Success, Context: text, Description: text, TargetURL: "https://x/?p=" + secret}))
	id, err := c.Deploy(ctx, forge.Deployment{Ref: sha, Environment: text, Description: text, Payload: map[string]string{"p": text}})
	errs = append(errs, err, c.SetDeploymentState(ctx, id, forge.DeploymentSuccess, text, "https://x/?p="+secret, "https://x/?p="+secret))
	issue, err := c.CreateIssue(ctx, text, text, []string{text})
	errs = append(errs, err)
	_, err = c.UpdateIssue(ctx, issue.Number, text, text, true)
	errs = append(errs, err)
	_, err = c.CommitFiles(ctx, "main", sha, text, []forge.File{{Path: "b", Content: []byte("b")}})
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if host.Seen(secret) {
		t.Error("a secret left")
	}
	if _, err = c.CommitFiles(ctx, "main", host.Head("main"), "m", []forge.File{{Path: "b", Content: []byte(text)}}); err == nil || !strings.Contains(err.Error(), "contains a secret") {
		t.Errorf("a file with a secret: %v", err)
	}
}

func TestBadOptions(t *testing.T) {
	good := forge.Options{Token: "t", APIURL: "https://api.github.com", Repo: forge.Repo{Owner: "a", Name: "b"}}
	for name, change := range map[string]func(*forge.Options){
		"no address":       func(o *forge.Options) { o.APIURL = "" },
		"not http":         func(o *forge.Options) { o.APIURL = "ftp://host" },
		"no host":          func(o *forge.Options) { o.APIURL = "https:///api" },
		"with credentials": func(o *forge.Options) { o.APIURL = "https://u:" + secret + "@host" },
		"broken":           func(o *forge.Options) { o.APIURL = "https://u:" + secret + "@ho st\x7f" },
		"no repository":    func(o *forge.Options) { o.Repo = forge.Repo{} },
	} {
		o := good
		change(&o)
		if _, err := forge.New(o); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEnvOptions(t *testing.T) {
	env := map[string]string{"GITHUB_API_URL": "http://127.0.0.1:3000/api/v1", "GITHUB_SERVER_URL": "http://127.0.0.1:3000", "GITHUB_REPOSITORY": "acme/shop"}
	o := forge.EnvOptions(func(name string) string { return env[name] })
	if o.Flavor != forge.Gitea || o.Repo.String() != "acme/shop" || o.APIURL != env["GITHUB_API_URL"] {
		t.Errorf("%+v", o)
	}
	if o := forge.EnvOptions(func(string) string { return "" }); o.Flavor != forge.GitHub || o.APIURL != "https://api.github.com" {
		t.Errorf("%+v", o)
	}
}
