package hazards

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
)

var muPairs = slices.Concat(muRewrites, muTables, muStatements)

// A table whose column gets a wider type, which rewrites it.
var (
	muBefore = []string{"CREATE TABLE T (id UInt32, a Int32, b Int32) ENGINE = MergeTree ORDER BY id"}
	muAfter  = []string{"CREATE TABLE T (id UInt32, a Int64, b Int32) ENGINE = MergeTree ORDER BY id"}
	muBoth   = []string{"CREATE TABLE T (id UInt32, a Int64, b Int64) ENGINE = MergeTree ORDER BY id"}
	muFill   = []string{"INSERT INTO T SELECT number, number, number FROM numbers(1000)"}
)

// holding makes all tables look as if they had that many bytes on disk, in one part that
// keeps all columns in one file or, when wide, each in its own.
func holding(bytes uint64, wide bool) func(*probe.Facts) {
	return func(f *probe.Facts) {
		for n, p := range f.Parts.Value {
			p.Bytes, p.Largest, p.Compact = bytes, bytes, !wide
			f.Parts.Value[n] = p
			l := f.Layouts.Value[n]
			l.CompactBytes = bytes
			if wide {
				l.Compact, l.CompactBytes, l.CompactRows = 0, 0, 0
				for name := range f.Columns.Value[n] {
					f.Columns.Value[n][name] = probe.Column{Compressed: bytes / 4}
				}
			}
			f.Layouts.Value[n] = l
			f.Disks.Value[n] = probe.Disk{Policy: "default", Free: 100 << 40}
		}
	}
}

var muRewrites = []pair{
	{
		code: "MU601", name: "20 GB", before: muBefore, fill: muFill, after: muAfter, facts: holding(20<<30, false),
		want: []string{"warn MU601 T"}, text: "rewrites 21 GB in 1 part (1,000 rows), needs about 24 GB of free disk",
	},
	{
		code: "MU601", name: "2 TB", before: muBefore, fill: muFill, after: muAfter, facts: holding(2<<40, false),
		want: []string{"block MU601 T"},
	},
	{code: "MU601", name: "20 GB of which one column is 5", before: muBefore, fill: muFill, after: muAfter, facts: holding(20<<30, true)},
	{code: "MU601", name: "a small table", before: muBefore, fill: muFill, after: muAfter},
	{
		code: "MU601", name: "2 TB and a default", before: muBefore, fill: muFill, facts: holding(2<<40, false),
		after: []string{"CREATE TABLE T (id UInt32, a Int32, b Int32, c Int32 DEFAULT 3) ENGINE = MergeTree ORDER BY id"},
	},
	{
		code: "MU603", name: "two types of 4 GB", before: muBefore, fill: muFill, after: muBoth, facts: holding(4<<30, false),
		want: []string{"warn MU603 T"}, text: "2 changes of table T rewrite 8.6 GB; one ALTER with all of them rewrites 4.3 GB",
	},
	{code: "MU603", name: "each column by itself", before: muBefore, fill: muFill, after: muBoth, facts: holding(8<<30, true)},
	{code: "MU603", name: "one type", before: muBefore, fill: muFill, after: muAfter, facts: holding(4<<30, false)},
	{
		code: "MU605", name: "a full disk", before: muBefore, fill: muFill, after: muAfter,
		facts: func(f *probe.Facts) {
			for n := range f.Disks.Value {
				f.Disks.Value[n] = probe.Disk{Policy: "default", Free: 1000}
			}
		},
		want: []string{"block MU605 T"}, text: "and there are 1.0 kB",
	},
	{
		code: "MU605", name: "object storage", before: muBefore, fill: muFill, after: muAfter,
		facts: func(f *probe.Facts) {
			for n := range f.Disks.Value {
				f.Disks.Value[n] = probe.Disk{Policy: "s3", Remote: true}
			}
		},
	},
	{code: "MU605", name: "room on the real disk", before: muBefore, fill: muFill, after: muAfter},
	{
		code: "MU605", name: "a full disk and a comment", before: muBefore, fill: muFill,
		after: []string{"CREATE TABLE T (id UInt32, a Int32 COMMENT 'x', b Int32) ENGINE = MergeTree ORDER BY id"},
		facts: func(f *probe.Facts) {
			for n := range f.Disks.Value {
				f.Disks.Value[n] = probe.Disk{Policy: "default", Free: 10}
			}
		},
	},
}

var muTables = []pair{
	{
		code: "MU602", name: "a mutation waits", before: muBefore, after: muAfter,
		fill: slices.Concat(muFill, []string{"SYSTEM STOP MERGES T", "ALTER TABLE T UPDATE b = 1 WHERE 1 SETTINGS mutations_sync = 0"}),
		want: []string{"block MU602 T"}, text: "table T has 1 mutation not finished",
	},
	{
		code: "MU602", name: "a mutation of another table waits",
		before: append(slices.Clone(muBefore), "CREATE TABLE U (id UInt32, b Int32) ENGINE = MergeTree ORDER BY id"),
		after:  append(slices.Clone(muAfter), "CREATE TABLE U (id UInt32, b Int32) ENGINE = MergeTree ORDER BY id"),
		fill:   []string{"INSERT INTO U VALUES (1, 1)", "SYSTEM STOP MERGES U", "ALTER TABLE U UPDATE b = 1 WHERE 1 SETTINGS mutations_sync = 0"},
	},
	{
		code: "MU602", name: "all are finished", before: muBefore, after: muAfter,
		fill: slices.Concat(muFill, []string{"ALTER TABLE T UPDATE b = 1 WHERE 1"}),
	},
	{
		code: "MU604", name: "an index on rows", before: muBefore, fill: muFill,
		after: []string{"CREATE TABLE T (id UInt32, a Int32, b Int32, INDEX i a TYPE minmax GRANULARITY 1) ENGINE = MergeTree ORDER BY id"},
		want:  []string{"info MU604 T"}, text: "index i for new rows only",
	},
	{
		code: "MU604", name: "an index on an empty table", before: muBefore,
		after: []string{"CREATE TABLE T (id UInt32, a Int32, b Int32, INDEX i a TYPE minmax GRANULARITY 1) ENGINE = MergeTree ORDER BY id"},
	},
	{
		code:   "MU606",
		name:   "four parts of five",
		before: []string{muBefore[0] + " SETTINGS parts_to_delay_insert = 5"}, after: []string{muAfter[0] + " SETTINGS parts_to_delay_insert = 5"},
		fill: slices.Concat([]string{"SYSTEM STOP MERGES T"}, muFill, muFill, muFill, muFill),
		want: []string{"warn MU606 T"}, text: "has 4 parts, and inserts are slowed down from 5 on",
	},
	{
		code: "MU606", name: "the server's own limit is far", before: muBefore, after: muAfter,
		fill: slices.Concat([]string{"SYSTEM STOP MERGES T"}, muFill, muFill, muFill, muFill),
	},
	{
		code: "MU607", name: "rows break it", before: muBefore, fill: muFill,
		after: []string{"CREATE TABLE T (id UInt32, a Int32, b Int32, CONSTRAINT small CHECK a < 998) ENGINE = MergeTree ORDER BY id"},
		want:  []string{"warn MU607 T.small"}, text: "2 of 1,000 rows",
	},
	{
		code: "MU607", name: "no row breaks it", before: muBefore, fill: muFill,
		after: []string{"CREATE TABLE T (id UInt32, a Int32, b Int32, CONSTRAINT small CHECK a < 1000) ENGINE = MergeTree ORDER BY id"},
	},
	{
		code: "MU607", name: "on a new column", before: muBefore, fill: muFill,
		after: []string{"CREATE TABLE T (id UInt32, a Int32, b Int32, c Int32, CONSTRAINT small CHECK c < 1000) ENGINE = MergeTree ORDER BY id"},
	},
}

var muStatements = []pair{
	{
		code: "MU608", name: "a statement that may do anything", before: muBefore, after: muBefore,
		edit: sqlOf("swap", "EXCHANGE TABLES a AND b"), want: []string{"block MU608 swap"}, text: "can remove data",
	},
	{
		code: "MU608", name: "a function", before: muBefore, after: muBefore,
		edit: sqlOf("twice", "CREATE FUNCTION hazards_twice AS x -> x * 2"), want: []string{"warn MU608 twice"},
	},
	{
		code: "MU608", name: "the same as before", before: muBefore, after: muBefore,
		edit: func(before, after *inframap.Map) {
			for _, m := range []*inframap.Map{before, after} {
				m.SQLResources["twice"] = &inframap.SQLResource{Name: "twice", Setup: []string{"SELECT 1"}}
			}
		},
	},
	{
		code: "MU610", name: "a copy of everything", before: muBefore, after: muBefore,
		edit: sqlOf("copy", "INSERT INTO b SELECT * FROM a"), want: []string{"warn MU610 copy"},
	},
	{
		code: "MU610", name: "a copy of a month", before: muBefore, after: muBefore,
		edit: sqlOf("copy", "INSERT INTO b SELECT * FROM a WHERE month = 3"), want: []string{"block MU608 copy"},
	},
}
