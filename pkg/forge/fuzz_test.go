package forge_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// answering is a host that answers everything in the same way.
type answering struct {
	status int
	header http.Header
	body   []byte
}

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status, Status: http.StatusText(a.status), Header: a.header.Clone(), Body: io.NopCloser(bytes.NewReader(a.body)),
		Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// FuzzAnswers gives every call an arbitrary answer: none panics, hangs or tells the token.
func FuzzAnswers(f *testing.F) {
	const token = "ghs_0123456789secret"
	f.Add(uint16(200), "", "", "", `[{"id":1,"body":"x","user":{"login":"a"}}]`)
	f.Add(uint16(200), "", "", `<https://api.github.com/x?page=2>; rel="next"`, `{"login":"a","data":{"viewer":{"login":"b"}},"total_commits":5,"commits":[{}]}`)
	f.Add(uint16(403), "x", "0", "", `{"message":"secondary rate limit"}`)
	f.Add(uint16(304), "-5", "", "", "")
	f.Add(uint16(429), "Fri, 01 May 2026 12:00:09 GMT", "0", "", token)
	f.Add(uint16(301), "", "", "", "")
	f.Fuzz(func(t *testing.T, status uint16, retry, remaining, link, body string) {
		code := 200 + int(status)%400
		header := http.Header{"Retry-After": {retry}, "X-Ratelimit-Remaining": {remaining}, "X-Ratelimit-Reset": {retry}, "Link": {link}, "Etag": {`"x"`}}
		for _, flavor := range []forge.Flavor{forge.GitHub, forge.Gitea} {
			now := time.Unix(1_800_000_000, 0)
			c, err := forge.New(forge.Options{
				Token: token, APIURL: "https://api.github.com", Repo: forge.Repo{Owner: "a", Name: "b"}, Flavor: flavor, Transport: answering{code, header, []byte(body)},
				Now:   func() time.Time { return now },
				Sleep: func(_ context.Context, d time.Duration) error { now = now.Add(d); return nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			ctx := t.Context()
			var errs []error
			add := func(_ any, err error) { errs = append(errs, err) }
			add(c.Login(ctx))
			add(c.Comments(ctx, 1))
			add(c.Statuses(ctx, "x"))
			add(c.PullRequest(ctx, 1))
			add(c.PullRequestsOf(ctx, "x"))
			add(c.Commits(ctx, "x", "y"))
			add(c.Permission(ctx, "x"))
			add(c.Issues(ctx, "x"))
			add(c.Labels(ctx, 1))
			add(c.DefaultBranch(ctx))
			add(c.CommitFiles(ctx, "x", "", "m", []forge.File{{Path: "a"}}))
			add(c.Deploy(ctx, forge.Deployment{Ref: "x"}))
			add(nil, c.Rerun(ctx, 1))
			_, _, err = c.Upsert(ctx, 1, sticky(1))
			add(nil, err)
			for _, err := range errs {
				if err != nil && strings.Contains(err.Error(), token) {
					t.Errorf("the token is in: %v", err)
				}
			}
		}
	})
}
