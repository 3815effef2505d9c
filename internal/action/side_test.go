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
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
)

// TestWhatCannotBeToldNeverChangesTheVerdict takes the permissions away one by one, and
// has the host fail in every other way.
func TestWhatCannotBeToldNeverChangesTheVerdict(t *testing.T) {
	w := newWorld(t, forgetest.Options{Tokens: map[string]forgetest.Token{
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
	w := newWorld(t, forgetest.Options{})
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
	w := newWorld(t, forgetest.Options{})
	w.runID = 200
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatal(r.err)
	}
	body, statuses := w.only(), len(w.host.Statuses(w.headSHA))
	w.runID = 199
	w.edit("  email: string;\n", "")
	r := w.plan(nil)
	mustContain(t, "log", r.log, "a newer run")
	if w.only() != body {
		t.Error("the comment of the newer run was replaced")
	}
	// It may say that it began, but the last word is the newer run's.
	if s := w.status(w.headSHA); s.State != forge.Success || len(w.host.Statuses(w.headSHA)) > statuses+2 {
		t.Errorf("status %+v", s)
	}
}

func TestAnInterruptedRunSaysSo(t *testing.T) {
	w := newWorld(t, forgetest.Options{})
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

func TestTheMergeQueueIsAnsweredOnItsCommit(t *testing.T) {
	w := newWorld(t, forgetest.Options{})
	w.sql("CREATE TABLE Legacy (id String, n Int64) ENGINE = MergeTree ORDER BY id")
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatal(r.err)
	}
	group := w.host.Commit("gh-readonly-queue/main/pr-1", "group", map[string][]byte{"a": []byte("b")})
	ref := fmt.Sprintf("refs/heads/gh-readonly-queue/main/pr-%d-%s", w.pr, group)
	r := w.run(started{event: "merge_group", sha: group, payload: map[string]any{
		"action": "checks_requested", "merge_group": map[string]any{"head_sha": group, "head_ref": ref, "base_sha": w.host.Head("main"), "base_ref": "refs/heads/main"},
	}})
	if r.code != cli.ExitOK {
		t.Errorf("exit %d: %v\n%s", r.code, r.err, r.log)
	}
	if s := w.status(group); s.State != forge.Success || s.Context != "moose-migrate / production" {
		t.Errorf("status %+v", s)
	}
}

func TestDriftHasOneIssueThatOpensAndCloses(t *testing.T) {
	w := newWorld(t, forgetest.Options{})
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatal(r.err)
	}
	if r := w.push(w.merge(), nil); r.code != cli.ExitOK {
		t.Fatal(r.err)
	}
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
		if len(issues) != 1 || !issues[0].Open || !strings.Contains(issues[0].Body, "hotfix") || r.outputs["comment-url"] != issues[0].URL {
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
	w := newWorld(t, forgetest.Options{})
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
	for name, content := range map[string]string{".git/HEAD": mainSHA + "\n", "moose-map/local_infra_map.json": string(raw), "app/index.ts": "throw new Error('run')"} {
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
	w := newWorld(t, forgetest.Options{})
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
	w.edit("  email: string;\n", "  email: string;\n  phone: string;\n")
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
