package session

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/config"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// planned is a plan for one table on a real server, in a project in a repository.
func planned(t *testing.T) *Planned {
	t.Helper()
	ch := testparts.ClickHouse(t)
	db := testparts.Database(t, ch)
	target, err := dsn.ParseClickHouse(ch.NativeURL(db))
	if err != nil {
		t.Fatal(err)
	}
	client, err := clickhouse.Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	dir := t.TempDir()
	for path, content := range map[string]string{".git/HEAD": "ref: refs/heads/main\n", ".github/workflows/plan.yml": "on: push\n", ".github/workflows/notes.md": "x"} {
		full := filepath.Join(dir, filepath.FromSlash(path))
		if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o750), os.WriteFile(full, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	project := filepath.Join(dir, "services", "shop")
	if err := os.MkdirAll(project, 0o750); err != nil {
		t.Fatal(err)
	}
	p := &Planned{Session: &Session{Project: &config.Project{Dir: project}, Client: client}, Desired: inframap.New(db), ToolVersion: "0.6.533"}
	p.declare("T", "Int64")
	p.again(t)
	return p
}

func (p *Planned) declare(name, columnType string) {
	p.Desired.Tables[name] = &inframap.Table{
		Name: name, Engine: inframap.Engine{Name: "MergeTree"}, OrderBy: inframap.OrderByColumns("id"), LifeCycle: inframap.FullyManaged,
		Columns: []inframap.Column{{Name: "id", DataType: inframap.SimpleType(columnType), Required: true}},
	}
}

func (p *Planned) again(t *testing.T) {
	t.Helper()
	var err error
	if p.Outcome, err = planner.Make(t.Context(), p.Client, planner.Input{Recorded: p.recorded, Desired: p.Desired, Options: diff.Options{}}); err != nil {
		t.Fatal(err)
	}
}

// saved is what is found out about the saved plan.
func (p *Planned) saved(t *testing.T) *review.SavedPlan {
	t.Helper()
	out, err := p.process(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out.Saved
}

func TestWhatIsKnownOfASavedPlan(t *testing.T) {
	p := planned(t)
	found, err := p.process(t.Context())
	if err != nil || found.Saved != nil || found.Purpose != review.ForReview || found.DeclaredVersion != "0.6.533" || found.Deltas != nil {
		t.Fatalf("without a saved plan: %+v, %v", found, err)
	}
	if len(found.Workflows) != 1 || found.Workflows[0].Path != ".github/workflows/plan.yml" || string(found.Workflows[0].Content) != "on: push\n" {
		t.Errorf("workflows: %+v", found.Workflows)
	}

	files := p.Outcome.Files(&plan.Plan{CreatedAt: time.Now()})
	if err := files.Save(p.Project.Dir); err != nil {
		t.Fatal(err)
	}
	if s := p.saved(t); s == nil || s.Err != nil || s.Applied || len(s.Stale)+len(s.Drifted) > 0 {
		t.Errorf("a fresh plan: %+v", s)
	}

	p.declare("Later", "Int64")
	p.again(t)
	if s := p.saved(t); len(s.Drifted) > 0 || !slices.ContainsFunc(s.Stale, func(d string) bool { return strings.Contains(d, "Later") }) {
		t.Errorf("other code: stale %q, drifted %q", s.Stale, s.Drifted)
	}
	p.savesPlan = true
	if s := p.saved(t); !s.Rewritten || len(s.Stale) > 0 {
		t.Errorf("a run that writes it anew: %+v", s)
	}
	p.savesPlan = false
	delete(p.Desired.Tables, "Later")

	if err := p.Client.Conn().Exec(t.Context(), "CREATE TABLE T (id Int32) ENGINE = MergeTree ORDER BY id"); err != nil {
		t.Fatal(err)
	}
	p.again(t)
	if s := p.saved(t); len(s.Stale) > 0 || !slices.ContainsFunc(s.Drifted, func(d string) bool { return strings.Contains(d, "table T") }) {
		t.Errorf("another state: stale %q, drifted %q", s.Stale, s.Drifted)
	}

	p.Process = &review.Process{Purpose: review.ForMigration}
	if out, err := p.process(t.Context()); err != nil || out.Saved != nil || out.Workflows != nil {
		t.Errorf("when it is applied: %+v, %v", out, err)
	}
	p.Process = nil

	broken := filepath.Join(p.Project.Dir, plan.Dir)
	if err := errors.Join(os.Remove(filepath.Join(broken, plan.BeforeFile)), os.WriteFile(filepath.Join(broken, "20260131_120000_000_migration.yaml"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	found, err = p.process(t.Context())
	if err != nil || found.Saved.Err == nil || found.Saved.Files != nil || !slices.Equal(found.Deltas, []string{"migrations/20260131_120000_000_migration.yaml"}) {
		t.Errorf("without one of its files: %+v, %v", found.Saved, err)
	}
}
