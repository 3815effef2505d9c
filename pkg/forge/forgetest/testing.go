package forgetest

import (
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// Running is a fake that listens.
type Running struct {
	*Server
	// URL is the address without the API's prefix, such as http://127.0.0.1:4711.
	URL string
}

// APIURL is what GITHUB_API_URL would be.
func (r *Running) APIURL() string {
	if r.o.Flavor == forge.Gitea {
		return r.URL + "/api/v1"
	}
	return r.URL + "/api/v3"
}

// Client makes a client whose waits take no time.
func (r *Running) Client(t testing.TB, change ...func(*forge.Options)) *forge.Client {
	t.Helper()
	token := DefaultToken
	for value := range r.o.Tokens {
		if _, there := r.o.Tokens[DefaultToken]; !there {
			token = value
		}
	}
	o := forge.Options{
		Token: token, APIURL: r.APIURL(), ServerURL: r.URL, Repo: r.o.Repo, Flavor: r.o.Flavor,
		Now: r.o.Now, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	for _, f := range change {
		f(&o)
	}
	c, err := forge.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// New starts a fake for the test and ends it with the test, which fails when a request was
// not modelled or not as GitHub describes it, and when a failure that was asked for did not
// happen. Without Options.OpenAPI the description is the one that parts fetches; a machine
// that cannot have it goes without, or fails when MOOSE_TEST_STRICT=1.
func New(t testing.TB, o Options) *Running {
	t.Helper()
	if o.OpenAPI == "" && o.Flavor != forge.Gitea {
		o.OpenAPI = part(t, (*parts.Store).GitHubOpenAPI)
	}
	s, err := NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.Close()
		for _, p := range s.Problems() {
			t.Errorf("forgetest: %s", p)
		}
	})
	return &Running{Server: s, URL: server.URL}
}

// part is the path of a part, empty when this machine cannot have it.
func part(t testing.TB, fetch func(*parts.Store, context.Context) (string, error)) string {
	t.Helper()
	store, err := parts.FromOS(os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	path, err := fetch(store, t.Context())
	var missing *parts.Unavailable
	if errors.As(err, &missing) && os.Getenv("MOOSE_TEST_STRICT") != "1" {
		t.Logf("forgetest: %v", err)
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}
