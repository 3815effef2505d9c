package migrate_test

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// kept is a map of one table that a test drops, or none of it.
func kept(b *bench, with bool) *inframap.Map {
	m := inframap.New(b.db)
	m.Tables["Other"] = plainTable("Other", "id")
	if with {
		m.Tables["T"] = plainTable("T", "id")
	}
	return m
}

func (b *bench) rows(table string) string {
	b.t.Helper()
	return b.one("SELECT toString(count()) FROM " + b.db + "." + table)
}

func TestATableThatHasGrownIsNotDropped(t *testing.T) {
	for name, c := range map[string]struct {
		before, after int
		moose         bool
		grown         bool
	}{
		"empty, and stays empty":       {0, 0, false, false},
		"empty, and got a row":         {0, 1, false, true},
		"a trickle":                    {1000, 10, false, false},
		"much":                         {1000, 3_000_000, false, true},
		"a plan of Moose has no sizes": {0, 1, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			b.to(kept(b, true))
			insert := func(n int) {
				if n > 0 {
					b.exec("INSERT INTO " + b.db + ".T SELECT rand64() FROM numbers(" + strconv.Itoa(n) + ")")
				}
			}
			insert(c.before)
			files := b.save(b.plan(kept(b, false)))
			if len(files.Plan.Sizes) != 1 || (files.Plan.Sizes["T"] > 0) != (c.before > 0) {
				t.Fatalf("sizes %v", files.Plan.Sizes)
			}
			if c.moose {
				files.Plan.Sizes = nil
			}
			insert(c.after)
			_, err := b.migrate(files, kept(b, false))
			var grown *migrate.GrownError
			if errors.As(err, &grown) != c.grown {
				t.Fatalf("error %v", err)
			}
			if c.grown {
				if !strings.Contains(err.Error(), "grown since the review, from ") || grown.Now <= grown.Reviewed {
					t.Errorf("error %v", err)
				}
				if got := b.rows("T"); got != strconv.Itoa(c.before+c.after) {
					t.Errorf("%s rows are left", got)
				}
			}
		})
	}
}

// growing lets a table grow between the last look at it and the statement.
type growing struct {
	migrate.Server
	b *bench
}

func (g growing) Execute(ctx context.Context, op plan.Operation, e clickhouse.Execution) error {
	if op.Kind() == plan.DropTable {
		g.b.exec("INSERT INTO " + g.b.db + ".T SELECT number FROM numbers(1000)")
	}
	return g.Server.Execute(ctx, op, e)
}

func TestTheServerHoldsTheLimitItself(t *testing.T) {
	b := newBench(t, nil)
	b.to(kept(b, true))
	files := b.save(b.plan(kept(b, false)))
	err := migrate.Run(t.Context(), migrate.Input{
		Server: growing{b.client, b}, Store: b.store, Owner: state.Owner{ID: "test-" + t.Name()},
		Files: files, Desired: kept(b, false), Now: time.Now, Events: &events{},
	})
	var grown *migrate.GrownError
	if !errors.As(err, &grown) || grown.Reviewed != 0 || grown.Now == 0 {
		t.Fatalf("error %v", err)
	}
	if got := b.rows("T"); got != "1000" {
		t.Errorf("%s rows are left", got)
	}
}

func TestWhatIsToldBringsTheRowsBack(t *testing.T) {
	for name, again := range map[string]bool{"dropped": false, "dropped and made again": true} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			b.to(kept(b, true))
			b.exec("INSERT INTO " + b.db + ".T SELECT number FROM numbers(7)")
			files := b.save(b.plan(kept(b, false)))
			in := migrate.Input{Files: files, Desired: kept(b, false), Now: time.Now}
			if again {
				files.Plan.Operations = append(files.Plan.Operations, &plan.CreateTableOp{Table: plainTable("T", "id")})
			}
			drop, err := migrate.ExecuteUndoable(t.Context(), b.client, in, files.Plan.Operations[0], clickhouse.Execution{})
			if err != nil || drop == nil || drop.Table != b.db+".T" || drop.Bytes == 0 || drop.UUID == "" {
				t.Fatalf("drop %+v, %v", drop, err)
			}
			if left := time.Until(drop.Until); left < 7*time.Minute || left > 8*time.Minute {
				t.Errorf("it can be brought back for %s", left)
			}
			if again {
				b.exec("CREATE TABLE " + b.db + ".T (id Int64) ENGINE = MergeTree ORDER BY id")
				b.exec("INSERT INTO " + b.db + ".T VALUES (1)")
			}
			told := migrate.ToldDrop(*drop)
			if len(told) != 2 || !strings.Contains(told[0], "Until ") {
				t.Fatalf("told %q", told)
			}
			for _, sql := range strings.Split(strings.TrimSpace(told[1]), "; ") {
				b.exec(sql)
			}
			if got := b.rows("T"); got != "7" {
				t.Errorf("%s rows came back", got)
			}
			if again && b.rows("T_new") != "1" {
				t.Error("the new table is gone")
			}
		})
	}
}

func TestWhatCannotComeBackIsSaid(t *testing.T) {
	b := newBench(t, nil)
	b.exec("CREATE TABLE " + b.db + ".M (id Int64) ENGINE = Memory")
	in := migrate.Input{Files: &plan.Files{Plan: &plan.Plan{}}, Desired: inframap.New(b.db), Now: time.Now}
	for _, table := range []string{"M", "not_there"} {
		op := &plan.DropTableOp{OnTable: plan.OnTable{Table: table}}
		drop, err := migrate.ExecuteUndoable(t.Context(), b.client, in, op, clickhouse.Execution{})
		if err != nil || (drop != nil) != (table == "M") {
			t.Fatalf("%s: drop %+v, %v", table, drop, err)
		}
		if drop != nil && (drop.Undrop != "" || !strings.Contains(migrate.ToldDrop(*drop)[0], "cannot bring it back")) {
			t.Errorf("drop %+v", drop)
		}
	}
}

func TestALimitIsNeverNone(t *testing.T) {
	for reviewed, want := range map[uint64]uint64{
		0: 1, 1: 1 + 1<<20, 1 << 30: 1<<30 + 1<<30/10, math.MaxUint64: math.MaxUint64,
	} {
		if got := migrate.DropLimit(reviewed); got != want {
			t.Errorf("%d: limit %d, want %d", reviewed, got, want)
		}
	}
}

func TestAPlanIsOutgrown(t *testing.T) {
	saved := &plan.Plan{Sizes: map[string]uint64{"T": 100 << 20, "Empty": 0}}
	for _, c := range []struct {
		now  map[string]uint64
		want bool
	}{
		{nil, false},
		{map[string]uint64{"T": 105 << 20}, false},
		{map[string]uint64{"T": 120 << 20}, true},
		{map[string]uint64{"T": 1, "Empty": 0}, false},
		{map[string]uint64{"Empty": 300}, true},
		{map[string]uint64{"Other": 1 << 40}, false},
	} {
		if got := migrate.Outgrown(saved, &plan.Plan{Sizes: c.now}); got != c.want {
			t.Errorf("%v: %v", c.now, got)
		}
	}
}

func TestADropIsWrittenDown(t *testing.T) {
	b := newBench(t, nil)
	b.to(kept(b, true))
	b.exec("INSERT INTO " + b.db + ".T SELECT number FROM numbers(7)")
	b.to(kept(b, false))
	newest, err := migrate.Newest(t.Context(), b.store)
	if err != nil || len(newest.Run.Drops) != 1 || newest.Run.Drops[0].Table != b.db+".T" {
		t.Fatalf("journal %+v, %v", newest, err)
	}
	b.exec(newest.Run.Drops[0].Undrop)
	if got := b.rows("T"); got != "7" {
		t.Errorf("%s rows came back", got)
	}
}
