package forge_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
)

// lost are the ways in which a write's answer does not arrive.
var lost = map[string]forgetest.Failure{
	"502 before": forgetest.BadGateway(), "502 after": forgetest.BadGatewayAfterEffect(),
	"reset before": forgetest.ConnectionReset(false), "reset after": forgetest.ConnectionReset(true),
}

func TestWritesWhoseAnswerIsLostHappenOnce(t *testing.T) {
	for name, failure := range lost {
		t.Run(name, func(t *testing.T) {
			host := forgetest.New(t, forgetest.Options{})
			pr := host.AddPull(forgetest.Pull{})
			host.AddComment(pr, bot, "answer") // the same text, from before
			host.AddIssue(bot, "drift", "b", true)
			sha := host.Commit("main", "first", map[string][]byte{"a": []byte("a")})
			host.AddRun(forgetest.Run{ID: 7})
			c := host.Client(t)
			for _, path := range []string{`/issues/\d+/comments$`, "/issues$", "/deployments$", "/rerun$"} {
				host.Fail(forgetest.Match{Method: "POST", Path: path}, 1, failure)
			}
			comment, err1 := c.CreateComment(t.Context(), pr, "answer")
			issue, err2 := c.CreateIssue(t.Context(), "drift", "b", nil)
			id, err3 := c.Deploy(t.Context(), forge.Deployment{Ref: sha, Environment: "production"})
			err4 := c.Rerun(t.Context(), 7)
			if err := errors.Join(err1, err2, err3, err4); err != nil {
				t.Fatal(err)
			}
			if all := host.Comments(pr); len(all) != 2 || all[1].ID != comment.ID {
				t.Errorf("comments: %+v, returned %d", all, comment.ID)
			}
			if all := host.Issues(); len(all) != 2 || all[1].Number != issue.Number {
				t.Errorf("issues: %+v, returned %d", all, issue.Number)
			}
			if all := host.Deployments(); len(all) != 1 || all[0].ID != id {
				t.Errorf("deployments: %+v, returned %d", all, id)
			}
			if n := host.Run(7).Attempt; n != 2 {
				t.Errorf("%d attempts", n)
			}
		})
	}
}

func TestCommentsThatAreThere(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	host.AddComment(pr, "octocat", "hi")
	c := host.Client(t)
	mine, err := c.CreateComment(t.Context(), pr, "hello")
	if err != nil {
		t.Fatal(err)
	}
	all, err := c.Comments(t.Context(), pr)
	if err != nil || len(all) != 2 || all[0].Mine || all[0].Author != "octocat" || all[1] != mine || !mine.Mine || mine.CreatedAt.IsZero() || mine.URL == "" {
		t.Errorf("%+v, %v", all, err)
	}
	c.React(t.Context(), mine.ID, "+1")
	if got := host.Reactions(mine.ID); !slices.Equal(got, []string{"+1"}) {
		t.Errorf("reactions: %q", got)
	}
	for range 2 { // the second finds nothing, which is fine
		if err := c.DeleteComment(t.Context(), mine.ID); err != nil {
			t.Error(err)
		}
	}
	if len(host.Comments(pr)) != 1 {
		t.Error("not deleted")
	}
	if _, err := c.Comments(t.Context(), 999); !errors.Is(err, forge.ErrNotFound) {
		t.Errorf("of a pull request that is not there: %v", err)
	}
}

func TestAFailedReactionIsOnlyLogged(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	var said string
	host.Client(t, func(o *forge.Options) { o.Log = func(s string) { said += s } }).React(t.Context(), 5, "+1")
	if !strings.Contains(said, "react") {
		t.Errorf("log: %q", said)
	}
}

func TestStatusesAreCutAndNewestFirst(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	c := host.Client(t)
	sha := strings.Repeat("a", 40)
	long := strings.Repeat("ä", 300)
	for _, s := range []forge.Status{
		{State: forge.Pending, Context: "moose-migrate / production", Description: "planning", TargetURL: "https://example.com/run"},
		{State: forge.Success, Context: long + "1", Description: long},
		{State: forge.Success, Context: long + "2", Description: strings.Repeat("x", 140)},
	} {
		if err := c.SetStatus(t.Context(), sha, s); err != nil {
			t.Fatal(err)
		}
	}
	got, err := c.Statuses(t.Context(), sha)
	if err != nil || len(got) != 3 || got[2].Context != "moose-migrate / production" || got[2].TargetURL != "https://example.com/run" {
		t.Fatalf("%+v, %v", got, err)
	}
	if d := got[1].Description; utf8.RuneCountInString(d) != 140 || !strings.HasSuffix(d, "…") || strings.HasSuffix(got[0].Description, "…") {
		t.Errorf("descriptions: %q, %q", d, got[0].Description)
	}
	if got[0].Context == got[1].Context {
		t.Error("two long contexts became one")
	}
	if !slices.Equal(got, host.Statuses(sha)) {
		t.Errorf("client %+v, host %+v", got, host.Statuses(sha))
	}
}

func TestPullRequests(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	base := host.Commit("main", "first", map[string][]byte{"a": []byte("a")})
	host.Branch("feature", base)
	var shas []string
	for i := range 120 {
		shas = append(shas, host.Commit("feature", fmt.Sprint(i), map[string][]byte{"b": fmt.Append(nil, i)}))
	}
	n := host.AddPull(forgetest.Pull{PullRequest: forge.PullRequest{HeadRef: "feature"}})
	fork := host.AddPull(forgetest.Pull{PullRequest: forge.PullRequest{HeadRef: "feature", HeadRepo: "mallory/shop", HeadSHA: strings.Repeat("f", 40), Draft: true}})
	merged := host.AddPull(forgetest.Pull{PullRequest: forge.PullRequest{Merged: true, MergeSHA: base, HeadSHA: strings.Repeat("e", 40)}})
	c := host.Client(t)
	ctx := t.Context()

	pull, err := c.PullRequest(ctx, n)
	want := forge.PullRequest{
		Number: n, HeadSHA: shas[119], HeadRef: "feature", HeadRepo: "acme/shop", BaseRef: "main", BaseSHA: base, Author: "octocat", Open: true,
		URL: fmt.Sprintf("%s/acme/shop/pull/%d", host.URL, n),
	}
	if err != nil || pull != want || pull.Fork(forge.Repo{Owner: "acme", Name: "shop"}) {
		t.Errorf("%+v, %v", pull, err)
	}
	if pull, err = c.PullRequest(ctx, fork); err != nil || !pull.Fork(forge.Repo{Owner: "acme", Name: "shop"}) || !pull.Draft {
		t.Errorf("%+v, %v", pull, err)
	}
	if pulls, err := c.PullRequestsOf(ctx, shas[3]); err != nil || len(pulls) != 1 || pulls[0].Number != n {
		t.Errorf("of a commit inside: %+v, %v", pulls, err)
	}
	if pulls, err := c.PullRequestsOf(ctx, base); err != nil || len(pulls) != 1 || pulls[0].Number != merged || !pulls[0].Merged || pulls[0].Open {
		t.Errorf("of a merge: %+v, %v", pulls, err)
	}
	if pulls, err := c.PullRequestsByHead(ctx, "mallory", "feature"); err != nil || len(pulls) != 1 || pulls[0].Number != fork {
		t.Errorf("by head: %+v, %v", pulls, err)
	}
	if got, err := c.Commits(ctx, "main", "feature"); err != nil || !slices.Equal(got, shas) {
		t.Errorf("%d commits, %v", len(got), err)
	}
	if got, err := c.Commits(ctx, shas[5], base); err != nil || len(got) != 0 {
		t.Errorf("backwards: %v, %v", got, err)
	}
	if _, err := c.Commits(ctx, "main", "nowhere"); !errors.Is(err, forge.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := c.PullRequest(ctx, 999); !errors.Is(err, forge.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestPermission(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	c := host.Client(t)
	for role, want := range map[string]string{"admin": "admin", "maintain": "write", "write": "write", "triage": "read", "read": "read", "none": "none"} {
		host.SetRole("user-"+role, role)
		if got, err := c.Permission(t.Context(), "user-"+role); err != nil || got != want {
			t.Errorf("%s: %q, %v", role, got, err)
		}
	}
	if got, err := c.Permission(t.Context(), "stranger/../x"); err != nil || got != "none" {
		t.Errorf("stranger: %q, %v", got, err)
	}
}

func TestRerun(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	host.AddRun(forgetest.Run{ID: 7})
	host.AddRun(forgetest.Run{ID: 8, Status: "in_progress"})
	c := host.Client(t)
	if err := c.Rerun(t.Context(), 7); err != nil || host.Run(7).Attempt != 2 {
		t.Errorf("%v, %+v", err, host.Run(7))
	}
	if err := c.Rerun(t.Context(), 8); !errors.Is(err, forge.ErrStillRunning) {
		t.Errorf("%v", err)
	}
	if err := c.Rerun(t.Context(), 9); !errors.Is(err, forge.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestDeployments(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	sha := host.Commit("main", "first", map[string][]byte{"a": nil})
	c := host.Client(t)
	d := forge.Deployment{Ref: sha, Environment: "production", Description: strings.Repeat("d", 200), Payload: map[string]string{"digest": "abc"}}
	id, err := c.Deploy(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range []forge.DeploymentState{forge.DeploymentInProgress, forge.DeploymentSuccess} {
		if err := c.SetDeploymentState(t.Context(), id, state, strings.Repeat("d", 200), "https://example.com/log", "https://example.com"); err != nil {
			t.Fatal(err)
		}
	}
	all := host.Deployments()
	if len(all) != 1 || all[0].ID != id || all[0].Payload["digest"] != "abc" || len(all[0].States) != 2 || all[0].States[1].State != forge.DeploymentSuccess || all[0].States[1].LogURL != "https://example.com/log" {
		t.Errorf("%+v", all)
	}
	if other, err := c.Deploy(t.Context(), d); err != nil || other == id {
		t.Errorf("a second one: %d, %v", other, err)
	}
}

func TestIssues(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	for i := range 150 {
		host.AddIssue("octocat", fmt.Sprintf("drift %d", i), "b", i%2 == 0, "drift")
	}
	host.AddIssue("octocat", "other", "b", true, "other")
	host.AddPull(forgetest.Pull{})
	c := host.Client(t)
	ctx := t.Context()
	all, err := c.Issues(ctx, "drift")
	if err != nil || len(all) != 150 || all[0].Mine {
		t.Fatalf("%d issues, %v", len(all), err)
	}
	if everything, err := c.Issues(ctx, ""); err != nil || len(everything) != 151 {
		t.Errorf("%d issues, %v", len(everything), err)
	}
	made, err := c.CreateIssue(ctx, "title", "body", []string{"drift", "new"})
	if err != nil || !made.Mine || !made.Open {
		t.Fatalf("%+v, %v", made, err)
	}
	if last := host.Issues()[151]; !slices.Equal(last.Labels, []string{"drift", "new"}) || last.Body != "body" {
		t.Errorf("%+v", last)
	}
	if got, err := c.UpdateIssue(ctx, made.Number, "title 2", "body 2", false); err != nil || got.Open || got.Title != "title 2" || got.Body != "body 2" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := c.CreateIssue(ctx, "t", strings.Repeat("x", 70_000), nil); !errors.Is(err, forge.ErrTooLong) {
		t.Errorf("%v", err)
	}
}

func TestLabelsOfAPullRequest(t *testing.T) {
	for _, flavor := range []forge.Flavor{forge.GitHub, forge.Gitea} {
		host := forgetest.New(t, forgetest.Options{Flavor: flavor})
		plain, labeled := host.AddPull(forgetest.Pull{}), host.AddPull(forgetest.Pull{Labels: []string{"bug", "moose-allow: DS103 local.Users.age"}})
		c := host.Client(t)
		if got, err := c.Labels(t.Context(), labeled); err != nil || !slices.Equal(got, []string{"bug", "moose-allow: DS103 local.Users.age"}) {
			t.Errorf("%s: %q, %v", flavor, got, err)
		}
		if got, err := c.Labels(t.Context(), plain); err != nil || len(got) > 0 {
			t.Errorf("%s: %q, %v", flavor, got, err)
		}
		if _, err := c.Labels(t.Context(), 99); !errors.Is(err, forge.ErrNotFound) {
			t.Errorf("%s: %v", flavor, err)
		}
	}
}

func TestALabelWhoseAnswerIsLostIsUsed(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	host.Fail(forgetest.Match{Method: "POST", Path: "/labels$"}, 1, forgetest.BadGatewayAfterEffect())
	if _, err := host.Client(t).CreateIssue(t.Context(), "title", "body", []string{"drift"}); err != nil {
		t.Fatal(err)
	}
	if all := host.Issues(); len(all) != 1 || !slices.Equal(all[0].Labels, []string{"drift"}) {
		t.Errorf("%+v", all)
	}
}

func TestAnIssueGoesWithoutALabelThatCannotBeMade(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	host.Fail(forgetest.Match{Method: "POST", Path: "/labels$"}, 1, forgetest.Failure{Status: 403, Body: `{"message":"Resource not accessible by integration"}`})
	var said string
	c := host.Client(t, func(o *forge.Options) { o.Log = func(s string) { said += s } })
	if _, err := c.CreateIssue(t.Context(), "title", "body", []string{"drift"}); err != nil {
		t.Fatal(err)
	}
	if all := host.Issues(); len(all) != 1 || len(all[0].Labels) != 0 || !strings.Contains(said, "drift") {
		t.Errorf("%+v, log %q", all, said)
	}
}

func TestCommitFiles(t *testing.T) {
	for _, flavor := range []forge.Flavor{forge.GitHub, forge.Gitea} {
		t.Run(string(flavor), func(t *testing.T) {
			host := forgetest.New(t, forgetest.Options{Flavor: flavor})
			parent := host.Commit("topic/x y", "first", map[string][]byte{"a": []byte("a"), "migrations/plan.yaml": []byte("old")})
			c := host.Client(t)
			binary := []byte{0, 255, 13, 10}
			files := []forge.File{{Path: "migrations/plan.yaml", Content: []byte("new")}, {Path: "migrations/state ü.json", Content: binary}}
			sha, err := c.CommitFiles(t.Context(), "topic/x y", parent, "plan", files)
			if err != nil || sha == parent || host.Head("topic/x y") != sha {
				t.Fatalf("%s, %v", sha, err)
			}
			for path, want := range map[string]string{"a": "a", "migrations/plan.yaml": "new", "migrations/state ü.json": string(binary)} {
				if got, ok := host.File("topic/x y", path); !ok || string(got) != want {
					t.Errorf("%s: %q", path, got)
				}
			}
			if again, err := c.CommitFiles(t.Context(), "topic/x y", sha, "plan", files); err != nil || again != sha || host.Head("topic/x y") != sha {
				t.Errorf("the same again: %s, %v", again, err)
			}
			if _, err := c.CommitFiles(t.Context(), "topic/x y", parent, "plan", files); !errors.Is(err, forge.ErrMoved) {
				t.Errorf("onto an old commit: %v", err)
			}
			for _, path := range []string{"", ".", "../x", "/x", "a/../../x", ".git/config", "a/.GIT/x", `a\b`, "a//b"} {
				if _, err := c.CommitFiles(t.Context(), "topic/x y", sha, "m", []forge.File{{Path: path}}); err == nil {
					t.Errorf("the path %q was accepted", path)
				}
			}
		})
	}
}

func TestCommitFilesWhenTheBranchMovesMeanwhile(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	parent := host.Commit("main", "first", map[string][]byte{"a": []byte("a")})
	var theirs string
	host.On(forgetest.Match{Method: "PATCH", Path: "/git/refs/"}, func() { theirs = host.Commit("main", "theirs", map[string][]byte{"a": []byte("b")}) })
	_, err := host.Client(t).CommitFiles(t.Context(), "main", parent, "m", []forge.File{{Path: "x"}})
	if !errors.Is(err, forge.ErrMoved) || host.Head("main") != theirs {
		t.Errorf("%v", err)
	}
}

func TestCommitFilesWhoseAnswerIsLost(t *testing.T) {
	for _, flavor := range []forge.Flavor{forge.GitHub, forge.Gitea} {
		for name, failure := range lost {
			t.Run(string(flavor)+" "+name, func(t *testing.T) {
				host := forgetest.New(t, forgetest.Options{Flavor: flavor})
				parent := host.Commit("main", "first", map[string][]byte{"a": []byte("a")})
				last := forgetest.Match{Method: "PATCH", Path: "/git/refs/"}
				if flavor == forge.Gitea {
					last = forgetest.Match{Method: "POST", Path: "/contents$"}
				}
				host.Fail(last, 1, failure)
				sha, err := host.Client(t).CommitFiles(t.Context(), "main", parent, "m", []forge.File{{Path: "x", Content: []byte("x")}})
				if err != nil || host.Head("main") != sha {
					t.Errorf("%s, %v; the branch is at %s", sha, err, host.Head("main"))
				}
			})
		}
	}
}
