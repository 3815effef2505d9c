package interop

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/e2e/mooseprogram"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// bench is a project that both programs work on, one after the other.
type bench struct {
	t       *testing.T
	p       place
	cli     testparts.CLI
	project testparts.Project
}

func newBench(t *testing.T, withRedis bool) *bench {
	t.Helper()
	t.Parallel()
	b := &bench{t: t, p: newPlace(t, withRedis), cli: testparts.MooseCLI(t)}
	b.project = b.cli.Project(t, "interop-ts")
	b.p.prepare(t, b.project)
	return b
}

// pullRequest puts the second state of the project into the place of the first.
func (b *bench) pullRequest() {
	b.t.Helper()
	mooseprogram.Replace(b.t, b.project, "pull-request/index.ts", "app/index.ts")
}

// ours runs our program over HTTP, so that both see the same server.
func (b *bench) ours(code int, args ...string) mooseprogram.Result {
	b.t.Helper()
	return moose(b.t, b.p, b.project, true, code, args...)
}

// theirs runs the Moose CLI, which must succeed.
func (b *bench) theirs(args ...string) mooseprogram.Result {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, b.cli.Bin, append(args, b.p.theirs()...)...)
	cmd.Dir, cmd.Env = b.project.Dir, b.project.Environ
	r := mooseprogram.Run(b.t, cmd)
	if r.Code != 0 {
		b.t.Fatalf("the Moose CLI failed: %s\n%s", r.Out, r.Err)
	}
	return r
}

func (b *bench) plan() string {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.project.Dir, "migrations", "plan.yaml"))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(data)
}

// theyFindNothing lets the Moose CLI plan and demands an empty plan.
func (b *bench) theyFindNothing() {
	b.t.Helper()
	b.theirs("generate", "migration", "--save", "--yes-all")
	if text := b.plan(); !strings.Contains(text, "operations: []") {
		b.t.Fatalf("after our migration the Moose CLI finds something to do:\n%s", text)
	}
}

// weFindNothing demands that our plan is empty, and that it rests on a stored state.
func (b *bench) weFindNothing() {
	b.t.Helper()
	r := b.ours(0, "plan", "--detailed-exitcode", "--format", "json")
	var rep report.Report
	if err := json.Unmarshal([]byte(r.Out), &rep); err != nil {
		b.t.Fatalf("plan --format json: %v\n%s", err, r.Out)
	}
	if len(rep.Adopted)+len(rep.Drift)+len(rep.Operations)+rep.Unmanaged.Count > 0 {
		b.t.Errorf("the stored state is not what the server holds:\n%s", r.Out)
	}
}

func (b *bench) weGenerate() {
	b.t.Helper()
	b.ours(0, "generate", "migration", "--save", "--yes-rename")
}
func (b *bench) weMigrate() { b.t.Helper(); b.ours(0, "migrate") }
func (b *bench) theyGenerate() {
	b.t.Helper()
	b.theirs("generate", "migration", "--save", "--yes-all")
}
func (b *bench) theyMigrate() { b.t.Helper(); b.theirs("migrate") }

// The sample project has what the Moose CLI itself converges on. That leaves out
// Nullable inside a tuple or a map, which it does not see in ClickHouse, and tables
// named like sales_2024, whose number it takes for a version.

func TestOurMigrationsLeaveTheMooseCLINothingToDo(t *testing.T) {
	b := newBench(t, false)
	b.weGenerate()
	b.weMigrate()
	b.theyFindNothing()
	b.pullRequest()
	b.weGenerate()
	b.weMigrate()
	b.weFindNothing()
	b.theyFindNothing()
}

func TestWeGoOnWhereTheMooseCLIStopped(t *testing.T) {
	b := newBench(t, false)
	b.theyGenerate()
	b.theyMigrate()
	b.weFindNothing()
	b.pullRequest()
	b.theyGenerate()
	b.weMigrate() // their plan
	b.weFindNothing()
	b.theyFindNothing()
}

func TestTheMooseCLIExecutesOurPlans(t *testing.T) {
	b := newBench(t, false)
	b.weGenerate()
	b.theyMigrate() // our plan
	b.weFindNothing()
	b.pullRequest()
	b.weGenerate()
	b.theyMigrate()
	b.weFindNothing()
}

func TestBothShareAStateInRedis(t *testing.T) {
	b := newBench(t, true)
	b.theyGenerate()
	b.theyMigrate()
	b.weFindNothing()
	b.pullRequest()
	b.weGenerate()
	b.weMigrate()
	b.weFindNothing()
	b.theyFindNothing()
}
