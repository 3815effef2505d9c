package hazards

import (
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

const (
	timedT = "CREATE TABLE T (id UInt8, at DateTime('UTC'), note String) ENGINE = MergeTree ORDER BY id"
	// sixEvents are ten days apart, the newest one of an hour ago.
	sixEvents = "INSERT INTO T SELECT number, now() - toIntervalHour(1) - toIntervalDay(10 * number), 'x' FROM numbers(6)"
)

func timed(ttl string) []string { return []string{timedT + " TTL " + ttl} }

var ttPairs = []pair{
	{
		code: "TT401", name: "rows have expired already", before: []string{timedT}, fill: []string{sixEvents}, after: timed("at + INTERVAL 15 DAY"),
		want: []string{"block TT401 T"}, text: "gets the TTL at + toIntervalDay(15) (before: none): rows older than that are deleted (4 of 6 rows",
		evidence: "1 more row expires within 7 days",
	},
	{
		code: "TT401", name: "none has expired yet", before: []string{timedT}, fill: []string{sixEvents}, after: timed("at + INTERVAL 90 DAY"),
		want: []string{"warn TT401 T"}, text: "none of 6 rows",
		evidence: "no more rows expire within 7 days",
	},
	{code: "TT401", name: "an empty table", before: []string{timedT}, after: timed("at + INTERVAL 15 DAY"), want: []string{"warn TT401 T"}},
	{
		code: "TT401", name: "a sample is no proof", before: []string{timedT}, fill: []string{sixEvents}, after: timed("at + INTERVAL 90 DAY"),
		limits: probe.Limits{Seconds: 30, Rows: 3, Bytes: 1 << 20}, want: []string{"block TT401 T"}, text: "sample",
	},
	{
		code: "TT401", name: "shorter", before: timed("at + INTERVAL 90 DAY"), fill: []string{sixEvents}, after: timed("at + INTERVAL 15 DAY"),
		want: []string{"block TT401 T"}, text: "4 of 6 rows",
	},
	{
		code: "TT401", name: "what the old TTL deletes does not count", before: timed("at + INTERVAL 15 DAY"), fill: []string{"SYSTEM STOP TTL MERGES {db}.T", sixEvents}, after: timed("at + INTERVAL 2 WEEK"),
		want: []string{"warn TT401 T"},
	},
	{code: "TT401", name: "longer", before: timed("at + INTERVAL 90 DAY"), fill: []string{sixEvents}, after: timed("at + INTERVAL 91 DAY")},
	{code: "TT401", name: "longer in another unit", before: timed("at + INTERVAL 90 DAY"), fill: []string{sixEvents}, after: timed("at + INTERVAL 1 YEAR")},
	{
		code: "TT401", name: "a month can be shorter than thirty days", before: timed("at + INTERVAL 30 DAY"), after: timed("at + INTERVAL 1 MONTH"),
		want: []string{"warn TT401 T"},
	},
	{
		code: "TT401", name: "only some rows", before: []string{timedT}, fill: []string{sixEvents}, after: timed("at + INTERVAL 15 DAY DELETE WHERE id > 3"),
		want: []string{"block TT401 T"}, text: "2 of 6 rows",
	},
	{
		code: "TT401", name: "a time of 0 never expires", before: []string{timedT}, fill: []string{"INSERT INTO T VALUES (1, toDateTime(0), 'x')"}, after: timed("at"),
		want: []string{"warn TT401 T"}, text: "none of 1 row",
	},
	{
		code: "TT401", name: "a renamed column", before: timed("at + INTERVAL 90 DAY"), fill: []string{sixEvents},
		after: []string{"CREATE TABLE T (id UInt8, happened DateTime('UTC'), note String) ENGINE = MergeTree ORDER BY id TTL happened + INTERVAL 90 DAY"},
		options: func(database string) diff.Options {
			name := schema.Name{Database: database, Object: "T"}
			return diff.Options{Renames: []diff.Rename{{Table: name, To: name, Columns: map[string]string{"at": "happened"}}}}
		},
	},
	{
		code: "TT402", name: "a TTL goes", before: timed("at + INTERVAL 90 DAY"), fill: []string{sixEvents}, after: []string{timedT},
		want: []string{"info TT402 T"}, text: "no longer deletes rows (before: at + toIntervalDay(90))",
	},
	{code: "TT402", name: "a TTL comes", before: []string{timedT}, after: timed("at + INTERVAL 90 DAY"), want: []string{"warn TT401 T"}},
	{
		code: "TT403", name: "the column of the TTL goes", before: timed("at + INTERVAL 90 DAY"), after: timed("at + INTERVAL 90 DAY"),
		edit: table(func(t *inframap.Table) { t.Columns = append(t.Columns[:1:1], t.Columns[2:]...) }),
		want: []string{"block TT403 T.at", "warn DS103 T.at"}, text: "still needs it",
	},
	{
		code: "TT403", name: "column and TTL go", before: timed("at + INTERVAL 90 DAY"), after: []string{"CREATE TABLE T (id UInt8, note String) ENGINE = MergeTree ORDER BY id"},
		want: []string{"warn DS103 T.at"},
	},
	{
		code: "TT404", name: "rows are rolled up", before: []string{timedT}, fill: []string{sixEvents}, after: timed("at + INTERVAL 15 DAY GROUP BY id SET note = max(note), at = max(at)"),
		want: []string{"block TT404 T"}, text: "4 of 6 rows",
	},
	{
		code: "TT404", name: "rows of an empty table are rolled up", before: []string{timedT}, after: timed("at + INTERVAL 15 DAY GROUP BY id SET note = max(note)"),
		want: []string{"warn TT404 T"},
	},
	{
		code: "TT404", name: "older rows are compressed", before: []string{timedT}, fill: []string{sixEvents}, after: timed("at + INTERVAL 15 DAY RECOMPRESS CODEC(ZSTD(5))"),
		want: []string{"info TT404 T"}, text: "no value changes",
	},
	{code: "TT404", name: "rows are deleted", before: []string{timedT}, after: timed("at + INTERVAL 15 DAY"), want: []string{"warn TT401 T"}},
	{
		code: "TT405", name: "another table decides", before: []string{timedT, "CREATE TABLE U (id UInt8) ENGINE = MergeTree ORDER BY id"}, fill: []string{sixEvents},
		after: append([]string{"CREATE TABLE U (id UInt8) ENGINE = MergeTree ORDER BY id"}, timed("at + INTERVAL 15 DAY DELETE WHERE id IN (SELECT id FROM {db}.U)")...),
		want:  []string{"block TT405 T"}, text: "which rows it deletes cannot be counted",
	},
	{
		code: "TT405", name: "of an empty table", before: []string{timedT, "CREATE TABLE U (id UInt8) ENGINE = MergeTree ORDER BY id"},
		after: append([]string{"CREATE TABLE U (id UInt8) ENGINE = MergeTree ORDER BY id"}, timed("at + INTERVAL 15 DAY DELETE WHERE id IN (SELECT id FROM {db}.U)")...),
		want:  []string{"warn TT405 T"},
	},
	{code: "TT405", name: "known functions", before: []string{timedT}, fill: []string{sixEvents}, after: timed("toStartOfDay(at) + INTERVAL 90 DAY"), want: []string{"warn TT401 T"}},
	{
		code: "LC222", name: "values have expired already", before: []string{timedT}, fill: []string{sixEvents},
		after: []string{"CREATE TABLE T (id UInt8, at DateTime('UTC'), note String TTL at + INTERVAL 15 DAY) ENGINE = MergeTree ORDER BY id"},
		want:  []string{"block LC222 T.note"}, text: "4 of 6 rows",
	},
	{
		code: "LC222", name: "none has expired yet", before: []string{timedT}, fill: []string{sixEvents},
		after: []string{"CREATE TABLE T (id UInt8, at DateTime('UTC'), note String TTL at + INTERVAL 90 DAY) ENGINE = MergeTree ORDER BY id"},
		want:  []string{"warn LC222 T.note"}, text: "none of 6 rows",
	},
	{
		code: "LC222", name: "the TTL of a column goes", fill: []string{sixEvents},
		before: []string{"CREATE TABLE T (id UInt8, at DateTime('UTC'), note String TTL at + INTERVAL 90 DAY) ENGINE = MergeTree ORDER BY id"}, after: []string{timedT},
	},
}
