package hazards

import (
	"errors"
	"slices"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// A table, a view on it and its target, from which the pairs of this family begin.
const (
	mvSource = "CREATE TABLE S (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id"
	mvTarget = "CREATE TABLE T (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id"
	mvView   = "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n FROM S"
)

var mvBefore = []string{mvSource, mvTarget, mvView}

// quietForDays makes all tables look as if nothing had been written into them for a while.
func quietForDays(days int) func(*probe.Facts) {
	return func(f *probe.Facts) {
		for n, l := range f.Layouts.Value {
			l.Inserted = l.Now.Add(-time.Duration(days) * 24 * time.Hour)
			f.Layouts.Value[n] = l
		}
	}
}

func sqlOf(name string, setup ...string) func(before, after *inframap.Map) {
	return func(_, after *inframap.Map) {
		after.SQLResources[name] = &inframap.SQLResource{Name: name, Setup: setup}
	}
}

func renamed(from, to string) func(string) diff.Options {
	return func(db string) diff.Options {
		return diff.Options{Renames: []diff.Rename{{Table: schema.Name{Database: db, Object: from}, To: schema.Name{Database: db, Object: to}}}}
	}
}

func columnRenamed(db, table, from, to string) diff.Options {
	n := schema.Name{Database: db, Object: table}
	return diff.Options{Renames: []diff.Rename{{Table: n, To: n, Columns: map[string]string{from: to}}}}
}

// undeclared leaves a view out of both maps: the server has it, and the project does not know it.
func undeclared(names ...string) func(before, after *inframap.Map) {
	return func(before, after *inframap.Map) {
		for _, m := range []*inframap.Map{before, after} {
			for _, n := range names {
				delete(m.MaterializedViews, n)
				delete(m.Views, n)
			}
		}
	}
}

var mvPairs = slices.Concat(mvRecreated, mvTargets, mvSources, mvNew, mvOther)

var mvRecreated = []pair{
	{
		code: "MV501", name: "the query changes while rows come", before: mvBefore,
		fill:  []string{"INSERT INTO S SELECT number, 1 FROM numbers(10)", "TRUNCATE TABLE T"},
		after: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n + 1 AS n FROM S"},
		want:  []string{"block MV501 V"}, text: "rows inserted into S between the DROP and the CREATE do not reach T (its newest part is of 20",
	},
	{
		code: "MV501", name: "nothing was ever inserted", before: mvBefore,
		after: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n + 1 AS n FROM S"},
		want:  []string{"warn MV501 V"}, text: "nothing was written into it",
	},
	{
		code: "MV501", name: "nothing for eight days", before: mvBefore,
		fill:  []string{"INSERT INTO S SELECT number, 1 FROM numbers(10)", "TRUNCATE TABLE T"},
		after: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n + 1 AS n FROM S"},
		facts: quietForDays(8),
		want:  []string{"warn MV501 V"}, text: "nothing was written into it for 8 days",
	},
	{
		code: "MV501", name: "nothing for two days is no proof", before: mvBefore,
		fill:  []string{"INSERT INTO S SELECT number, 1 FROM numbers(10)", "TRUNCATE TABLE T"},
		after: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n + 1 AS n FROM S"},
		facts: quietForDays(2),
		want:  []string{"block MV501 V"},
	},
	{
		code: "MV501", name: "the log of parts has inserts", before: mvBefore,
		fill:  []string{"INSERT INTO S SELECT number, 1 FROM numbers(10)", "TRUNCATE TABLE T"},
		after: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n + 1 AS n FROM S"},
		facts: func(f *probe.Facts) {
			f.Inserts.Err = nil
			for n := range f.Layouts.Value {
				f.Inserts.Value[n] = probe.Inserts{Rows: 120 * 7 * 24 * 60, Parts: 900, Last: time.Date(2026, 7, 27, 10, 0, 0, 0, time.UTC)}
			}
		},
		want: []string{"block MV501 V"}, text: "1,209,600 rows were inserted in the last 7 days, 120 a minute; the last at 2026-07-27 10:00:00 UTC",
	},
	{
		code: "MV501", name: "the parts may not be seen", before: mvBefore,
		after: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n + 1 AS n FROM S"},
		facts: func(f *probe.Facts) {
			f.Layouts.Err = errors.New("the user may not read it; it lacks the grant SELECT ON system.parts")
		},
		want: []string{"block MV501 V"}, text: "lacks the grant SELECT ON system.parts",
	},
	{
		code: "MV501", name: "an engine that keeps nothing",
		before: []string{"CREATE TABLE S (id UInt8, n Int32) ENGINE = Memory", mvTarget, mvView},
		after:  []string{"CREATE TABLE S (id UInt8, n Int32) ENGINE = Memory", mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n + 1 AS n FROM S"},
		want:   []string{"block MV501 V"}, text: "tables of the engine Memory do not say when they were written",
	},
	{
		code: "MV501", name: "under another name", before: mvBefore,
		fill:  []string{"INSERT INTO S SELECT number, 1 FROM numbers(10)", "TRUNCATE TABLE T"},
		after: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V2 TO T AS SELECT id, n FROM S"},
		want:  []string{"block MV501 V"}, text: "is dropped, and V2 is created in its place",
	},
	{
		code: "MV501", name: "brackets that mean nothing", before: mvBefore,
		fill:  []string{"INSERT INTO S SELECT number, 1 FROM numbers(10)"},
		after: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, (n) FROM S"},
	},
	{
		code: "MV502", name: "the target holds rows", before: mvBefore,
		fill:  []string{"INSERT INTO S SELECT number, 1 FROM numbers(10)"},
		after: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n + 1 AS n FROM S"},
		want:  []string{"block MV501 V", "warn MV502 V"}, text: "10 rows",
	},
	{
		code: "MV502", name: "the target is empty", before: mvBefore,
		after: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n + 1 AS n FROM S"},
		want:  []string{"warn MV501 V"},
	},
	{
		code: "MV502", name: "the target is another one", before: []string{mvSource, mvTarget, "CREATE TABLE T2 (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id", mvView},
		fill:  []string{"INSERT INTO S SELECT number, 1 FROM numbers(10)"},
		after: []string{mvSource, mvTarget, "CREATE TABLE T2 (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id", "CREATE MATERIALIZED VIEW V TO T2 AS SELECT id, n + 1 AS n FROM S"},
		want:  []string{"block MV501 V"},
	},
	{
		code: "MV515", name: "a refreshable view gets another query",
		before: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V REFRESH EVERY 1 DAY TO T AS SELECT id, n FROM S"},
		after:  []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n + 1 AS n FROM S"},
		want:   []string{"warn MV515 V", "warn PL008 V"}, text: "EVERY 1 DAY",
	},
	{
		code: "MV515", name: "a refreshable view stays", before: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V REFRESH EVERY 1 DAY TO T AS SELECT id, n FROM S"},
		after: []string{"CREATE TABLE S (id UInt8, n Int32, note String) ENGINE = MergeTree ORDER BY id", mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n FROM S"},
		want:  []string{"warn PL008 V"},
	},
	{
		code: "MV517", name: "a view goes", before: mvBefore, after: []string{mvSource, mvTarget},
		want: []string{"warn MV517 materialized view V"}, text: "T is no longer filled by it",
	},
	{
		code: "MV517", name: "a view goes with its target", before: mvBefore, after: []string{mvSource},
		want: []string{"warn DS101 T"},
	},
}

var mvTargets = []pair{
	{
		code: "MV504", name: "the target goes and a view of others stays", before: mvBefore, edit: undeclared("V"),
		after: []string{mvSource},
		want:  []string{"block MV504 V", "warn DS101 T"}, text: "every insert into S fails",
	},
	{
		code: "MV504", name: "the target gets another name", before: mvBefore, edit: undeclared("V"),
		after:   []string{mvSource, "CREATE TABLE T2 (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id"},
		options: renamed("T", "T2"),
		want:    []string{"block MV504 V"}, text: "is renamed to T2",
	},
	{
		code: "MV504", name: "the declared view stays behind", before: mvBefore,
		after: mvBefore, edit: func(_, after *inframap.Map) {
			for id, t := range after.Tables {
				if t.Name == "T" {
					delete(after.Tables, id)
				}
			}
		},
		want: []string{"block MV504 V", "warn DS101 T"},
	},
	{
		code: "MV504", name: "the view goes to the new name", before: mvBefore,
		after:   []string{mvSource, "CREATE TABLE T2 (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id", "CREATE MATERIALIZED VIEW V TO T2 AS SELECT id, n FROM S"},
		options: renamed("T", "T2"),
		want:    []string{"warn MV501 V"},
	},
	{
		code: "MV505", name: "no conversion from what the view gives", before: mvBefore, edit: undeclared("V"),
		after: []string{mvSource, "CREATE TABLE T (id UInt8, n Array(Int32)) ENGINE = ReplacingMergeTree ORDER BY id"},
		want:  []string{"block MV505 V", "warn KY306 T"}, text: "which T cannot take as Array(Int32): inserts into S fail",
	},
	{
		code: "MV505", name: "the view gives a wider number", before: mvBefore,
		after: []string{"CREATE TABLE S (id UInt8, n Int64) ENGINE = MergeTree ORDER BY id", mvTarget, mvView},
		want:  []string{"warn MV505 V"}, text: "V gives n as Int64 (before: Int32), and T holds it as Int32",
	},
	{
		code: "MV505", name: "both get wider", before: mvBefore,
		after: []string{"CREATE TABLE S (id UInt8, n Int64) ENGINE = MergeTree ORDER BY id", "CREATE TABLE T (id UInt8, n Int64) ENGINE = MergeTree ORDER BY id", mvView},
	},
	{
		code: "MV505", name: "the target gets wider", before: mvBefore,
		after: []string{mvSource, "CREATE TABLE T (id UInt8, n Int64) ENGINE = MergeTree ORDER BY id", mvView},
	},
	{
		code: "MV506", name: "a column of the target gets another name", before: mvBefore,
		after:   []string{mvSource, "CREATE TABLE T (id UInt8, amount Int32) ENGINE = MergeTree ORDER BY id", "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n AS amount FROM S"},
		options: func(db string) diff.Options { return columnRenamed(db, "T", "n", "amount") },
		edit:    undeclared("V"),
		want:    []string{"block MV506 V"}, text: "fills the column n, which T no longer has",
	},
	{
		code: "MV506", name: "the view is renamed with it", before: mvBefore,
		after:   []string{mvSource, "CREATE TABLE T (id UInt8, amount Int32) ENGINE = MergeTree ORDER BY id", "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n AS amount FROM S"},
		options: func(db string) diff.Options { return columnRenamed(db, "T", "n", "amount") },
		want:    []string{"warn MV501 V"},
	},
	{
		code: "MV506", name: "the view no longer fills a column", before: mvBefore,
		after: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id FROM S"},
		want:  []string{"warn MV501 V", "warn MV506 V"}, text: "no longer fills the column n of T",
	},
	{
		code: "MV506", name: "the target gets one more column", before: mvBefore,
		after: []string{mvSource, "CREATE TABLE T (id UInt8, n Int32, note String DEFAULT 'x') ENGINE = MergeTree ORDER BY id", mvView},
	},
}

var mvSources = []pair{
	{
		code: "MV507", name: "a column of the source gets another name", before: mvBefore, edit: undeclared("V"),
		after:   []string{"CREATE TABLE S (id UInt8, m Int32) ENGINE = MergeTree ORDER BY id", mvTarget},
		options: func(db string) diff.Options { return columnRenamed(db, "S", "n", "m") },
		want:    []string{"block MV507 V"}, text: "column n of S, which it names, is renamed",
	},
	{
		code: "MV507", name: "the declared view stays as it was", before: mvBefore,
		after: []string{"CREATE TABLE S (id UInt8, m Int32) ENGINE = MergeTree ORDER BY id", mvTarget},
		edit: func(before, after *inframap.Map) {
			after.MaterializedViews["V"] = before.MaterializedViews["V"]
		},
		options: func(db string) diff.Options { return columnRenamed(db, "S", "n", "m") },
		want:    []string{"block MV507 V"},
	},
	{
		code: "MV507", name: "a joined table goes", before: []string{
			mvSource, mvTarget, "CREATE TABLE D (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id",
			"CREATE MATERIALIZED VIEW V TO T AS SELECT S.id AS id, D.n AS n FROM S JOIN D ON S.id = D.id",
		},
		after: []string{mvSource, mvTarget}, edit: undeclared("V"),
		want: []string{"block MV507 V", "warn DS101 D"}, text: "D, which it reads, is dropped",
	},
	{
		code: "MV507", name: "the view is changed with it", before: mvBefore,
		after:   []string{"CREATE TABLE S (id UInt8, m Int32) ENGINE = MergeTree ORDER BY id", mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, m AS n FROM S"},
		options: func(db string) diff.Options { return columnRenamed(db, "S", "n", "m") },
		want:    []string{"warn MV501 V"},
	},
	{
		code: "MV507", name: "a column that the view does not need",
		before:  []string{"CREATE TABLE S (id UInt8, n Int32, x String) ENGINE = MergeTree ORDER BY id", mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n AS n FROM S AS s WHERE s.n > 1"},
		after:   []string{"CREATE TABLE S (id UInt8, n Int32, y String) ENGINE = MergeTree ORDER BY id", mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n AS n FROM S AS s WHERE s.n > 1"},
		options: func(db string) diff.Options { return columnRenamed(db, "S", "x", "y") },
	},
	{
		code: "MV508", name: "the source gets another name", before: mvBefore, edit: undeclared("V"),
		after:   []string{"CREATE TABLE S2 (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id", mvTarget},
		options: renamed("S", "S2"),
		want:    []string{"block MV508 V"}, text: "keeps reading S, which is renamed to S2",
	},
	{
		code: "MV508", name: "the view gets the new name", before: mvBefore,
		after:   []string{"CREATE TABLE S2 (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id", mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT id, n FROM S2"},
		options: renamed("S", "S2"),
		want:    []string{"warn MV501 V"},
	},
	{
		code: "MV509", name: "the source goes", before: mvBefore, edit: undeclared("V"),
		after: []string{mvTarget}, want: []string{"warn DS101 S", "warn MV509 V"},
	},
	{
		code: "MV509", name: "the source goes with the view", before: mvBefore,
		after: []string{mvTarget}, want: []string{"warn DS101 S"},
	},
	{
		code: "MV512", name: "a column that a view reads gets another name",
		before: []string{mvSource, "CREATE VIEW W AS SELECT n FROM S"}, edit: undeclared("W"),
		after:   []string{"CREATE TABLE S (id UInt8, m Int32) ENGINE = MergeTree ORDER BY id"},
		options: func(db string) diff.Options { return columnRenamed(db, "S", "n", "m") },
		want:    []string{"block MV512 W"}, text: "column n of S, which it names, is renamed",
	},
	{
		code: "MV512", name: "a view of a view",
		before: []string{mvSource, "CREATE VIEW W AS SELECT * FROM S", "CREATE VIEW WW AS SELECT n + 1 AS k FROM W"}, edit: undeclared("WW"),
		after:   []string{"CREATE TABLE S (id UInt8, m Int32) ENGINE = MergeTree ORDER BY id", "CREATE VIEW W AS SELECT * FROM S"},
		options: func(db string) diff.Options { return columnRenamed(db, "S", "n", "m") },
		want:    []string{"block MV512 WW"},
	},
	{
		code: "MV512", name: "a table that a view reads goes",
		before: []string{mvSource, "CREATE VIEW W AS SELECT n FROM S"}, edit: undeclared("W"),
		want: []string{"block MV512 W", "warn DS101 S"}, text: "S, which it reads, is dropped",
	},
	{
		code: "MV512", name: "the view is changed with it",
		before:  []string{mvSource, "CREATE VIEW W AS SELECT n FROM S"},
		after:   []string{"CREATE TABLE S (id UInt8, m Int32) ENGINE = MergeTree ORDER BY id", "CREATE VIEW W AS SELECT m AS n FROM S"},
		options: func(db string) diff.Options { return columnRenamed(db, "S", "n", "m") },
	},
	{
		code: "MV512", name: "a view with FINAL on a table that gets a column",
		before: []string{"CREATE TABLE S (id UInt8, n Int32) ENGINE = ReplacingMergeTree ORDER BY id", "CREATE VIEW W AS SELECT n FROM S FINAL"},
		after:  []string{"CREATE TABLE S (id UInt8, n Int32, m String) ENGINE = ReplacingMergeTree ORDER BY id", "CREATE VIEW W AS SELECT n FROM S FINAL"},
	},
	{
		code: "MV513", name: "both get a column", before: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT * FROM S"},
		after: []string{
			"CREATE TABLE S (id UInt8, n Int32, note String) ENGINE = MergeTree ORDER BY id", "CREATE TABLE T (id UInt8, n Int32, note String) ENGINE = MergeTree ORDER BY id",
			"CREATE MATERIALIZED VIEW V TO T AS SELECT * FROM S",
		},
		want: []string{"info MV513 V"}, text: "fills note of T",
	},
	{
		code: "MV513", name: "only the source gets a column", before: []string{mvSource, mvTarget, "CREATE MATERIALIZED VIEW V TO T AS SELECT * FROM S"},
		after: []string{"CREATE TABLE S (id UInt8, n Int32, note String) ENGINE = MergeTree ORDER BY id", mvTarget},
		edit: func(before, after *inframap.Map) {
			after.MaterializedViews["V"] = before.MaterializedViews["V"]
		},
	},
}

var mvNew = []pair{
	{
		code: "MV510", name: "a view on a table with rows", before: []string{mvSource, mvTarget},
		fill: []string{"INSERT INTO S SELECT number, 1 FROM numbers(10)"}, after: mvBefore,
		want: []string{"warn MV510 V"}, text: "10 rows",
	},
	{
		code: "MV510", name: "a view on an empty table", before: []string{mvSource, mvTarget}, after: mvBefore,
	},
	{
		code: "MV510", name: "the rows are in a table that it joins",
		before: []string{mvSource, mvTarget, "CREATE TABLE D (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO D SELECT number, 1 FROM numbers(10)"},
		after: []string{
			mvSource, mvTarget, "CREATE TABLE D (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id",
			"CREATE MATERIALIZED VIEW V TO T AS WITH d AS (SELECT id, n FROM D) SELECT x.id AS id, d.n AS n FROM (SELECT id FROM S) AS x JOIN d ON x.id = d.id",
		},
	},
	{
		code: "MV514", name: "the fourth view", before: slices.Concat(mvBefore, []string{
			"CREATE TABLE T2 (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id",
			"CREATE MATERIALIZED VIEW V2 TO T2 AS SELECT id, n FROM T", "CREATE MATERIALIZED VIEW V3 TO T2 AS SELECT id, n FROM S",
		}),
		after: slices.Concat(mvBefore, []string{
			"CREATE TABLE T2 (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id",
			"CREATE MATERIALIZED VIEW V2 TO T2 AS SELECT id, n FROM T", "CREATE MATERIALIZED VIEW V3 TO T2 AS SELECT id, n FROM S", "CREATE MATERIALIZED VIEW V4 TO T2 AS SELECT id, n FROM T",
		}),
		want: []string{"info MV514 V4"}, text: "4 materialized views that run for every insert into S",
	},
	{
		code: "MV514", name: "the second view", before: mvBefore,
		after: slices.Concat(mvBefore, []string{"CREATE TABLE T2 (id UInt8, n Int32) ENGINE = MergeTree ORDER BY id", "CREATE MATERIALIZED VIEW V2 TO T2 AS SELECT id, n FROM T"}),
	},
}

var mvOther = []pair{
	{
		code: "MV503", name: "SQL of the project makes a view without TO", before: []string{mvSource}, after: []string{mvSource},
		edit: sqlOf("views", "CREATE MATERIALIZED VIEW V ENGINE = MergeTree ORDER BY id AS SELECT id FROM S"),
		want: []string{"warn MV503 views"},
	},
	{
		code: "MV503", name: "SQL of the project makes a view with TO", before: []string{mvSource, mvTarget}, after: []string{mvSource, mvTarget},
		edit: sqlOf("views", "/* TO be read */ create materialized view V to T as select id, n from S"),
		want: []string{"warn MU608 views"},
	},
	{
		code: "MV511", name: "SQL of the project fills a view", before: []string{mvSource}, after: []string{mvSource},
		edit: sqlOf("views", "CREATE MATERIALIZED VIEW V ENGINE = MergeTree ORDER BY id POPULATE AS SELECT id FROM S"),
		want: []string{"block MV511 views"},
	},
	{
		code: "MV511", name: "a column is called populate", before: []string{mvSource}, after: []string{mvSource},
		edit: sqlOf("views", "CREATE MATERIALIZED VIEW V ENGINE = MergeTree ORDER BY id AS SELECT id AS `POPULATE` FROM S"),
		want: []string{"warn MV503 views"},
	},
	{
		code: "MV516", name: "a recreated table has statistics",
		before: []string{"CREATE TABLE S (id UInt8, n Int32 STATISTICS(minmax)) ENGINE = MergeTree ORDER BY id"},
		after:  []string{"CREATE TABLE S (id UInt8, n Int32) ENGINE = MergeTree ORDER BY (id, n)"},
		want:   []string{"warn KY301 S", "warn MV516 S", "warn PL008 S"}, text: "n STATISTICS(",
	},
	{
		code: "MV516", name: "a changed table has statistics",
		before: []string{"CREATE TABLE S (id UInt8, n Int32 STATISTICS(minmax)) ENGINE = MergeTree ORDER BY id"},
		after:  []string{"CREATE TABLE S (id UInt8, n Int32, m Int32) ENGINE = MergeTree ORDER BY id"},
		want:   []string{"warn PL008 S"},
	},
}
