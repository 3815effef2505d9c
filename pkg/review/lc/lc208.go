package lc

import (
	"cmp"
	"fmt"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc208 = &review.Rule{
	Code: "LC208", Name: "NULL no longer allowed", Severity: finding.Block, Proof: true,
	Detects: "A column no longer takes NULL. Where its type gets smaller at the same time, that is a second hazard with a finding of its own.",
	Happens: "ClickHouse 26.7 takes the change only with a default (error 36 without one), and every NULL becomes that default, so that nobody can tell from then on what was not known. A plan in which rows hold NULL and no default is declared is refused. NULLs that are inserted later become the default, too.",
	Remedy:  "keep the column Nullable, or fill the NULLs first with what should stand for them",
	Demo: review.Demo{
		{Say: "two of three ages are not known", SQL: "CREATE TABLE users (id UInt8, age Nullable(UInt8)) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO users VALUES (1, 30), (2, NULL), (3, NULL)"},
		{Say: "without a default the server refuses it", SQL: "ALTER TABLE users MODIFY COLUMN age UInt8", Fails: 36},
		{Say: "with one it does not", SQL: "ALTER TABLE users MODIFY COLUMN age UInt8 DEFAULT 0 SETTINGS mutations_sync = 2"},
		{Say: "and the average age is another one", SQL: "SELECT avg(age) FROM users", Want: "10"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range conversions(s) {
			if c.losesNull() && c.Nulls == nil {
				out = append(out, c.question("LC208", "isNull("+sqltext.Ident(c.column)+")"))
			}
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range conversions(s) {
			if !c.losesNull() {
				continue
			}
			h := hit(s, c.ColumnEdit, "LC208")
			if c.Nulls != nil {
				h.Count = nulls(*c.Nulls, c)
			}
			h.What = []string{c.from, c.to, value(c)}
			h.Text = fmt.Sprintf("%s no longer takes NULL; each becomes %s (NULL: %s)", nameOf(s, c.ColumnEdit), value(c), h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}

// nulls is what the planner has counted.
func nulls(n uint64, c conversion) review.Count {
	rows := "rows"
	if n == 1 {
		rows = "row"
	}
	text := fmt.Sprintf("%s %s", humanize.Comma(int64(min(n, 1<<62))), rows)
	if n == 0 {
		text = "no row"
	}
	if c.Table.Before != nil && c.Table.Before.Rows != nil {
		text += " of " + humanize.Comma(int64(min(*c.Table.Before.Rows, 1<<62)))
	}
	return review.Count{None: n == 0, Text: text, Stake: &finding.Stake{Rows: &n}, Evidence: []finding.Evidence{{Text: text + " with NULL", Source: "counted in the table"}}}
}

// value is what stands for NULL from then on.
func value(c conversion) string {
	if c.After != nil && c.After.DefaultExpr != "" {
		return c.After.DefaultExpr
	}
	return cmp.Or(defaultOf(c.ColumnEdit), "the default of "+chtype.Unwrapped(argument(c.to), "LowCardinality"))
}

// defaultOf is the declared default of a column as it is to be.
func defaultOf(c review.ColumnEdit) string {
	for _, expr := range []*string{c.ColumnChange.After.Default, c.ColumnChange.After.Materialized} {
		if expr != nil && *expr != "" {
			return *expr
		}
	}
	return ""
}
