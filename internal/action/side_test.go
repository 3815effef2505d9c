package action

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
)

// TestWhatCannotBeToldNeverChangesTheVerdict takes the permissions away one by one, and
// has the host fail in every other way.
func TestWhatCannotBeToldNeverChangesTheVerdict(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{Tokens: map[string]forgetest.Token{
		forgetest.DefaultToken: {Login: "github-actions[bot]", NoUser: true},
		"ghs_noStatus0000":     {Login: "github-actions[bot]", Permissions: map[string]string{"pull-requests": "write", "issues": "write", "contents": "read"}},
		"ghs_noComment000":     {Login: "github-actions[bot]", Permissions: map[string]string{"pull-requests": "read", "statuses": "write", "contents": "read"}},
		"ghs_nothing00000":     {Login: "github-actions[bot]", Permissions: map[string]string{}},
		"ghs_fork00000000":     {Login: "github-actions[bot]", Fork: true},
	}})
	for _, c := range []struct {
		token string
		log   []string
		note  string // in the comment
	}{
		{forgetest.DefaultToken, nil, ""},
		{"ghs_noStatus0000", []string{"statuses: write"}, "statuses: write"},
		{"ghs_noComment000", []string{"pull-requests: write"}, ""},
		{"ghs_nothing00000", []string{"statuses: write"}, ""},
		{"ghs_fork00000000", []string{"statuses: write"}, ""},
		{"ghs_unknown00000", []string{"not accepted"}, ""},
		{"", []string{"github-token"}, ""},
	} {
		w.next()
		r := w.plan(map[string]string{"github-token": c.token})
		if r.code != cli.ExitOK || r.outputs["verdict"] != "pass" {
			t.Errorf("%s: exit %d, %v: %v\n%s", c.token, r.code, r.outputs, r.err, r.log)
		}
		mustContain(t, c.token+": log", r.log, c.log...)
		mustContain(t, c.token+": summary", r.summary, "PageViews")
		if c.note != "" {
			mustContain(t, c.token+": comment", w.only(), c.note)
		}
		if c.token != "" && strings.Contains(r.log, c.token) && !strings.Contains(r.log, "::add-mask::"+c.token) {
			t.Errorf("%s is in the log", c.token)
		}
	}
}

func TestAHostInTroubleDoesNotChangeTheVerdict(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	comments := forgetest.Match{Method: "POST", Path: `/issues/\d+/comments$`}
	for name, f := range map[string]forgetest.Failure{
		"502":                  forgetest.BadGateway(),
		"502 after the effect": forgetest.BadGatewayAfterEffect(),
		"reset after":          forgetest.ConnectionReset(true),
		"secondary limit":      forgetest.SecondaryLimit(time.Second),
		"too long":             {Status: 422, Body: `{"message":"Validation Failed","errors":[{"resource":"IssueComment","code":"unprocessable","field":"data","message":"Body is too long (maximum is 65536 characters)"}]}`},
	} {
		w.second()
		w.host.Fail(comments, 1, f)
		if r := w.plan(nil); r.code != cli.ExitOK {
			t.Errorf("%s: exit %d: %v\n%s", name, r.code, r.err, r.log)
		}
		if len(w.comments(comment.KindPlan)) != 1 || w.status(w.headSHA).State != forge.Success {
			t.Errorf("%s: %d comments, status %+v", name, len(w.comments(comment.KindPlan)), w.status(w.headSHA))
		}
	}
	w.second()
	w.host.Fail(forgetest.Match{Path: `.*`}, -1, forgetest.Failure{Status: 503})
	if r := w.plan(nil); r.code != cli.ExitOK || r.outputs["verdict"] != "pass" {
		t.Errorf("a host that is down: exit %d, %v: %v\n%s", r.code, r.outputs, r.err, r.log)
	}
}

func TestAnOlderRunOverwritesNothing(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	w.runID = 200
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatal(r.err)
	}
	body, statuses := w.only(), len(w.host.Statuses(w.headSHA))
	w.runID = 199
	w.edit("    email: str\n", "")
	r := w.plan(nil)
	mustContain(t, "log", r.log, "a newer run")
	if w.only() != body {
		t.Error("the comment of the newer run was replaced")
	}
	// It said that it began, but the last word is the newer run's.
	if s := w.status(w.headSHA); s.State != forge.Success || len(w.host.Statuses(w.headSHA)) != statuses+2 {
		t.Errorf("status %+v", s)
	}
}

func TestAnInterruptedRunSaysSo(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	w.host.After(forgetest.Match{Method: "POST", Path: `/statuses/`}, cancel)
	started := time.Now()
	r := w.run(started2(ctx, w))
	if r.code != cli.ExitInterrupted {
		t.Errorf("exit %d: %v\n%s", r.code, r.err, r.log)
	}
	if took := time.Since(started); took > 30*time.Second {
		t.Errorf("it took %s to end", took)
	}
	mustContain(t, "comment", w.only(), "Interrupted")
	if s := w.status(w.headSHA); s.State != forge.Errored {
		t.Errorf("status %+v", s)
	}
}

func started2(ctx context.Context, w *world) started {
	return started{ctx: ctx, event: "pull_request", payload: w.pullRequest("opened"), sha: w.headSHA}
}

// TestTheMergeQueueIsAnsweredOnItsCommit has two pull requests that are harmless alone:
// one drops a column of a table without rows, and rows come in the meantime.
func TestTheMergeQueueIsAnsweredOnItsCommit(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	w.apply()
	w.second()
	w.edit("    referrer: Optional[str] = None\n", "")
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatalf("a column without values: %v\n%s", r.err, r.log)
	}
	w.sql("INSERT INTO PageViews (id, ts, path, status, referrer) VALUES ('a', now(), '/', 200, 'x')")
	base := w.host.Head("main")
	group := w.host.Commit("gh-readonly-queue/main/pr-1", "group", map[string][]byte{"a": []byte("b")})
	ref := fmt.Sprintf("refs/heads/gh-readonly-queue/main/pr-%d-%s", w.pr, group)
	queue := func() result {
		w.next()
		return w.run(started{event: "merge_group", sha: group, payload: map[string]any{
			"action": "checks_requested", "merge_group": map[string]any{"head_sha": group, "head_ref": ref, "base_sha": base, "base_ref": "refs/heads/main"},
		}})
	}
	if r := queue(); r.code != cli.ExitBlocked {
		t.Errorf("a hazard that came since: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	if s := w.status(group); s.State != forge.Failure || s.Context != "moose-migrate / production" {
		t.Errorf("status %+v", s)
	}
	// People decide about what they see: the pull request is planned again first.
	w.next()
	if r := w.plan(nil); r.code != cli.ExitBlocked {
		t.Errorf("planned again: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	w.host.AddRun(forgetest.Run{ID: w.planRun(), Attempt: 1, Status: "completed", HeadSHA: w.headSHA})
	w.say("alice", "/moose allow DS103 "+w.client.Database()+".PageViews.referrer")
	if r := queue(); r.code != cli.ExitOK {
		t.Errorf("allowed on its pull request: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	if s := w.status(group); s.State != forge.Success {
		t.Errorf("status %+v", s)
	}
}

// planRun is the run that wrote the comment about the plan.
func (w *world) planRun() int64 {
	m, _ := comment.Parse(w.only())
	return m.Run
}

// apply merges and applies the pull request.
func (w *world) apply() {
	w.t.Helper()
	if r := w.plan(nil); r.code != cli.ExitOK {
		w.t.Fatalf("plan: %v\n%s", r.err, r.log)
	}
	w.next()
	if r := w.push(w.merge(), nil); r.code != cli.ExitOK {
		w.t.Fatalf("migrate: %v\n%s", r.err, r.log)
	}
}

// TestWhatIsNewSinceTheApprovalStopsTheMigration has a hazard and drift appear between
// the merge and the migration, and has a person allow the hazard.
func TestWhatIsNewSinceTheApprovalStopsTheMigration(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	w.apply()
	w.second()
	w.edit("    referrer: Optional[str] = None\n", "")
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatalf("%v\n%s", r.err, r.log)
	}
	merged := w.merge()
	w.sql("ALTER TABLE PageViews ADD COLUMN hotfix String")
	w.next()
	r := w.push(merged, nil)
	if r.code != cli.ExitStale || r.outputs["verdict"] != "blocked" {
		t.Errorf("drift: exit %d, %v: %v\n%s", r.code, r.outputs, r.err, r.log)
	}
	mustContain(t, "error", fmt.Sprint(r.err), "hotfix")
	mustContain(t, "comment", w.only(), "Not applied", "by hand")
	if s := w.status(merged); s.State != forge.Failure {
		t.Errorf("status %+v", s)
	}
	w.sql("ALTER TABLE PageViews DROP COLUMN hotfix")
	w.sql("INSERT INTO PageViews (id, ts, path, status, referrer) VALUES ('a', now(), '/', 200, 'x')")
	w.next()
	r = w.push(merged, nil)
	if r.code != cli.ExitStale {
		t.Errorf("a new hazard: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "Not applied", "DS103")
	run := w.runID
	w.host.AddRun(forgetest.Run{ID: run, Attempt: 1, Status: "completed", HeadSHA: merged})
	w.next()
	w.say("alice", "/moose allow DS103 "+w.client.Database()+".PageViews.referrer one row is fine")
	if again := w.host.Run(run); again.Attempt != 2 {
		t.Errorf("the migration was not started again: %+v", again)
	}
	w.runID, w.attempt = run, 2
	if r = w.push(merged, nil); r.code != cli.ExitOK {
		t.Errorf("allowed: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "Applied")
}

// TestAPlanThatWaitsIsAppliedByTheNextRun has a merge whose own run never came: the host
// keeps only one run waiting.
func TestAPlanThatWaitsIsAppliedByTheNextRun(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	w.apply()
	const agent, phone = "    path: str\n    agent: str\n", "    email: str\n    phone: str\n"
	w.second()
	w.edit("    path: str\n", agent)
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatalf("%v\n%s", r.err, r.log)
	}
	w.merge()
	waits := w.pr
	w.second()
	w.edit(agent, "    path: str\n", "    email: str\n", phone)
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatalf("%v\n%s", r.err, r.log)
	}
	merged := w.merge()
	w.edit("    path: str\n", agent)
	w.next()
	if r := w.push(merged, nil); r.code != cli.ExitOK {
		t.Errorf("exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "Applied", "agent", "phone")
	mustContain(t, "comment on the one that waited", w.host.Comments(waits)[0].Body, "Applied")
	// What is applied does not wait any more: the same operations, undone by hand, stop.
	w.sql("ALTER TABLE PageViews DROP COLUMN agent")
	w.second()
	if r := w.push(w.merge(), nil); r.code != cli.ExitStale {
		t.Errorf("an applied plan approves once more: exit %d: %v\n%s", r.code, r.err, r.log)
	}
}

// TestARunThatWasStoppedIsNoApproval has a merge whose commit is the head of the pull
// request, so that the page about the migration could pass for the plan's.
func TestARunThatWasStoppedIsNoApproval(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	p := w.host.Pull(w.pr)
	p.Merged, p.Open, p.MergeSHA = true, false, w.headSHA
	w.host.SetPull(p)
	for range 2 {
		if r := w.push(w.headSHA, nil); r.code != cli.ExitStale || w.tables() != 0 {
			t.Fatalf("exit %d, %d tables: %v\n%s", r.code, w.tables(), r.err, r.log)
		}
		mustContain(t, "comment", w.only(), "Not applied")
		w.attempt++
	}
}

// TestAPlanOfAnEarlierCommitIsNoApproval merges a commit that nobody planned.
func TestAPlanOfAnEarlierCommitIsNoApproval(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	if r := w.plan(map[string]string{"save": "none"}); r.code != cli.ExitOK {
		t.Fatalf("%v\n%s", r.err, r.log)
	}
	p := w.host.Pull(w.pr)
	p.HeadSHA = w.host.Commit("feature", "one more", map[string][]byte{"README.md": []byte("z")})
	w.host.SetPull(p)
	w.next()
	r := w.push(w.merge(), nil)
	if r.code != cli.ExitStale || w.tables() != 0 {
		t.Errorf("exit %d, %d tables: %v\n%s", r.code, w.tables(), r.err, r.log)
	}
	mustContain(t, "log", r.log, "does not count: pull request")
}

func TestDraftsArePlannedLikeOthers(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	payload := w.pullRequest("opened")
	payload["pull_request"].(map[string]any)["draft"] = true
	if r := w.run(started{event: "pull_request", payload: payload, sha: w.headSHA}); r.code != cli.ExitOK {
		t.Errorf("exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "Ready")
	if s := w.status(w.headSHA); s.State != forge.Success {
		t.Errorf("status %+v", s)
	}
	payload["action"] = "closed"
	w.next()
	r := w.run(started{event: "pull_request", payload: payload, sha: w.headSHA})
	mustContain(t, "log of a closed one", r.log, "Nothing to do")
}

// TestMarkersOfOthersDoNotCount has people write what only the tool may write.
func TestMarkersOfOthersDoNotCount(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	page := &comment.Page{Environment: "production", State: comment.Planned, HeadSHA: w.headSHA, Run: comment.Run{ID: 1, Attempt: 1}, At: time.Now()}
	m := page.Marker()
	m.Conclusion, m.Scope = finding.Pass, strings.Repeat("a", 64)
	forged := w.host.AddComment(w.pr, "mallory", "fine\n\n"+m.Encode())
	if r := w.push(w.merge(), nil); r.code != cli.ExitStale || w.tables() != 0 {
		t.Errorf("a forged plan: exit %d, %d tables: %v", r.code, w.tables(), r.err)
	}
	for _, c := range w.host.Comments(w.pr) {
		if c.ID == forged && !strings.HasPrefix(c.Body, "fine") {
			t.Error("a comment of somebody else was edited")
		}
	}

	w.second()
	w.apply()
	w.sql("INSERT INTO PageViews (id, ts, path, status, referrer) VALUES ('a', now(), '/', 200, 'x')")
	w.second()
	w.edit("    referrer: Optional[str] = None\n", "")
	if r := w.plan(nil); r.code != cli.ExitBlocked {
		t.Fatalf("exit %d: %v", r.code, r.err)
	}
	plan, _ := comment.Parse(w.only())
	answer := &comment.Answer{
		Outcome: comment.Granted, Environment: "production", By: "alice", At: time.Now(),
		Finding: finding.Finding{Code: "DS103", Object: w.client.Database() + ".PageViews.referrer", Fingerprint: plan.Hazards[0]},
	}
	w.host.AddComment(w.pr, "mallory", answer.Body())
	w.next()
	if r := w.plan(nil); r.code != cli.ExitBlocked {
		t.Errorf("a forged decision: exit %d: %v", r.code, r.err)
	}
	w.host.AddComment(w.pr, "github-actions[bot]", answer.Body())
	w.next()
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Errorf("the same by the tool: exit %d: %v", r.code, r.err)
	}
}

// TestAPlanForAnotherBranchIsNoApproval changes the branch that the pull request goes into.
func TestAPlanForAnotherBranchIsNoApproval(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	w.host.Branch("release", w.host.Head("main"))
	p := w.host.Pull(w.pr)
	p.BaseRef = "release"
	w.host.SetPull(p)
	payload := w.pullRequest("opened")
	payload["pull_request"].(map[string]any)["base"].(map[string]any)["ref"] = "release"
	if r := w.run(started{event: "pull_request", payload: payload, sha: w.headSHA}); r.code != cli.ExitOK {
		t.Fatalf("%v\n%s", r.err, r.log)
	}
	p.BaseRef = "main"
	w.host.SetPull(p)
	w.next()
	if err := os.RemoveAll(filepath.Join(w.workspace, "migrations")); err != nil { // which nobody committed
		t.Fatal(err)
	}
	r := w.push(w.merge(), nil)
	if r.code != cli.ExitStale || w.tables() != 0 {
		t.Errorf("exit %d, %d tables: %v\n%s", r.code, w.tables(), r.err, r.log)
	}
	mustContain(t, "log", r.log, "made for the branch release")
}

func TestAMigrationThatFailsHalfwaySaysHowFarItCame(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	w.apply()
	w.second()
	w.edit("    path: str\n", "    path: str\n    agent: str\n", "    email: str\n", "    email: str\n    phone: str\n")
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatalf("%v\n%s", r.err, r.log)
	}
	merged := w.merge()
	w.next()
	ctx, cancel := context.WithCancel(t.Context())
	// The comment that says that it begins is the last thing before the first statement.
	w.host.After(forgetest.Match{Method: "PATCH", Path: `/issues/comments/`}, cancel)
	r := w.run(started{ctx: ctx, event: "push", payload: map[string]any{"before": "", "after": merged}, sha: merged, in: map[string]string{"command": "migrate"}})
	if r.code == cli.ExitOK {
		t.Fatalf("exit %d\n%s", r.code, r.log)
	}
	mustContain(t, "comment", w.only(), "Interrupted")
	if d := w.host.Deployments(); d[len(d)-1].States[1].State != forge.DeploymentFailure {
		t.Errorf("deployment %+v", d[len(d)-1])
	}
	if s := w.status(merged); s.State != forge.Errored {
		t.Errorf("status %+v", s)
	}
	w.attempt++
	if r = w.push(merged, nil); r.code != cli.ExitOK {
		t.Errorf("the second attempt: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "Applied")
}

// TestMissingPermissionsOfTheOtherCommands takes away what migrate, drift and /moose need.
func TestMissingPermissionsOfTheOtherCommands(t *testing.T) {
	const bot = "github-actions[bot]"
	w := newPythonWorld(t, forgetest.Options{Tokens: map[string]forgetest.Token{
		forgetest.DefaultToken: {Login: bot},
		"ghs_readOnly0000":     {Login: bot, Permissions: map[string]string{"contents": "read", "pull-requests": "read", "issues": "read"}},
		"ghs_noRerun00000":     {Login: bot, Permissions: map[string]string{"contents": "read", "pull-requests": "write", "issues": "write", "actions": "read"}},
	}})
	if r := w.plan(map[string]string{"save": "commit", "github-token": "ghs_readOnly0000"}); r.code != cli.ExitOK {
		t.Errorf("plan: exit %d: %v\n%s", r.code, r.err, r.log)
	} else {
		mustContain(t, "log", r.log, "contents: write")
	}
	w.next()
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatal(r.err)
	}
	w.host.AddRun(forgetest.Run{ID: w.runID, Attempt: 1, Status: "completed", HeadSHA: w.headSHA})
	w.sayWith("alice", "/moose plan", "ghs_noRerun00000")
	mustContain(t, "answer", w.comments(comment.KindAnswer)[0].Body, "actions: write")

	w.next()
	r := w.push(w.merge(), map[string]string{"github-token": "ghs_readOnly0000"})
	if r.code != cli.ExitOK {
		t.Errorf("migrate: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "log", r.log, "deployments: write", "statuses: write")
	w.sql("ALTER TABLE PageViews ADD COLUMN hotfix String")
	r = w.run(started{event: "schedule", sha: w.host.Head("main"), in: map[string]string{"command": "drift", "github-token": "ghs_readOnly0000"}})
	if r.code != cli.ExitOK || r.outputs["drift"] != "true" {
		t.Errorf("drift: exit %d, %v: %v", r.code, r.outputs, r.err)
	}
	mustContain(t, "log", r.log, "issues: write")
}

// TestOtherHostsHaveTheSameInterface runs a change on GitHub Enterprise Server and on Gitea.
func TestOtherHostsHaveTheSameInterface(t *testing.T) {
	for name, c := range map[string]struct {
		flavor forge.Flavor
		path   string
		env    map[string]string
	}{
		"GitHub Enterprise Server": {forge.GitHub, "/api/v3", nil},
		"Gitea":                    {forge.Gitea, "/api/v1", map[string]string{"GITEA_ACTIONS": "true"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newPythonWorld(t, forgetest.Options{Flavor: c.flavor})
			w.env = map[string]string{"GITHUB_API_URL": w.host.URL + c.path}
			for k, v := range c.env {
				w.env[k] = v
			}
			w.apply()
			mustContain(t, "comment", w.only(), "Applied")
			if s := w.status(w.headSHA); s.State != forge.Success {
				t.Errorf("status %+v", s)
			}
		})
	}
}

func TestDriftHasOneIssueThatOpensAndCloses(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	w.apply()
	look := func(failOn string) result {
		w.next()
		return w.run(started{event: "schedule", sha: w.host.Head("main"), in: map[string]string{"command": "drift", "fail-on": failOn}})
	}
	if r := look(""); r.code != cli.ExitOK || r.outputs["drift"] != "false" || len(w.host.Issues()) != 0 {
		t.Errorf("without drift: exit %d, %v, %d issues: %v\n%s", r.code, r.outputs, len(w.host.Issues()), r.err, r.log)
	}
	w.sql("ALTER TABLE PageViews ADD COLUMN hotfix String COMMENT '@everyone <!-- -->'")
	for range 2 {
		r := look("")
		if r.code != cli.ExitOK || r.outputs["drift"] != "true" {
			t.Errorf("with drift: exit %d, %v: %v\n%s", r.code, r.outputs, r.err, r.log)
		}
		issues := w.host.Issues()
		if len(issues) != 1 || !issues[0].Open || !strings.Contains(issues[0].Body, "hotfix") || !strings.HasSuffix(r.outputs["comment-url"], fmt.Sprintf("/issues/%d", issues[0].Number)) {
			t.Fatalf("issues %+v, output %q", issues, r.outputs["comment-url"])
		}
		mustContain(t, "summary", r.summary, "hotfix")
	}
	if r := look("warn"); r.code != cli.ExitStale || r.outputs["verdict"] != "blocked" {
		t.Errorf("fail-on warn: exit %d, %v", r.code, r.outputs)
	}
	w.sql("ALTER TABLE PageViews DROP COLUMN hotfix")
	look("")
	if issues := w.host.Issues(); len(issues) != 1 || issues[0].Open {
		t.Errorf("after the repair: %+v", issues)
	}
	w.sql("ALTER TABLE PageViews ADD COLUMN again String")
	look("")
	if issues := w.host.Issues(); len(issues) != 1 || !issues[0].Open {
		t.Errorf("drift again: %+v", issues)
	}
}

// TestAForkIsPlannedWithoutItsCodeNearSecrets runs the pair of workflows.
func TestAForkIsPlannedWithoutItsCodeNearSecrets(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	p := w.host.Pull(w.pr)
	p.HeadRepo = "mallory/shop"
	w.host.SetPull(p)

	// Without secrets, a plan says what to do instead.
	r := w.plan(map[string]string{"clickhouse-url": "", "github-token": ""})
	if r.code != cli.ExitBlocked {
		t.Errorf("a plan without secrets: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "error", fmt.Sprint(r.err), "comes from a fork", "workflow_run")

	r = w.run(started{event: "pull_request", payload: w.pullRequest("opened"), sha: w.headSHA, in: map[string]string{"command": "check", "clickhouse-url": "", "github-token": ""}})
	if r.code != cli.ExitOK || r.outputs["map-file"] != "moose-review/production/local_infra_map.json" {
		t.Fatalf("check: exit %d, %v: %v\n%s", r.code, r.outputs, r.err, r.log)
	}
	raw, err := os.ReadFile(filepath.Join(w.workspace, r.outputs["map-file"]))
	if err != nil {
		t.Fatal(err)
	}

	// The privileged half: the default branch, whose code must not run either.
	mainSHA := w.host.Head("main")
	for name, content := range map[string]string{".git/HEAD": mainSHA + "\n", "moose-map/local_infra_map.json": string(raw), "app/main.py": "raise SystemExit('run')"} {
		path := filepath.Join(w.workspace, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	triggered := func(conclusion, sha string) result {
		w.next()
		return w.run(started{event: "workflow_run", sha: mainSHA, in: map[string]string{"map": "moose-map/local_infra_map.json"}, payload: map[string]any{
			"action": "completed",
			"workflow_run": map[string]any{
				"id": 5, "event": "pull_request", "conclusion": conclusion, "head_sha": sha, "head_branch": "feature", "html_url": "https://github.example/run/5",
				"head_repository": map[string]any{"owner": map[string]any{"login": "mallory"}},
			},
		}})
	}
	r = triggered("success", w.headSHA)
	if r.code != cli.ExitOK || r.outputs["verdict"] != "pass" {
		t.Fatalf("plan: exit %d, %v: %v\n%s", r.code, r.outputs, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "PageViews", "configuration of the base branch")
	if s := w.status(w.headSHA); s.State != forge.Success {
		t.Errorf("status %+v", s)
	}
	if r = triggered("success", strings.Repeat("0", 40)); r.code != cli.ExitOK {
		t.Errorf("an older commit: exit %d: %v", r.code, r.err)
	}
	mustContain(t, "log", r.log, "Nothing to do")
	if r = triggered("failure", w.headSHA); r.code == cli.ExitOK {
		t.Errorf("the first half failed: exit %d", r.code)
	}
	mustContain(t, "comment", w.only(), "No plan")
	if s := w.status(w.headSHA); s.State != forge.Errored {
		t.Errorf("status %+v", s)
	}
}

func TestThePlanIsCommittedOnce(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	before := w.headSHA
	if r := w.plan(map[string]string{"save": "commit"}); r.code != cli.ExitOK {
		t.Fatalf("%v\n%s", r.err, r.log)
	}
	after := w.host.Head("feature")
	if after == before {
		t.Fatal("nothing was committed")
	}
	for _, name := range []string{"migrations/plan.yaml", "migrations/remote_state.json", "migrations/local_infra_map.json", "README.md"} {
		if _, ok := w.host.File("feature", name); !ok {
			t.Errorf("%s is not on the branch, which has %v", name, w.host.Files("feature"))
		}
	}
	if s := w.status(after); s.State != forge.Success {
		t.Errorf("status of the new commit: %+v", s)
	}
	// The next run plans the same, and commits nothing.
	w.next()
	w.headSHA = after
	p := w.host.Pull(w.pr)
	p.HeadSHA = after
	w.host.SetPull(p)
	if r := w.plan(map[string]string{"save": "commit"}); r.code != cli.ExitOK || w.host.Head("feature") != after {
		t.Errorf("again: exit %d, head %s, want %s: %v", r.code, w.host.Head("feature"), after, r.err)
	}
	// A branch with newer commits is left alone.
	w.next()
	w.edit("    email: str\n", "    email: str\n    phone: str\n")
	newer := w.host.Commit("feature", "newer", map[string][]byte{"README.md": []byte("y")})
	r := w.plan(map[string]string{"save": "commit"})
	if r.code != cli.ExitOK || w.host.Head("feature") != newer {
		t.Errorf("a moved branch: exit %d: %v", r.code, r.err)
	}
	// With save: none, nothing is written.
	if err := os.RemoveAll(filepath.Join(w.workspace, "migrations")); err != nil {
		t.Fatal(err)
	}
	w.next()
	if r := w.plan(map[string]string{"save": "none"}); r.code != cli.ExitOK || r.outputs["plan-file"] != "" {
		t.Errorf("save none: %v %v", r.outputs, r.err)
	}
	if _, err := os.Stat(filepath.Join(w.workspace, "migrations")); err == nil {
		t.Error("save: none wrote files of a plan")
	}
}
