package recopy_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/recopy"
)

// bench is a database of the real engine.
type bench struct {
	*clickhouse.Client
	t  testing.TB
	db string
}

func newBench(t testing.TB) *bench {
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
	return &bench{client, t, db}
}

func (b *bench) exec(statements ...string) {
	b.t.Helper()
	for _, sql := range statements {
		if err := b.Conn().Exec(b.t.Context(), sql); err != nil {
			b.t.Fatalf("%s: %v", sql, err)
		}
	}
}

func (b *bench) is(query, want string) {
	b.t.Helper()
	if got, err := b.Lines(b.t.Context(), query); err != nil || got != want {
		b.t.Errorf("%s: %q %v, want %q", query, got, err, want)
	}
}

// table makes a table with rows in several parts and partitions, a view on it, and the
// operation that gives it another key, other partitions and one more column.
func (b *bench) table(name string) *plan.CopyTableOp {
	b.t.Helper()
	b.exec(
		fmt.Sprintf("CREATE TABLE %s (id UInt64, v String) ENGINE = MergeTree PARTITION BY id %% 2 ORDER BY id COMMENT 'mine'", name),
		fmt.Sprintf("CREATE TABLE %s_seen (id UInt64) ENGINE = MergeTree ORDER BY id", name),
		fmt.Sprintf("INSERT INTO %s SELECT number, 'a' FROM numbers(100)", name),
		fmt.Sprintf("CREATE MATERIALIZED VIEW %[1]s_view TO %[1]s_seen AS SELECT id FROM %[1]s", name),
		fmt.Sprintf("INSERT INTO %s SELECT number + 100, 'b' FROM numbers(50)", name),
	)
	database := b.db
	return &plan.CopyTableOp{
		OnTable: plan.OnTable{Table: name, Database: &database}, Beside: "_moose_new_" + name, Trash: "_moose_trash_" + name, Columns: []string{"id", "v"}, Exact: true, Comment: "mine",
		Create: fmt.Sprintf("CREATE TABLE IF NOT EXISTS `%s`.`_moose_new_%s` (`id` UInt64, `v` String, `n` UInt8 DEFAULT 7) ENGINE = MergeTree PARTITION BY id %% 3 ORDER BY (v, id)", b.db, name),
	}
}

// copied checks that everything is as it must be after the copy.
func (b *bench) copied(name string) {
	b.t.Helper()
	b.is("SELECT count(), uniqExact(id), sum(id), sum(n) FROM "+name, "150\t150\t11175\t1050")
	b.is("SELECT count(), uniqExact(id), sum(id) FROM _moose_trash_"+name, "150\t150\t11175")
	b.is("SELECT count(), uniqExact(id) FROM "+name+"_seen", "50\t50")
	b.is("SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = '_moose_trash_"+name+"'", plan.TrashNote(name, "mine"))
	b.is("SELECT sorting_key FROM system.tables WHERE database = currentDatabase() AND name = '"+name+"'", "v, id")
	b.is("SELECT groupArray(name) FROM system.tables WHERE database = currentDatabase() AND match(name, '^_moose_(new|step)')", "[]")
	b.exec("INSERT INTO "+name+" (id, v) VALUES (1000, 'c')", "OPTIMIZE TABLE _moose_trash_"+name+" FINAL")
	b.is("SELECT count() FROM "+name+"_seen", "51")
	b.is("SELECT count() FROM system.parts WHERE database = currentDatabase() AND active AND table = '_moose_trash_"+name+"'", "2") // merges go on
}

func TestACopyHasEveryRowOnce(t *testing.T) {
	b := newBench(t)
	op := b.table("T")
	var last recopy.Progress
	if err := recopy.Run(t.Context(), b, op, recopy.Options{Watch: func(p recopy.Progress) { last = p }}); err != nil {
		t.Fatal(err)
	}
	if last.Rows != 150 || last.Total != 150 || last.PerSecond <= 0 {
		t.Errorf("%+v", last)
	}
	b.copied("T")
	if err := recopy.Run(t.Context(), b, op, recopy.Options{}); err != nil {
		t.Errorf("once more: %v", err)
	}
	b.is("SELECT count() FROM T", "151")
}

// cut is a server that answers no more from the n-th statement on; when late, that one is
// still carried out.
type cut struct {
	*bench
	n    int
	late bool
}

var errCut = errors.New("the connection is gone")

func (c *cut) Command(ctx context.Context, sql string, settings map[string]any) error {
	if c.n--; c.n > 0 {
		return c.Client.Command(ctx, sql, settings)
	}
	if c.n == 0 && c.late {
		_ = c.Client.Command(ctx, sql, settings)
	}
	return errCut
}

// TestACopyGoesOnAfterAnyCut cuts a run off before and after each of its statements, and
// runs again.
func TestACopyGoesOnAfterAnyCut(t *testing.T) {
	b := newBench(t)
	for _, late := range []bool{false, true} {
		for n := 1; ; n++ {
			name := fmt.Sprintf("T%d%t", n, late)
			op := b.table(name)
			err := recopy.Run(t.Context(), &cut{b, n, late}, op, recopy.Options{})
			if err == nil {
				if n < 20 {
					t.Errorf("there are only %d statements", n)
				}
				t.Logf("late %t: cut off at %d statements", late, n-1)
				break
			}
			if !errors.Is(err, errCut) {
				t.Fatalf("cut at %d: %v", n, err)
			}
			if err := recopy.Run(t.Context(), b, op, recopy.Options{}); err != nil {
				t.Fatalf("after a cut at %d (late %t): %v", n, late, err)
			}
			b.copied(name)
			if t.Failed() {
				t.Fatalf("after a cut at %d (late %t)", n, late)
			}
		}
	}
}

// TestMergesThatOthersStart: what was copied is not there any more as it was.
func TestMergesThatOthersStart(t *testing.T) {
	b := newBench(t)
	op := b.table("T")
	merged := false
	err := recopy.Run(t.Context(), b, op, recopy.Options{Watch: func(recopy.Progress) {
		if !merged {
			merged = true
			b.exec("SYSTEM START MERGES T", "OPTIMIZE TABLE T FINAL", "INSERT INTO T SELECT number + 150, 'c' FROM numbers(10)")
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	b.is("SELECT count(), uniqExact(id) FROM T", "160\t160")
	b.is("SELECT count(), uniqExact(id) FROM T_seen", "60\t60")
}

func TestTheLastOfSeveralRowsStays(t *testing.T) {
	b := newBench(t)
	b.exec("CREATE TABLE R (id UInt64, v UInt64) ENGINE = ReplacingMergeTree ORDER BY id")
	for i := range 20 {
		b.exec(fmt.Sprintf("INSERT INTO R SELECT number, %d FROM numbers(50)", i))
	}
	database := b.db
	op := &plan.CopyTableOp{
		OnTable: plan.OnTable{Table: "R", Database: &database}, Beside: "_moose_new_R", Trash: "_moose_trash_R", Columns: []string{"id", "v"},
		Create: fmt.Sprintf("CREATE TABLE IF NOT EXISTS `%s`.`_moose_new_R` (`id` UInt64, `v` UInt64) ENGINE = ReplacingMergeTree PARTITION BY id %% 2 ORDER BY id", b.db),
	}
	if err := recopy.Run(t.Context(), b, op, recopy.Options{}); err != nil {
		t.Fatal(err)
	}
	b.is("SELECT count(), min(v), max(v) FROM R FINAL", "50\t19\t19")
}

func TestWhatIsRefused(t *testing.T) {
	b := newBench(t)
	for name, c := range map[string]struct {
		prepare []string
		want    string
	}{
		"engine":   {[]string{"CREATE TABLE engine (id UInt64, v String) ENGINE = Log"}, "only tables of the MergeTree family"},
		"parts":    {[]string{"CREATE TABLE parts (id UInt64, v String) ENGINE = MergeTree ORDER BY id SETTINGS parts_to_delay_insert = 1", "INSERT INTO parts VALUES (1, '')"}, "ALTER TABLE"},
		"mutation": {[]string{"CREATE TABLE mutation (id UInt64, v String) ENGINE = MergeTree ORDER BY id", "INSERT INTO mutation VALUES (1, 'x')", "ALTER TABLE mutation UPDATE v = toString(throwIf(1)) WHERE 1 SETTINGS mutations_sync = 0"}, "is not finished"},
	} {
		t.Run(name, func(t *testing.T) {
			b.exec(c.prepare...)
			database := b.db
			op := &plan.CopyTableOp{
				OnTable: plan.OnTable{Table: name, Database: &database}, Beside: "_moose_new_" + name, Trash: "_moose_trash_" + name, Columns: []string{"id", "v"},
				Create: fmt.Sprintf("CREATE TABLE IF NOT EXISTS `%s`.`_moose_new_%s` (`id` UInt64, `v` String) ENGINE = MergeTree ORDER BY v", b.db, name),
			}
			if err := recopy.Run(t.Context(), b, op, recopy.Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
			b.is("SELECT count() FROM system.tables WHERE database = currentDatabase() AND startsWith(name, '_moose')", "0")
		})
	}
}
