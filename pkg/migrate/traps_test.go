package migrate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// What goes wrong with Moose 0.6.533 and has no test elsewhere.

func (b *bench) report(out *planner.Outcome) string {
	b.t.Helper()
	r, err := report.New(out, report.Options{})
	if err != nil {
		b.t.Fatal(err)
	}
	var text strings.Builder
	if err := r.Text(&text, report.TextOptions{}); err != nil {
		b.t.Fatal(err)
	}
	return text.String()
}

func (b *bench) mustSay(out *planner.Outcome, want ...string) {
	b.t.Helper()
	text := b.report(out)
	for _, w := range want {
		if !strings.Contains(text, w) {
			b.t.Errorf("the plan does not say %q:\n%s", w, text)
		}
	}
}

// A name that ends in a number is read back as a version, and changes are lost.
func TestATableNamedLikeAVersionGetsItsColumns(t *testing.T) {
	b := newBench(t, nil)
	named := func() *inframap.Map {
		m := inframap.New(b.db)
		m.Tables["e"] = plainTable("events_2024", "id")
		versioned := plainTable("events_1_2", "id")
		versioned.Version = ptr("1.2")
		m.Tables[versioned.ID(b.db)] = versioned
		return m
	}
	b.to(named())
	m := named()
	for _, table := range m.Tables {
		table.Columns = append(table.Columns, column("late", "String", true))
	}
	out := b.to(m)
	if len(out.Operations) != 2 || out.Operations[0].Kind() != plan.AddTableColumn {
		t.Errorf("operations %v", out.Operations)
	}
}

// A second run of the same plan drops and makes a materialized view again.
func TestASecondRunDoesNotRepeatAMaterializedView(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	m := shop(b)
	m.MaterializedViews["DailyMV"].SelectSQL = "SELECT toDate(at) AS day, sum(qty) AS n FROM Orders GROUP BY day"
	files := b.save(b.plan(m))
	if _, err := b.migrate(files, m); err != nil {
		t.Fatal(err)
	}
	uuid := b.one("SELECT toString(uuid) FROM system.tables WHERE database = '" + b.db + "' AND name = 'DailyMV'")
	ev, err := b.migrate(files, m)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(ev.lines, "at target") {
		t.Errorf("events %v", ev.lines)
	}
	if again := b.one("SELECT toString(uuid) FROM system.tables WHERE database = '" + b.db + "' AND name = 'DailyMV'"); again != uuid {
		t.Error("the view was made a second time")
	}
}

// bareShop is the shop without an index and a projection on what a test changes.
func bareShop(b *bench) *inframap.Map {
	m := shop(b)
	m.Tables["Orders"].Indexes, m.Tables["Orders"].Projections = []inframap.Index{}, []inframap.Projection{}
	return m
}

// NULLs in a column that becomes required are seen only when the statement fails.
func TestNullsInAColumnThatBecomesRequiredAreSeen(t *testing.T) {
	b := newBench(t, nil)
	base := func() *inframap.Map { return bareShop(b) }
	b.to(base())
	b.exec("INSERT INTO " + b.db + ".Orders (id, at, qty, note) VALUES ('a', now(), 1, NULL), ('b', now(), 2, NULL), ('c', now(), 3, 'kept')")
	required := base()
	required.Tables["Orders"].Columns[3].Required = true
	out := b.plan(required)
	if len(out.Result.Invalid) != 1 || !strings.Contains(out.Result.Invalid[0], "2 rows hold NULL") {
		t.Fatalf("invalid: %q", out.Result.Invalid)
	}
	b.blocked(b.save(out), required, migrate.Impossible, "2 rows hold NULL in it", "Give the column a default")
	filled := required
	filled.Tables["Orders"].Columns[3].Default = ptr("'none'")
	out = b.plan(filled)
	b.mustSay(out, "NULL in 2 rows becomes 'none'")
	b.to(filled)
	if got := b.one("SELECT arrayStringConcat(arraySort(groupArray(note)), ',') FROM " + b.db + ".Orders"); got != "kept,none,none" {
		t.Errorf("notes %s", got)
	}
}

// Without NULLs the same change goes through, although ClickHouse wants a default for it.
func TestAColumnWithoutNullsBecomesRequired(t *testing.T) {
	b := newBench(t, nil)
	base := func() *inframap.Map { return bareShop(b) }
	b.to(base())
	b.exec("INSERT INTO " + b.db + ".Orders (id, at, qty, note) VALUES ('c', now(), 3, 'kept')")
	required := base()
	required.Tables["Orders"].Columns[3].Required = true
	out := b.to(required)
	if text := b.report(out); strings.Contains(text, "can change values") {
		t.Errorf("a change that was proven harmless is reported as a loss:\n%s", text)
	}
	if got := b.one("SELECT concat(note, default_kind) FROM " + b.db + ".Orders, system.columns WHERE database = '" + b.db + "' AND table = 'Orders' AND name = 'note'"); got != "kept" {
		t.Errorf("note and its default: %q", got)
	}
}

// NULLs that came after the plan was made are seen before the first statement.
func TestNullsThatCameLaterStopTheMigration(t *testing.T) {
	b := newBench(t, nil)
	base := func() *inframap.Map { return bareShop(b) }
	b.to(base())
	required := base()
	required.Tables["Orders"].Columns[3].Required = true
	files := b.save(b.plan(required))
	b.exec("INSERT INTO " + b.db + ".Orders (id, at, qty, note) VALUES ('a', now(), 1, NULL)")
	b.blocked(files, required, migrate.Impossible, "1 row holds NULL")
}

// A new materialized view starts empty, and nothing says so.
func TestANewMaterializedViewSaysThatItStartsEmpty(t *testing.T) {
	b := newBench(t, nil)
	m := shop(b)
	delete(m.MaterializedViews, "DailyMV")
	b.to(m)
	b.exec("INSERT INTO " + b.db + ".Orders (id, at, qty) SELECT toString(number), now(), number FROM numbers(10)")
	b.mustSay(b.plan(shop(b)), "the 10 rows already in Orders are not brought into Daily")
}

// A table that was dropped by hand is made again, empty, without a word.
func TestATableDroppedByHandIsToldAsDrift(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	b.exec("DROP TABLE " + b.db + ".Orders SYNC")
	b.mustSay(b.plan(shop(b)), "table Orders is gone from ClickHouse", "+ Table: Orders")
}

// A table that nobody declares is invisible.
func TestATableThatNobodyDeclaresIsListedAndLeftAlone(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	b.exec("CREATE TABLE " + b.db + ".Stranger (id Int64) ENGINE = MergeTree ORDER BY id")
	out := b.plan(shop(b))
	b.mustSay(out, "Stranger", "left alone")
	if len(out.Operations) != 0 || len(out.Status.Drift) != 0 {
		t.Errorf("operations %v, drift %+v", out.Operations, out.Status.Drift)
	}
}

// A new version of a table drops the old one at a keystroke.
func TestANewVersionSaysWhatTheOldOneHolds(t *testing.T) {
	b := newBench(t, nil)
	version := func(v string) *inframap.Map {
		m := inframap.New(b.db)
		table := plainTable(inframap.TableName("E", &v), "id")
		table.Version = &v
		m.Tables[table.ID(b.db)] = table
		return m
	}
	b.to(version("1.0"))
	b.exec("INSERT INTO " + b.db + ".E_1_0 SELECT number FROM numbers(7)")
	out := b.plan(version("2.0"))
	b.mustSay(out, "drops data: table E_1_0 (7 rows", "Is table E_2_0 the new name of table E_1_0?", "RENAME TABLE")
}

// What the code cannot declare is told as drift, and no plan touches it.
func TestWhatCannotBeDeclaredIsDriftAndStays(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	for _, sql := range []string{
		"ALTER TABLE DB.Orders ADD STATISTICS qty TYPE tdigest",
		"ALTER TABLE DB.Orders MODIFY COMMENT 'by hand'",
		"ALTER TABLE DB.Daily MODIFY COLUMN n MODIFY SETTING max_compress_block_size = 65536",
		"DROP VIEW DB.DailyMV",
		"CREATE MATERIALIZED VIEW DB.DailyMV REFRESH EVERY 1 DAY APPEND TO DB.Daily AS SELECT toDate(at) AS day, count(*) AS n FROM DB.Orders GROUP BY day",
	} {
		b.exec(strings.ReplaceAll(sql, "DB.", b.db+"."))
	}
	out := b.plan(shop(b))
	b.mustSay(out, "column qty: statistics", "tdigest", "table comment", "by hand", "column n: settings", "max_compress_block_size = 65536",
		"materialized view DailyMV", "refresh: none -> EVERY 1 DAY APPEND")
	if len(out.Operations) != 0 {
		t.Errorf("operations %v", out.Operations)
	}
	m := shop(b)
	m.Tables["Orders"].Columns = append(m.Tables["Orders"].Columns, column("new", "String", true))
	if _, err := b.migrate(b.save(b.plan(m)), m); err != nil {
		t.Fatal(err)
	}
	if got := b.one("SELECT concat(comment, ' ', create_table_query) FROM system.tables WHERE database = '" + b.db + "' AND name = 'Orders'"); !strings.HasPrefix(got, "by hand") || !strings.Contains(got, "STATISTICS(tdigest)") {
		t.Errorf("it was taken away: %s", got)
	}
}

// A column that was made EPHEMERAL by hand becomes what the code declares.
func TestAnEphemeralColumnBecomesStored(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	b.exec("ALTER TABLE " + b.db + ".Daily ADD COLUMN extra String EPHEMERAL 'x'")
	m := shop(b)
	m.Tables["Daily"].Columns = append(m.Tables["Daily"].Columns, column("extra", "String", true))
	b.to(m)
}
