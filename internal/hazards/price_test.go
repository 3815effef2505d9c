package hazards

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/price"
)

// TestWhatARewriteIs changes tables on the real server, and demands a price exactly
// where the server writes their parts again.
func TestWhatARewriteIs(t *testing.T) {
	const base = "id UInt32, n Int32, s String, e Enum8('a' = 1, 'b' = 2), d DateTime, x Nullable(Int32)"
	for _, c := range []struct {
		name string
		// before and after are columns, and what stands behind them, of the table.
		before, after, tailBefore, tailAfter string
		options                              func(string) diff.Options
		rewrites                             bool
		// links is set when a part that keeps each column by itself is made of the files of the
		// old one: it gets a new name, and nothing is written.
		links bool
	}{
		{name: "a wider number", before: base, after: strings.Replace(base, "n Int32", "n Int64", 1), rewrites: true},
		{name: "an enum gets a value", before: base, after: strings.Replace(base, "'b' = 2", "'b' = 2, 'c' = 3", 1)},
		{name: "an enum loses a value", before: base, after: strings.Replace(base, ", 'b' = 2", "", 1), rewrites: true},
		{name: "a value of an enum gets another name", before: base, after: strings.Replace(base, "'b' = 2", "'z' = 2", 1)},
		{name: "a larger enum", before: base, after: strings.Replace(base, "Enum8('a' = 1, 'b' = 2)", "Enum16('a' = 1, 'b' = 2, 'c' = 300)", 1), rewrites: true},
		{name: "an enum becomes its number", before: base, after: strings.Replace(base, "e Enum8('a' = 1, 'b' = 2)", "e Int8", 1)},
		{name: "a number becomes an enum", before: strings.Replace(base, "e Enum8('a' = 1, 'b' = 2)", "e Int8", 1), after: base, rewrites: true},
		{name: "a time becomes its number", before: base, after: strings.Replace(base, "d DateTime", "d UInt32", 1)},
		{name: "a time zone", before: base, after: strings.Replace(base, "d DateTime", "d DateTime('Europe/Berlin')", 1)},
		{name: "a default", before: base, after: strings.Replace(base, "n Int32", "n Int32 DEFAULT 4", 1)},
		{name: "a codec", before: base, after: strings.Replace(base, "n Int32", "n Int32 CODEC(ZSTD(3))", 1)},
		{name: "a comment", before: base, after: strings.Replace(base, "n Int32", "n Int32 COMMENT 'x'", 1)},
		{name: "NULL is allowed", before: base, after: strings.Replace(base, "n Int32", "n Nullable(Int32)", 1), rewrites: true},
		{name: "NULL is no longer allowed", before: base, after: strings.Replace(base, "x Nullable(Int32)", "x Int32 DEFAULT 0", 1), rewrites: true},
		{name: "LowCardinality", before: base, after: strings.Replace(base, "s String", "s LowCardinality(String)", 1), rewrites: true},
		{name: "another aggregate function", before: base + ", f SimpleAggregateFunction(max, UInt64)", after: base + ", f SimpleAggregateFunction(sum, UInt64)"},
		{name: "a new column", before: base, after: base + ", m Int32"},
		{name: "a column goes", before: base, after: strings.Replace(base, ", s String", "", 1), rewrites: true, links: true},
		{name: "a computed column goes", before: base + ", m Int32 ALIAS n", after: base},
		{
			name: "a column gets another name", before: base, after: strings.Replace(base, "s String", "t String", 1), rewrites: true, links: true,
			options: func(db string) diff.Options { return columnRenamed(db, "T", "s", "t") },
		},
		{name: "an index comes", before: base, after: base + ", INDEX i n TYPE minmax GRANULARITY 1"},
		{name: "an index goes", before: base + ", INDEX i n TYPE minmax GRANULARITY 1", after: base, rewrites: true, links: true},
		{name: "a projection comes", before: base, after: base + ", PROJECTION p (SELECT n ORDER BY n)"},
		{name: "a projection goes", before: base + ", PROJECTION p (SELECT n ORDER BY n)", after: base, rewrites: true, links: true},
		{name: "rows expire", before: base, after: base, tailAfter: "TTL d + toIntervalYear(300)", rewrites: true},
		{name: "rows no longer expire", before: base, after: base, tailBefore: "TTL d + toIntervalYear(300)"},
		{name: "values expire", before: base, after: strings.Replace(base, "s String", "s String TTL d + toIntervalYear(300)", 1), rewrites: true},
		{name: "a constraint", before: base, after: base + ", CONSTRAINT c CHECK n >= 0"},
		{name: "a setting", before: base, after: base, tailAfter: "SETTINGS ttl_only_drop_parts = 1"},
	} {
		for _, kind := range []string{"Compact", "Wide"} {
			t.Run(strings.ReplaceAll(c.name, " ", "-")+"/"+kind, func(t *testing.T) {
				t.Parallel()
				create := func(columns, tail string) []string {
					return []string{"CREATE TABLE T (" + columns + ") ENGINE = MergeTree ORDER BY id " + tail}
				}
				p := pair{
					before: create(c.before, c.tailBefore), after: create(c.after, c.tailAfter), options: c.options,
					fill: []string{"INSERT INTO T (id, n, e) SELECT number, number, 1 FROM numbers(1000)"},
				}
				if kind == "Wide" {
					p.wide()
				}
				d := newDatabase(t)
				s := p.reviewIn(d)
				priced := len(price.Of(s.Outcome, s.Facts)) > 0
				want := c.rewrites && !(c.links && kind == "Wide")
				if priced != want {
					t.Errorf("has a price: %v, want %v", priced, want)
				}
				old := partsOf(t, d)
				for _, op := range s.Outcome.Operations {
					statements, err := ddl.Statements(op, d.name)
					if err != nil {
						t.Fatal(err)
					}
					d.exec(statements...)
				}
				if changed := !slices.Equal(old, partsOf(t, d)); changed != c.rewrites {
					t.Errorf("the server made new parts: %v, want %v (from %v to %v)", changed, c.rewrites, old, partsOf(t, d))
				}
				if len(s.Outcome.Operations) == 0 {
					t.Error("the plan does nothing")
				}
			})
		}
	}
}

// wide makes the parts keep each column in a file of its own, in both schemas.
func (p *pair) wide() {
	const settings = "min_bytes_for_wide_part = 0, min_rows_for_wide_part = 0"
	for _, list := range [][]string{p.before, p.after} {
		if head, rest, ok := strings.Cut(list[0], "SETTINGS "); ok {
			list[0] = head + "SETTINGS " + settings + ", " + rest
			continue
		}
		list[0] += " SETTINGS " + settings
	}
}

func partsOf(t *testing.T, d *database) []string {
	t.Helper()
	var out []string
	_, err := d.client.Ask(context.WithoutCancel(t.Context()), "SELECT name FROM system.parts WHERE active AND database = currentDatabase() AND table = 'T' ORDER BY name", clickhouse.Bounds{}, func(rows driver.Rows) error {
		var name string
		err := rows.Scan(&name)
		out = append(out, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
