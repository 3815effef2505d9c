package action

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/state/keepermap"
)

// policy writes the project's moose-migrate.yml.
func (w *world) policy(text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.workspace, policy.File), []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// label sets a label of the pull request or takes it away, and runs the workflow on it.
func (w *world) label(login, name string, removed bool) result {
	w.t.Helper()
	w.next()
	action, pr := "labeled", w.host.Pull(w.pr)
	pr.Labels = []string{name}
	if removed {
		action, pr.Labels = "unlabeled", nil
	}
	w.host.SetPull(pr)
	payload := w.pullRequest(action)
	payload["label"], payload["sender"] = map[string]any{"name": name}, map[string]any{"login": login, "type": "User"}
	return w.run(started{event: "pull_request_target", payload: payload, sha: w.host.Head("main")})
}

// replan plans again as a new attempt of the run that planned first.
func (w *world) replan(run int64) result {
	w.t.Helper()
	back := w.runID
	w.runID = run
	w.attempt++
	defer func() { w.runID = back }()
	return w.plan(nil)
}

// TestAPolicyHoldsFromThePullRequestToTheMigration has a change that two people other
// than the author must allow: one by a comment, one by a label. What they said is on
// record before the migration. Then a freeze stops one.
func TestAPolicyHoldsFromThePullRequestToTheMigration(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	w.host.SetRole("bob", "write")
	w.host.SetRole("carol", "maintain")
	w.host.SetRole("tina", "triage")
	w.apply()
	w.sql("INSERT INTO PageViews (id, ts, path, status, referrer) VALUES ('a', now(), '/', 200, 'x')")
	w.policy("approvals: [{rules: [DS103], environments: [production], count: 2, not_author: true}]\n")
	w.second()
	w.edit("    referrer: Optional[str] = None\n", "")
	if r := w.plan(nil); r.code != cli.ExitBlocked {
		t.Fatalf("exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "2 people with write access must allow it, and the author does not count; **2 more** to go")
	planned := w.runID
	w.host.AddRun(forgetest.Run{ID: planned, Attempt: 1, Status: "completed", HeadSHA: w.headSHA})
	object := w.client.Database() + ".PageViews.referrer"
	w.next()
	w.say("alice", "/moose allow DS103 "+object+" I wrote it")
	w.say("bob", "/moose allow DS103 "+object+" nobody reads it until 2001-01-01")
	w.say("bob", "/moose allow DS103 "+object+" nobody reads it until 2099-12-31")
	if r := w.replan(planned); r.code != cli.ExitBlocked {
		t.Fatalf("one of two people: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "**1 more** to go", "nobody reads it", "until 1 Jan 2100 00:00 UTC")
	if answers := w.comments(comment.KindAllow); len(answers) != 2 {
		t.Errorf("%d decisions, want those of alice and of bob with a day to come", len(answers))
	}

	const label = "moose-allow: DS103"
	if r := w.label("tina", label, false); r.code != cli.ExitOK || len(w.comments(comment.KindAllow)) != 2 {
		t.Errorf("a label of someone without write access: exit %d\n%s", r.code, r.log)
	}
	if r := w.label("carol", label, false); r.code != cli.ExitOK || len(w.comments(comment.KindAllow)) != 3 || w.host.Run(planned).Attempt < 2 {
		t.Fatalf("a label: exit %d, %v\n%s", r.code, w.host.Run(planned), r.log)
	}
	if r := w.replan(planned); r.code != cli.ExitOK {
		t.Fatalf("two people: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "carol", "with a label")
	// The label goes, and comes back by someone who may not decide.
	w.label("carol", label, true)
	if r := w.replan(planned); r.code != cli.ExitBlocked {
		t.Errorf("the label is gone: exit %d: %v", r.code, r.err)
	}
	w.label("tina", label, false)
	if r := w.replan(planned); r.code != cli.ExitBlocked {
		t.Errorf("the label is back by someone without write access: exit %d: %v", r.code, r.err)
	}
	w.label("carol", label, false)
	if r := w.replan(planned); r.code != cli.ExitOK {
		t.Fatalf("the label is back: exit %d: %v", r.code, r.err)
	}

	w.runID, w.attempt = w.runID+10, 1
	if r := w.push(w.merge(), nil); r.code != cli.ExitOK {
		t.Fatalf("migrate: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	store, err := keepermap.New(w.client.Conn(), keepermap.Options{Database: w.client.Database()})
	if err != nil {
		t.Fatal(err)
	}
	used, err := store.Recorded(t.Context())
	if err != nil || len(used) != 2 {
		t.Fatalf("recorded %+v, %v", used, err)
	}
	if b, c := used[0], used[1]; b.By != "bob" || b.Reason != "nobody reads it" || b.Expires.Year() != 2100 || b.Object != object || b.Environment != "production" ||
		!strings.Contains(b.Run, "/actions/runs/") || len(b.Digest) != 64 || b.URL == "" || c.By != "carol" || c.Via != "label" {
		t.Errorf("recorded %+v", used)
	}

	// A freeze is said on the pull request, and stops the migration until someone allows it.
	today := time.Now().UTC().Format(time.DateOnly)
	w.policy(fmt.Sprintf("freeze: [{from: %s, to: 2099-01-01, reason: the fair}]\n", today))
	w.second()
	w.edit("    path: str\n", "    path: str\n    extra: str\n")
	if r := w.plan(nil); r.code != cli.ExitOK {
		t.Fatalf("a plan in a freeze: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "PL015", "the fair")
	merged := w.merge()
	w.next()
	if r := w.push(merged, nil); r.code != cli.ExitStale {
		t.Errorf("a migration in a freeze: exit %d: %v\n%s", r.code, r.err, r.log)
	}
	mustContain(t, "comment", w.only(), "Not applied", "nothing is to be applied at this time", "/moose allow PL015")
	run := w.runID
	w.host.AddRun(forgetest.Run{ID: run, Attempt: 1, Status: "completed", HeadSHA: merged})
	w.next()
	w.say("bob", "/moose allow PL015 freeze "+today+" to 2099-01-01 the fair needs it")
	w.runID, w.attempt = run, 2
	if r := w.push(merged, nil); r.code != cli.ExitOK {
		t.Errorf("an allowed migration in a freeze: exit %d: %v\n%s", r.code, r.err, r.log)
	}
}

// TestADigestByHandIsOneWord: it approves all hazards of a plan, but neither ends a
// freeze nor stands for several people.
func TestADigestByHandIsOneWord(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	w.apply()
	w.sql("INSERT INTO PageViews (id, ts, path, status, referrer) VALUES ('a', now(), '/', 200, 'x')")
	w.edit("    referrer: Optional[str] = None\n", "")
	byHand := func(command, digest string) result {
		w.next()
		in := map[string]string{"command": command}
		if digest != "" {
			in["digest"] = digest
		}
		return w.run(started{event: "workflow_dispatch", payload: map[string]any{}, sha: w.host.Head("main"), in: in})
	}
	digest := byHand("plan", "").outputs["digest"]
	for _, text := range []string{
		"freeze: [{from: 2020-01-01, to: 2099-01-01, reason: x}]", "approvals: [{count: 1}]",
	} {
		w.policy(text)
		if r := byHand("migrate", digest); r.code != cli.ExitStale {
			t.Errorf("%s: exit %d: %v\n%s", text, r.code, r.err, r.log)
		}
	}
	w.policy("fail_on: warn")
	if r := byHand("migrate", digest); r.code != cli.ExitOK {
		t.Fatalf("exit %d: %v\n%s", r.code, r.err, r.log)
	}
	store, err := keepermap.New(w.client.Conn(), keepermap.Options{Database: w.client.Database()})
	if err != nil {
		t.Fatal(err)
	}
	if used, err := store.Recorded(t.Context()); err != nil || len(used) != 1 || used[0].By != "alice" || used[0].Via != "digest" || used[0].Code != "DS103" {
		t.Errorf("recorded %+v, %v", used, err)
	}
}
