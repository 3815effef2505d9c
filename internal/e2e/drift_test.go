package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/e2e/mooseprogram"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// behindItsBack are changes made by hand between plan and migration, and the
// line that must name each.
var behindItsBack = []struct{ name, sql, want string }{
	{"added column", "ALTER TABLE %s.Orders ADD COLUMN sneaked UInt8 AFTER qty", "table Orders: column sneaked: none → UInt8"},
	{"dropped column", "ALTER TABLE %s.Orders DROP COLUMN note", "table Orders: column note: String → none"},
	{"changed type", "ALTER TABLE %s.Orders MODIFY COLUMN qty Int64", "table Orders: column qty: type Int32 → type Int64"},
	{"dropped table", "DROP TABLE %s.Orders", "table Orders: existed when the plan was made and is gone"},
	{"changed materialized view", "ALTER TABLE %s.DailyMV MODIFY QUERY SELECT toDate(at) AS day, sum(qty) AS n FROM %[1]s.Orders GROUP BY day", "materialized view DailyMV: select: "},
	{"dropped materialized view", "DROP TABLE %s.DailyMV", "materialized view DailyMV: existed when the plan was made and is gone"},
	{"changed TTL", "ALTER TABLE %s.Orders MODIFY TTL at + INTERVAL 7 DAY", "table Orders: TTL: at + toIntervalDay(90) → at + toIntervalDay(7)"},
	{"changed setting", "ALTER TABLE %s.Orders MODIFY SETTING merge_with_ttl_timeout = 60", "table Orders: setting merge_with_ttl_timeout: 3600 → 60"},
}

func TestDriftStopsAMigrationAndIsNamed(t *testing.T) {
	for _, c := range behindItsBack {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, false, state.DefaultTTL)
			b.to(shop(b))
			desired := shop(b)
			daily := desired.Tables["Daily"]
			daily.Columns = append(daily.Columns, column("extra", "String"))
			dir, _ := b.save(desired)
			b.exec(fmt.Sprintf(c.sql, b.db))
			schema, recorded := b.schema(), b.recorded()

			run := b.start("drift", dir, 0)
			run.begin()
			if code := run.wait(); code != exitStale {
				t.Errorf("exit code %d", code)
			}
			details := named(run.text())
			if len(details) != 1 || !strings.HasPrefix(details[0], c.want) {
				t.Errorf("named as\n%s\nwant only\n%s", strings.Join(details, "\n"), c.want)
			}
			if run.count("starts") > 0 || b.schema() != schema || b.recorded() != recorded {
				t.Errorf("something ran:\n%s", run.text())
			}
			if holder, err := b.store.Holder(t.Context()); err != nil || holder != nil {
				t.Errorf("the lock is not free: %+v, %v", holder, err)
			}
			b.planShows(desired, c.want)
		})
	}
}

// named are the details of a refusal.
func named(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if detail, ok := strings.CutPrefix(line, "  - "); ok {
			out = append(out, strings.TrimSuffix(detail, "\n"))
		}
	}
	return out
}

// planShows demands that a new plan has exactly this drift.
func (b *bench) planShows(desired *inframap.Map, want string) {
	b.t.Helper()
	var lines []string
	for _, d := range b.plan(desired).Status.Drift {
		lines = append(lines, migrate.Explain(d)...)
	}
	if len(lines) != 1 || !strings.HasPrefix(lines[0], want) {
		b.t.Errorf("the plan shows the drift as\n%s\nwant only\n%s", strings.Join(lines, "\n"), want)
	}
}

// byHand are changes of the sample project's database, all made at once, and the
// lines of migrate and of plan that must name each.
var byHand = []struct{ sql, want, plan string }{
	{"ALTER TABLE Orders ADD COLUMN sneaked UInt8", "table Orders: column sneaked: none → UInt8", "column sneaked: none -> UInt8"},
	{"ALTER TABLE Orders MODIFY COLUMN quantity Int64", "table Orders: column quantity: type Int32 → type Int64", "column quantity: type Int32 -> type Int64"},
	{"ALTER TABLE Orders MODIFY TTL placedAt + INTERVAL 1 YEAR", "table Orders: TTL: none → placedAt + toIntervalYear(1)", "TTL: none -> placedAt + toIntervalYear(1)"},
	{"ALTER TABLE Orders MODIFY SETTING merge_with_ttl_timeout = 60", "table Orders: setting merge_with_ttl_timeout: none → 60", "setting merge_with_ttl_timeout: none -> 60"},
	{"DROP TABLE Customers", "table Customers: existed when the plan was made and is gone", "table Customers is gone from ClickHouse"},
	{"ALTER TABLE DailySalesMV MODIFY QUERY SELECT toStartOfDay(placedAt) AS day, sum(quantity) AS orders FROM Orders GROUP BY day", "materialized view DailySalesMV: select: ", "materialized view DailySalesMV differs from what the last migration left"},
}

// TestDriftOnTheCommandLine makes every kind of change and runs the program.
func TestDriftOnTheCommandLine(t *testing.T) {
	t.Parallel()
	ch := testparts.ClickHouse(t)
	url := ch.NativeURL(testparts.Database(t, ch))
	env := []string{dsn.EnvClickHouse + "=" + url}
	project := testparts.TypeScriptProject(t, "shop-ts")
	b := openBench(t, place{ClickHouse: url})
	mooseprogram.Moose(t, project, env, "generate", "migration", "--save").Must(t, 0)
	mooseprogram.Moose(t, project, env, "migrate").Must(t, 0)
	mooseprogram.Replace(t, project, "pull-request/index.ts", "app/index.ts")
	mooseprogram.Moose(t, project, env, "generate", "migration", "--save").Must(t, 0)
	for _, c := range byHand {
		b.exec(c.sql)
	}
	schema, recorded := b.schema(), b.recorded()
	refused := mooseprogram.Moose(t, project, env, "migrate").Must(t, exitStale)
	plan := mooseprogram.Moose(t, project, env, "plan", "--detailed-exitcode").Must(t, 2)
	details := named(refused.Err)
	for _, c := range byHand {
		if !strings.Contains(refused.Err, "  - "+c.want) {
			t.Errorf("%s is not named:\n%s", c.want, refused.Err)
		}
		if drift, _, _ := strings.Cut(plan.Out, " Plan "); !strings.Contains(drift, c.plan) {
			t.Errorf("%s is not in the plan's drift:\n%s", c.plan, plan.Out)
		}
	}
	if len(details) != len(byHand) {
		t.Errorf("%d details for %d changes:\n%s", len(details), len(byHand), refused.Err)
	}
	if b.schema() != schema || b.recorded() != recorded {
		t.Error("something was changed")
	}
}
