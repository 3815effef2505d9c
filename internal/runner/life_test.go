package runner_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/runner"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
)

// life is a repository on a fake GitHub whose workflows are the examples, which run the
// real image against a real ClickHouse.
type life struct {
	t      *testing.T
	github *forgetest.Running
	host   *runner.Host
	repo   string
	client *clickhouse.Client
	runID  int
	pr     int
	head   string
}

const lifeToken = "ghs_life0123456789abcdef"

// newLife has the sample project in the given folders of the repository.
func newLife(t *testing.T, folders ...string) *life {
	t.Helper()
	a := testparts.Action(t)
	ch := testparts.ClickHouse(t)
	url := ch.NativeURL(testparts.Database(t, ch))
	target, err := dsn.ParseClickHouse(url)
	if err != nil {
		t.Fatal(err)
	}
	l := &life{t: t, github: forgetest.New(t, forgetest.Options{Tokens: map[string]forgetest.Token{}}), repo: t.TempDir(), runID: 1000}
	if l.client, err = clickhouse.Open(t.Context(), target); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.client.Close() })
	l.github.SetRole("alice", "write")
	l.host = &runner.Host{
		Machine: testparts.Machine(t), Action: a.Action, Image: a.Image, Repository: l.repo, Artifacts: t.TempDir(),
		Secrets: map[string]string{"CLICKHOUSE_READ_URL": url, "CLICKHOUSE_URL": url, "STAGING_CLICKHOUSE_READ_URL": url},
		OnJob: func(_, _ string, permissions map[string]string) {
			l.github.SetToken(lifeToken, forgetest.Token{Login: "github-actions[bot]", Permissions: permissions, NoUser: true})
		},
	}
	git(t, l.repo, "init", "-q", "-b", "main")
	sample := filepath.Join(testparts.Root(t), "testdata", "projects", "small-py")
	for _, folder := range folders {
		if err := os.CopyFS(filepath.Join(l.repo, folder), os.DirFS(sample)); err != nil {
			t.Fatal(err)
		}
	}
	git(t, l.repo, "add", ".")
	git(t, l.repo, "commit", "-q", "-m", "the project")
	l.github.Import("main", git(t, l.repo, "rev-parse", "HEAD"))
	return l
}

// open makes a pull request whose branch has the edits.
func (l *life) open(branch, headRepo string, pairs ...string) {
	l.t.Helper()
	base := git(l.t, l.repo, "rev-parse", "main")
	git(l.t, l.repo, "checkout", "-q", "-b", branch, "main")
	if len(pairs) > 0 {
		path := filepath.Join(l.repo, "app", "main.py")
		raw, err := os.ReadFile(path)
		if err != nil {
			l.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.NewReplacer(pairs...).Replace(string(raw))), 0o644); err != nil {
			l.t.Fatal(err)
		}
	}
	git(l.t, l.repo, "commit", "-q", "--allow-empty", "-a", "-m", branch)
	l.head = git(l.t, l.repo, "rev-parse", "HEAD")
	l.github.Import(branch, l.head, base)
	l.pr = l.github.AddPull(forgetest.Pull{PullRequest: forge.PullRequest{HeadRef: branch, HeadSHA: l.head, HeadRepo: headRepo, Author: "alice", Open: true}})
	git(l.t, l.repo, "checkout", "-q", "main")
}

// merge merges the pull request into main.
func (l *life) merge(branch string) (before, after string) {
	l.t.Helper()
	before = git(l.t, l.repo, "rev-parse", "main")
	git(l.t, l.repo, "merge", "-q", "--no-ff", "-m", "Merge "+branch, branch)
	after = git(l.t, l.repo, "rev-parse", "main")
	l.github.Import("main", after, before, l.head)
	p := l.github.Pull(l.pr)
	p.Merged, p.Open, p.MergeSHA = true, false, after
	l.github.SetPull(p)
	return before, after
}

// run runs an example and wants the jobs to end so.
func (l *life) run(example, event, sha, want string, payload map[string]any, change ...func(*runner.GitHub)) []runner.JobResult {
	l.t.Helper()
	l.runID++
	raw, err := json.Marshal(payload)
	if err != nil {
		l.t.Fatal(err)
	}
	g := runner.GitHub{
		EventName: event, Event: raw, Repository: "acme/shop", SHA: sha, Ref: "refs/heads/main", BaseRef: "main", Actor: "alice", RunID: fmt.Sprint(l.runID), RunNumber: "1", RunAttempt: "1",
		ServerURL: l.github.URL, APIURL: l.github.APIURL(), Token: lifeToken,
	}
	for _, c := range change {
		c(&g)
	}
	started := time.Now()
	jobs, err := l.host.Run(l.t.Context(), workflow(l.t, filepath.Join(testparts.Root(l.t), "examples", "workflows", example)), g)
	if err != nil {
		l.t.Fatalf("%s: %v", example, err)
	}
	l.t.Logf("%s on %s: %s", example, event, time.Since(started).Round(100*time.Millisecond))
	for _, j := range jobs {
		if j.Status != want {
			for _, s := range j.Steps {
				l.t.Logf("%s: exit %d\n%s", s.Name, s.ExitCode, s.Log)
			}
			l.t.Fatalf("%s: the job %s %v ended with %s, want %s", example, j.Job, j.Matrix, j.Status, want)
		}
		for _, s := range j.Steps {
			for _, secret := range l.host.Secrets {
				if strings.Contains(s.Log, secret) {
					l.t.Errorf("%s: the log of %s holds a secret", example, s.Name)
				}
			}
		}
	}
	return jobs
}

func (l *life) pullRequest(action string) map[string]any {
	p := l.github.Pull(l.pr)
	return map[string]any{
		"action": action, "number": p.Number,
		"pull_request": map[string]any{
			"number": p.Number, "state": "open", "user": map[string]any{"login": p.Author},
			"head": map[string]any{"sha": p.HeadSHA, "ref": p.HeadRef, "repo": map[string]any{"full_name": p.HeadRepo, "fork": p.HeadRepo != "acme/shop"}},
			"base": map[string]any{"sha": p.BaseSHA, "ref": "main", "repo": map[string]any{"full_name": "acme/shop"}},
		},
	}
}

// comments are those on the pull request.
func (l *life) comments(want int, parts ...string) {
	l.t.Helper()
	all := l.github.Comments(l.pr)
	text := ""
	for _, c := range all {
		text += c.Body + "\n"
	}
	if len(all) != want {
		l.t.Errorf("%d comments, want %d:\n%s", len(all), want, text)
	}
	for _, p := range parts {
		if !strings.Contains(text, p) {
			l.t.Errorf("the comments lack %q:\n%s", p, text)
		}
	}
}

func (l *life) status(sha, context string, want forge.State) {
	l.t.Helper()
	for _, s := range l.github.Statuses(sha) {
		if s.Context == context {
			if s.State != want {
				l.t.Errorf("%s is %+v, want %s", context, s, want)
			}
			return
		}
	}
	l.t.Errorf("there is no status %q: %+v", context, l.github.Statuses(sha))
}

func (l *life) sql(statement string) {
	l.t.Helper()
	if err := l.client.Conn().Exec(l.t.Context(), statement); err != nil {
		l.t.Fatal(err)
	}
}

const production = "moose-migrate / production"

// TestTheExamplesFromPullRequestToMigration is the life of two changes, as the
// documentation has people set it up: the unmodified image, the unmodified workflows.
func TestTheExamplesFromPullRequestToMigration(t *testing.T) {
	l := newLife(t, ".")
	l.open("first", "")
	jobs := l.run("plan.yml", "pull_request", l.head, "success", l.pullRequest("opened"))
	plan, _ := jobs[0].Step("plan")
	if plan.Outputs["operations"] != "2" || plan.Outputs["verdict"] != "pass" {
		t.Errorf("outputs %v", plan.Outputs)
	}
	l.comments(1, "PageViews", "Users")
	l.status(l.head, production, forge.Success)
	for _, name := range []string{"migrations/plan.yaml", "moose-review/production/report.json", "moose-review/production/findings.sarif"} {
		if _, err := os.Stat(filepath.Join(l.host.Artifacts, fmt.Sprint(l.runID), "moose-plan", name)); err != nil {
			t.Errorf("artifact: %v", err)
		}
	}
	before, after := l.merge("first")
	l.run("migrate.yml", "push", after, "success", map[string]any{"before": before, "after": after, "ref": "refs/heads/main"})
	l.comments(1, "Applied")
	l.status(after, production, forge.Success)
	if d := l.github.Deployments(); len(d) != 1 || d[0].States[len(d[0].States)-1].State != forge.DeploymentSuccess {
		t.Errorf("deployments %+v", d)
	}

	l.sql("INSERT INTO PageViews (id, ts, path, status, referrer) VALUES ('a', now(), '/', 200, 'x')")
	l.open("second", "", "    referrer: Optional[str] = None\n", "")
	l.run("plan.yml", "pull_request", l.head, "failure", l.pullRequest("opened"))
	planned := l.runID
	l.status(l.head, production, forge.Failure)
	command := "/moose allow DS103 " + l.client.Database() + ".PageViews.referrer nobody reads it"
	l.comments(1, "DS103", "PageViews.referrer")

	l.github.AddRun(forgetest.Run{ID: int64(planned), Attempt: 1, Status: "completed", HeadSHA: l.head})
	id := l.github.AddComment(l.pr, "alice", command)
	l.run("commands.yml", "issue_comment", before, "success", map[string]any{
		"action":  "created",
		"issue":   map[string]any{"number": l.pr, "pull_request": map[string]any{"url": "x"}},
		"comment": map[string]any{"id": id, "body": command, "user": map[string]any{"login": "alice", "type": "User"}, "html_url": l.github.URL + "/acme/shop/pull/2#issuecomment-1"},
	})
	l.comments(3, "nobody reads it")
	if r := l.github.Run(int64(planned)); r.Attempt != 2 {
		t.Errorf("the plan's run was not started again: %+v", r)
	}
	l.run("plan.yml", "pull_request", l.head, "success", l.pullRequest("opened"), func(g *runner.GitHub) { g.RunID, g.RunAttempt = fmt.Sprint(planned), "2" })
	l.status(l.head, production, forge.Success)
	before, after = l.merge("second")
	l.run("migrate.yml", "push", after, "success", map[string]any{"before": before, "after": after, "ref": "refs/heads/main"})
	l.comments(3, "Applied")

	l.sql("ALTER TABLE PageViews ADD COLUMN hotfix String")
	l.run("drift.yml", "schedule", after, "success", map[string]any{"schedule": "30 4 * * *"})
	if issues := l.github.Issues(); len(issues) != 1 || !issues[0].Open || !strings.Contains(issues[0].Body, "hotfix") {
		t.Errorf("issues %+v", issues)
	}
}

// TestACancelledRunTellsTheTruth stops the container of a plan as a runner does.
func TestACancelledRunTellsTheTruth(t *testing.T) {
	l := newLife(t, ".")
	l.open("first", "")
	l.github.SetToken(lifeToken, forgetest.Token{Login: "github-actions[bot]", NoUser: true})
	workspace := t.TempDir()
	git(t, workspace, "clone", "-q", l.repo, ".")
	raw, err := json.Marshal(l.pullRequest("opened"))
	if err != nil {
		t.Fatal(err)
	}
	begun := make(chan struct{})
	l.github.After(forgetest.Match{Method: "POST", Path: "/statuses/"}, func() { close(begun) })
	started, err := l.host.Machine.Start(t.Context(), runner.Step{
		Action: l.host.Action, Image: l.host.Image, Workspace: workspace,
		With: map[string]string{"command": "plan", "clickhouse-url": l.host.Secrets["CLICKHOUSE_URL"], "github-token": lifeToken},
		GitHub: runner.GitHub{
			EventName: "pull_request", Event: raw, Repository: "acme/shop", SHA: l.head, Ref: "refs/pull/1/merge", RunID: "77", RunNumber: "1", RunAttempt: "1",
			ServerURL: l.github.URL, APIURL: l.github.APIURL(), Token: lifeToken,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-begun:
	case <-time.After(2 * time.Minute):
		t.Fatal("the plan did not begin")
	}
	at := time.Now()
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		time.Sleep(time.Second) // podman forwards nothing before it has seen the container run
		if err := started.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	r, err := started.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(at); r.ExitCode != 130 || took > 10*time.Second {
		t.Errorf("exit code %d after %s\n%s", r.ExitCode, took, r.Log)
	}
	l.comments(1, "Interrupted")
	l.status(l.head, production, forge.Errored)
}

// TestTheExamplesForForks runs the pair of workflows for a pull request from a fork.
func TestTheExamplesForForks(t *testing.T) {
	l := newLife(t, ".")
	l.open("theirs", "mallory/shop", "path: str\n", "path: str\n    agent: str\n")
	check := l.run("fork-check.yml", "pull_request", l.head, "success", l.pullRequest("opened"))
	if len(l.github.Requests()) != 0 {
		t.Errorf("the unprivileged half asked the host: %+v", l.github.Requests())
	}
	if check[0].Steps[1].Outputs["map-file"] == "" {
		t.Errorf("outputs %v", check[0].Steps[1].Outputs)
	}
	l.run("fork-plan.yml", "workflow_run", git(t, l.repo, "rev-parse", "main"), "success", map[string]any{
		"action": "completed",
		"workflow_run": map[string]any{
			"id": l.runID, "name": "moose fork check", "event": "pull_request", "conclusion": "success", "head_sha": l.head, "head_branch": "theirs", "html_url": l.github.URL + "/run",
			"head_repository": map[string]any{"owner": map[string]any{"login": "mallory"}},
		},
	})
	l.comments(1, "agent", "configuration of the base branch")
	l.status(l.head, production, forge.Success)
}

// TestTheExamplesForSeveral runs those for several projects and several environments.
func TestTheExamplesForSeveral(t *testing.T) {
	l := newLife(t, "services/orders", "services/users")
	l.open("first", "")
	l.run("monorepo.yml", "pull_request", l.head, "success", l.pullRequest("opened"))
	l.comments(2, "services/orders", "services/users")
	for _, folder := range []string{"orders", "users"} {
		l.status(l.head, production+" (services/"+folder+")", forge.Success)
	}

	l = newLife(t, ".")
	l.open("first", "")
	l.run("environments.yml", "pull_request", l.head, "success", l.pullRequest("opened"))
	l.comments(2, "staging", "production")
	l.status(l.head, "moose-migrate / staging", forge.Success)
	l.status(l.head, production, forge.Success)
}
