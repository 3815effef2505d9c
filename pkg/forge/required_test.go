package forge_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
)

func TestRequiredChecks(t *testing.T) {
	for _, flavor := range []forge.Flavor{forge.GitHub, forge.Gitea} {
		t.Run(string(flavor), func(t *testing.T) {
			host := forgetest.New(t, forgetest.Options{Flavor: flavor})
			for _, branch := range []string{"main", "release/1"} {
				host.Commit(branch, "first", map[string][]byte{"a": []byte("a")})
			}
			c := host.Client(t)
			demands := func(branch string, want ...string) {
				t.Helper()
				got, err := c.RequiredChecks(t.Context(), branch)
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("%s: %q %v, want %q", branch, got, err, want)
				}
			}
			demands("main")
			host.SetRequiredChecks("main", "test", "moose-migrate / production")
			demands("main", "moose-migrate / production", "test")
			demands("release/1")
			if flavor == forge.GitHub {
				host.SetProtection("main", "test", "lint")
				host.SetProtection("release/1", "lint")
				demands("main", "lint", "moose-migrate / production", "test")
				demands("release/1", "lint")
				host.Fail(forgetest.Match{Path: "/rules/branches/"}, 1, forgetest.NotFound())
				demands("main", "lint", "test")
			}
			if _, err := c.RequiredChecks(t.Context(), "nowhere"); !errors.Is(err, forge.ErrNotFound) {
				t.Errorf("a branch that is not there: %v", err)
			}
		})
	}
}

func TestOpenPullRequests(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	host.Commit("main", "first", map[string][]byte{"a": []byte("a")})
	one := host.AddPull(forgetest.Pull{})
	host.AddPull(forgetest.Pull{PullRequest: forge.PullRequest{BaseRef: "release"}})
	host.AddPull(forgetest.Pull{PullRequest: forge.PullRequest{Merged: true}})
	open, err := host.Client(t).OpenPullRequests(t.Context(), "main", 20)
	if err != nil || len(open) != 1 || open[0].Number != one {
		t.Errorf("%+v %v", open, err)
	}
}

func TestMissingCommits(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	start := host.Commit("main", "first", map[string][]byte{"a": []byte("a")})
	host.Branch("feature", start)
	head := host.Commit("feature", "mine", map[string][]byte{"mine": []byte("x")})
	c := host.Client(t)
	if n, files, err := c.Missing(t.Context(), head, "main"); n != 0 || len(files) != 0 || err != nil {
		t.Errorf("nothing is missing: %d %q %v", n, files, err)
	}
	host.Commit("main", "second", map[string][]byte{"app/b.ts": []byte("b")})
	host.Commit("main", "third", map[string][]byte{"app/c.ts": []byte("c")})
	n, files, err := c.Missing(t.Context(), head, "main")
	if n != 2 || !slices.Equal(files, []string{"app/b.ts", "app/c.ts"}) || err != nil {
		t.Errorf("two commits: %d %q %v", n, files, err)
	}
}
