package action

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// TestFromPullRequestToMigration is the whole life of a change: a plan that adds, merged
// and applied; then one that drops a column with rows, blocked, allowed, merged, applied.
func TestFromPullRequestToMigration(t *testing.T) {
	w := newWorld(t, forgetest.Options{})

	r := w.plan(nil)
	if r.code != cli.ExitOK {
		t.Fatalf("exit %d: %v\n%s", r.code, r.err, r.log)
	}
	for name, want := range map[string]string{
		"has-changes": "true", "operations": "2", "destructive": "0", "drift": "false", "verdict": "pass",
		"plan-file": "migrations/plan.yaml", "report-json": "moose-review/production/report.json",
		"sarif-file": "moose-review/production/findings.sarif", "junit-file": "moose-review/production/junit.xml",
	} {
		if r.outputs[name] != want {
			t.Errorf("output %s is %q, want %q", name, r.outputs[name], want)
		}
	}
	saved, err := plan.Load(w.workspace)
	if err != nil || saved.Plan.Digest != r.outputs["digest"] || r.outputs["digest"] == "" {
		t.Errorf("saved plan %v, output digest %q, %v", saved.Plan.Digest, r.outputs["digest"], err)
	}
	body := w.only()
	mustContain(t, "comment", body, "production", "PageViews", "Users")
	mustContain(t, "summary", r.summary, "PageViews")
	if s := w.status(w.headSHA); s.State != forge.Success || s.Context != "moose-migrate / production" || r.outputs["comment-url"] == "" {
		t.Errorf("status %+v, comment %q", s, r.outputs["comment-url"])
	}
	if all := w.host.Statuses(w.headSHA); len(all) != 2 || all[1].State != forge.Pending {
		t.Errorf("statuses %+v: the first one is not pending", all)
	}

	w.next()
	merged := w.merge()
	r = w.push(merged, nil)
	if r.code != cli.ExitOK {
		t.Fatalf("migrate: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment after the migration", w.only(), "Applied", "PageViews")
	if d := w.host.Deployments(); len(d) != 1 || d[0].Environment != "production" || len(d[0].States) != 2 || d[0].States[1].State != forge.DeploymentSuccess {
		t.Errorf("deployments %+v", d)
	}
	if s := w.status(merged); s.State != forge.Success {
		t.Errorf("status of the merge: %+v", s)
	}

	// The same push again has nothing to do.
	w.attempt++
	if r = w.push(merged, nil); r.code != cli.ExitOK {
		t.Errorf("again: exit %d: %v\n%s", r.code, r.err, r.log)
	}

	// A second pull request drops a column that has values.
	w.sql("INSERT INTO PageViews (id, ts, path, status, referrer) VALUES ('a', now(), '/', 200, 'x')")
	w.second()
	w.edit("  referrer?: string;\n", "")
	r = w.plan(nil)
	if r.code != cli.ExitBlocked || r.outputs["verdict"] != "blocked" || r.outputs["destructive"] != "1" {
		t.Fatalf("exit %d, outputs %v: %v\n%s", r.code, r.outputs, r.err, r.log)
	}
	object := w.client.Database() + ".PageViews.referrer"
	mustContain(t, "comment", w.only(), "Blocked", "DS103", "/moose allow DS103 "+object)
	mustContain(t, "log", r.log, "::error ")
	if s := w.status(w.headSHA); s.State != forge.Failure {
		t.Errorf("status %+v", s)
	}

	// Someone without write access cannot allow it, someone with it can.
	w.host.AddRun(forgetest.Run{ID: w.runID, Attempt: 1, Status: "completed", HeadSHA: w.headSHA})
	planned := w.runID
	w.next()
	w.say("mallory", "/moose allow DS103 "+object)
	if n := len(w.comments(comment.KindAllow)); n != 0 {
		t.Errorf("a stranger's command was granted")
	}
	w.say("alice", fmt.Sprintf("/moose allow DS103 %s nobody reads it", object))
	if n := len(w.comments(comment.KindAllow)); n != 1 {
		t.Fatalf("%d answers that allow, want one:\n%v", n, w.host.Comments(w.pr))
	}
	if run := w.host.Run(planned); run.Attempt != 2 {
		t.Errorf("the run of the plan was not started again: %+v", run)
	}

	w.runID, w.attempt = planned, 2
	r = w.plan(nil)
	if r.code != cli.ExitOK || r.outputs["verdict"] != "pass" {
		t.Fatalf("after the decision: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "alice", "nobody reads it")
	if s := w.status(w.headSHA); s.State != forge.Success {
		t.Errorf("status %+v", s)
	}

	w.runID, w.attempt = planned+10, 1
	merged = w.merge()
	if r = w.push(merged, nil); r.code != cli.ExitOK {
		t.Fatalf("migrate: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment after the migration", w.only(), "Applied", "referrer")
}

// second opens another pull request.
func (w *world) second() {
	w.next()
	branch := fmt.Sprintf("feature-%d", w.runID)
	w.headSHA = w.host.Commit(branch, "change", map[string][]byte{"README.md": []byte(branch)})
	w.pr = w.host.AddPull(forgetest.Pull{PullRequest: forge.PullRequest{HeadRef: branch, HeadSHA: w.headSHA, Author: "alice", Open: true}})
}

// say writes a comment on the pull request and runs the workflow on issue_comment.
func (w *world) say(login, text string) result {
	w.t.Helper()
	return w.sayWith(login, text, forgetest.DefaultToken)
}

func (w *world) sayWith(login, text, token string) result {
	w.t.Helper()
	id := w.host.AddComment(w.pr, login, text)
	return w.run(started{
		event: "issue_comment", sha: w.host.Head("main"), in: map[string]string{"github-token": token},
		payload: map[string]any{
			"action":  "created",
			"issue":   map[string]any{"number": w.pr, "pull_request": map[string]any{"url": "x"}},
			"comment": map[string]any{"id": id, "body": text, "user": map[string]any{"login": login, "type": "User"}, "html_url": "https://github.example/acme/shop/pull/1#issuecomment-1"},
		},
	})
}

func TestNothingIsAppliedThatNobodyApproved(t *testing.T) {
	w := newWorld(t, forgetest.Options{})
	stopped := func(what string, r result, code int, parts ...string) {
		t.Helper()
		if r.code != code || w.tables() != 0 {
			t.Errorf("%s: exit %d, %d tables: %v\n%s", what, r.code, w.tables(), r.err, r.log)
		}
		mustContain(t, what, fmt.Sprint(r.err), parts...)
	}
	direct := w.host.Commit("main", "pushed", map[string][]byte{"x": []byte("y")})
	stopped("a push without a pull request", w.push(direct, nil), cli.ExitStale, "nobody approved this plan", "was not merged from a pull request")

	merged := w.merge()
	stopped("a pull request without a plan", w.push(merged, nil), cli.ExitStale, "nobody approved this plan", "no finished plan")

	w.second()
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatal(r.err)
	}
	merged = w.merge()
	w.edit("  email: string;\n", "  email: string;\n  phone: string;\n", `("Users"`, `("Members"`)
	w.next()
	r := w.push(merged, map[string]string{"environment": "production"})
	stopped("a plan that does more", r, cli.ExitStale, "no approved plan did", "Members")
	mustContain(t, "comment", w.only(), "Not applied")
	if s := w.status(merged); s.State != forge.Failure {
		t.Errorf("status %+v", s)
	}

	// A person approves it by its digest.
	digest := r.outputs["digest"]
	w.next()
	if r := w.run(started{event: "workflow_dispatch", sha: merged, in: map[string]string{"command": "migrate"}}); r.code != cli.ExitStale {
		t.Errorf("dispatched without a digest: exit %d: %v", r.code, r.err)
	}
	r = w.run(started{event: "workflow_dispatch", sha: merged, in: map[string]string{"command": "migrate", "digest": digest}})
	if r.code != cli.ExitOK || w.tables() != 2 {
		t.Errorf("dispatched with the digest: exit %d, %d tables: %v\n%s", r.code, w.tables(), r.err, r.log)
	}
}

// tables counts those of the project.
func (w *world) tables() int {
	w.t.Helper()
	var n uint64
	if err := w.client.Conn().QueryRow(w.t.Context(), "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name IN ('PageViews', 'Users', 'Members')").Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return int(n)
}

func TestErrorsAreToldOnThePullRequest(t *testing.T) {
	w := newWorld(t, forgetest.Options{})
	w.edit("/** Page views", "throw new Error(\"@everyone ::error::boom <!-- moose-migrate -->\");\n/** Page views")
	r := w.plan(nil)
	if r.code == cli.ExitOK || r.outputs["verdict"] != "failed" {
		t.Fatalf("exit %d, outputs %v\n%s", r.code, r.outputs, r.log)
	}
	if s := w.status(w.headSHA); s.State != forge.Errored && s.State != forge.Failure {
		t.Errorf("status %+v", s)
	}
	mustContain(t, "comment", w.only(), "No plan", "boom")
	mustContain(t, "log", r.log, "boom")

	w.next()
	r = w.run(started{event: "pull_request", payload: w.pullRequest("synchronize"), sha: w.headSHA, in: map[string]string{"clickhouse-url": "clickhouse://panda:hunter22hunter@127.0.0.1:1/local"}})
	if r.code != cli.ExitFailure {
		t.Errorf("an unreachable server: exit %d", r.code)
	}
	mustContain(t, "comment", w.only(), "No plan", "127.0.0.1:1")
	if w.host.Seen("hunter22hunter") {
		t.Error("the password was sent to the host")
	}
	if s := w.status(w.headSHA); s.State != forge.Errored {
		t.Errorf("status %+v", s)
	}
}

func TestMonorepoAndEnvironmentsHaveCommentsAndStatusesOfTheirOwn(t *testing.T) {
	w := newWorld(t, forgetest.Options{})
	root := t.TempDir()
	if err := moveDir(w.workspace, filepath.Join(root, "services", "web")); err != nil {
		t.Fatal(err)
	}
	w.workspace = root
	for _, env := range []string{"staging", "production"} {
		if r := w.plan(map[string]string{"working-directory": "services/web", "environment": env}); r.code != cli.ExitOK {
			t.Fatalf("%s: %v\n%s", env, r.err, r.log)
		} else if got := r.outputs["plan-file"]; got != "services/web/migrations/plan.yaml" {
			t.Errorf("plan-file %q", got)
		}
	}
	if n := len(w.comments(comment.KindPlan)); n != 2 {
		t.Errorf("%d comments, want 2", n)
	}
	contexts := map[string]bool{}
	for _, s := range w.host.Statuses(w.headSHA) {
		contexts[s.Context] = true
	}
	if !contexts["moose-migrate / staging (services/web)"] || !contexts["moose-migrate / production (services/web)"] || len(contexts) != 2 {
		t.Errorf("statuses %v", contexts)
	}
}
