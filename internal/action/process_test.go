package action

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
)

// codes are those of the findings that a report has.
func codes(t *testing.T, w *world, r result) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(w.workspace, filepath.FromSlash(r.outputs["report-json"])))
	if err != nil {
		t.Fatalf("%v\n%s", err, r.log)
	}
	var out []string
	for _, part := range strings.Split(string(raw), `"code": "`)[1:] {
		code, _, _ := strings.Cut(part, `"`)
		out = append(out, code)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestWhatTheHostSaysOfTheProcess plans a pull request on a branch that demands the
// check, then on one that does not, beside another pull request with the same tables.
func TestWhatTheHostSaysOfTheProcess(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	r := w.plan(nil)
	if found := codes(t, w, r); r.code != cli.ExitOK || len(found) != 0 {
		t.Errorf("a normal project has the findings %q: %v\n%s", found, r.err, r.log)
	}
	first := w.only()

	// Another pull request changes the same tables, and the branch demands another check.
	other := w.host.AddPull(forgetest.Pull{PullRequest: forge.PullRequest{HeadRef: "other", Author: "bob"}})
	w.host.AddComment(other, "github-actions[bot]", first)
	w.host.SetRequiredChecks("main", "test")
	w.next()
	r = w.plan(nil)
	if found := codes(t, w, r); !slices.Equal(found, []string{"PL012", "SE004"}) {
		t.Errorf("the findings %q, want PL012 and SE004: %v\n%s", found, r.err, r.log)
	}
	if m, ok := comment.Parse(w.only()); !ok || len(m.Objects) == 0 {
		t.Errorf("the comment does not remember what the plan changes: %+v", m)
	}

	// The job's own name is as good as the status.
	w.host.SetRequiredChecks("main", "Plan it")
	workflow := filepath.Join(w.workspace, ".github", "workflows", "plan.yml")
	if err := os.MkdirAll(filepath.Dir(workflow), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(workflow, []byte("on: pull_request\njobs:\n  plan:\n    name: Plan it\n    runs-on: ubuntu-latest\n    steps:\n      - run: true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.next()
	w.env = map[string]string{"GITHUB_JOB": "plan", "GITHUB_WORKFLOW_REF": "acme/shop/.github/workflows/plan.yml@refs/pull/1/merge"}
	// Who may not see the rules learns nothing, and nothing fails.
	r = w.plan(nil)
	if found := codes(t, w, r); !slices.Equal(found, []string{"PL012"}) {
		t.Errorf("the findings %q, want PL012: %v\n%s", found, r.err, r.log)
	}
}

// TestACheckoutThatLacksTheTargetBranch plans the head of a pull request instead of the
// merge, after the branch has got a table that the server has already.
func TestACheckoutThatLacksTheTargetBranch(t *testing.T) {
	w := newPythonWorld(t, forgetest.Options{})
	w.host.Commit("main", "invoices", map[string][]byte{"app/invoices.py": []byte("x")})
	git := filepath.Join(w.workspace, ".git")
	if err := os.MkdirAll(git, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(git, "HEAD"), []byte(w.headSHA+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := w.plan(nil)
	if found := codes(t, w, r); len(found) != 0 {
		t.Errorf("a plan that only adds has the findings %q: %v\n%s", found, r.err, r.log)
	}
	w.next()
	if r = w.push(w.merge(), nil); r.code != cli.ExitOK {
		t.Fatalf("migrate: %v\n%s", r.err, r.log)
	}
	w.sql("ALTER TABLE PageViews ADD COLUMN extra String")
	p := w.host.Pull(w.pr)
	p.Merged, p.Open, p.MergeSHA = false, true, ""
	w.host.SetPull(p)
	w.next()
	r = w.plan(nil)
	if found := codes(t, w, r); !slices.Contains(found, "PL003") || r.code != cli.ExitBlocked {
		t.Errorf("the findings %q, exit %d: %v\n%s", found, r.code, r.err, r.log)
	}
}
