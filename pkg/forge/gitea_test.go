package forge_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
)

func gitea(t *testing.T, token forgetest.Token) *forgetest.Running {
	t.Helper()
	return forgetest.New(t, forgetest.Options{Flavor: forge.Gitea, Tokens: map[string]forgetest.Token{"t0ken": token}})
}

func TestGiteaTheOneComment(t *testing.T) {
	for name, token := range map[string]forgetest.Token{
		"a user":          {Login: "deploy"},
		"the run's":       {Login: "gitea-actions", NoUser: true},
		"Forgejo's run's": {Login: "forgejo-actions", NoUser: true},
	} {
		t.Run(name, func(t *testing.T) {
			host := gitea(t, token)
			pr := host.AddPull(forgetest.Pull{})
			for range 100 { // unpaged, and as many as a page of GitHub has
				host.AddComment(pr, "octocat", "x")
			}
			for run, want := range []forge.Outcome{forge.Created, forge.Updated} {
				if _, outcome, err := host.Client(t).Upsert(t.Context(), pr, sticky(run+1)); err != nil || outcome != want {
					t.Fatalf("%s, %v; want %s", outcome, err, want)
				}
			}
			if all := host.Comments(pr); len(all) != 101 || runOf(all[100].Body) != 2 {
				t.Errorf("%d comments, the last is %+v", len(all), all[len(all)-1])
			}
			if got := host.Requests()[0].Header.Get("Authorization"); got != "token t0ken" {
				t.Errorf("Authorization: %s", got)
			}
		})
	}
}

func TestGiteaStatusesAndPulls(t *testing.T) {
	host := gitea(t, forgetest.Token{Login: "deploy"})
	base := host.Commit("main", "first", map[string][]byte{"a": []byte("a")})
	host.Branch("feature", base)
	sha := host.Commit("feature", "second", map[string][]byte{"a": []byte("b")})
	n := host.AddPull(forgetest.Pull{PullRequest: forge.PullRequest{HeadRef: "feature"}})
	merged := host.AddPull(forgetest.Pull{PullRequest: forge.PullRequest{Merged: true, MergeSHA: base}})
	for range 60 {
		host.AddPull(forgetest.Pull{})
	}
	host.SetRole("octocat", "write")
	host.SetRole("boss", "owner")
	c := host.Client(t)
	ctx := t.Context()
	if err := c.SetStatus(ctx, sha, forge.Status{State: forge.Success, Context: "c", Description: strings.Repeat("x", 200)}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Statuses(ctx, sha); err != nil || len(got) != 1 || got[0].State != forge.Success || !slices.Equal(got, host.Statuses(sha)) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := c.PullRequestsByHead(ctx, "acme", "feature"); err != nil || len(got) != 1 || got[0].Number != n {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := c.PullRequestsOf(ctx, base); err != nil || len(got) != 1 || got[0].Number != merged || !got[0].Merged {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := c.PullRequestsOf(ctx, sha); err != nil || len(got) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := c.Commits(ctx, base, sha); err != nil || !slices.Equal(got, []string{sha}) {
		t.Errorf("%v, %v", got, err)
	}
	for login, want := range map[string]string{"octocat": "write", "boss": "admin", "stranger": "none"} {
		if got, err := c.Permission(ctx, login); err != nil || got != want {
			t.Errorf("%s: %q, %v", login, got, err)
		}
	}
	if got, err := c.DefaultBranch(ctx); err != nil || got != "main" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestGiteaIssues(t *testing.T) {
	host := gitea(t, forgetest.Token{Login: "deploy"})
	host.AddPull(forgetest.Pull{})
	for range 70 {
		host.AddIssue("octocat", "old", "b", false, "drift")
	}
	c := host.Client(t)
	made, err := c.CreateIssue(t.Context(), "title", "body", []string{"drift", "new"})
	if err != nil || !made.Mine {
		t.Fatalf("%+v, %v", made, err)
	}
	if all := host.Issues(); !slices.Equal(all[len(all)-1].Labels, []string{"drift", "new"}) {
		t.Errorf("%+v", all[len(all)-1])
	}
	if all, err := c.Issues(t.Context(), "drift"); err != nil || len(all) != 71 {
		t.Errorf("%d issues, %v", len(all), err)
	}
}

func TestGiteaLacksSomeThings(t *testing.T) {
	host := gitea(t, forgetest.Token{Login: "deploy"})
	c := host.Client(t)
	_, err := c.Deploy(t.Context(), forge.Deployment{Ref: "x"})
	for _, err := range []error{err, c.SetDeploymentState(t.Context(), 1, forge.DeploymentSuccess, "", "", ""), c.Rerun(t.Context(), 7)} {
		if !errors.Is(err, forge.ErrUnsupported) {
			t.Errorf("%v", err)
		}
	}
}
