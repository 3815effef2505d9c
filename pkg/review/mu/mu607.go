package mu

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var mu607 = &review.Rule{
	Code: "MU607", Name: "rows break a new constraint", Severity: finding.Warn,
	Detects: "A table gets a constraint, and rows that are there break it, or that could not be counted. It is silent when no row does.",
	Happens: "Rows that are there are not checked and stay as they are. Inserts with such rows fail from then on (error 469), also those of a backfill.",
	Remedy:  "find out who writes such rows before the constraint comes, and correct what is there",
	Demo: review.Demo{
		{Say: "a table with a price below zero", SQL: "CREATE TABLE sales (id UInt8, price Int32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO sales VALUES (1, -5)"},
		{Say: "the server takes the constraint all the same", SQL: "ALTER TABLE sales ADD CONSTRAINT positive CHECK price >= 0"},
		{SQL: "SELECT price FROM sales", Want: "-5"},
		{Say: "the same row cannot come again", SQL: "INSERT INTO sales VALUES (2, -5)", Fails: 469},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range constraints(s) {
			key, columns := review.KeyOf(c.table.Before)
			out = append(out, probe.Question{
				ID: c.id(), Table: c.table.Before.Name, Where: "NOT (" + c.after.Expr + ")", Key: key, Columns: append(columns, c.columns...),
			})
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range constraints(s) {
			count := s.Count(c.id(), c.table.Before)
			if count.None {
				continue
			}
			h := hit(s, c.table, c.after.Name, c.after.Expr)
			h.Object, h.Count = s.Object(c.table, c.after.Name), count
			h.Text = fmt.Sprintf("table %s gets the constraint %s (%s): rows that break it stay, and inserts of such rows fail (%s)", s.Label(c.table), c.after.Name, c.after.Expr, count.Text)
			out = append(out, h)
		}
		return out
	},
}

// added is a constraint that comes, on columns that the table has already.
type added struct {
	table   review.TableEdit
	after   schema.Constraint
	columns []string
}

func (a added) id() string { return "MU607 " + a.table.Before.Name.String() + "." + a.after.Name }

func constraints(s *review.Subject) []added {
	var out []added
	for _, t := range s.Tables(diff.Update) {
		if t.Before == nil || t.After == nil {
			continue
		}
		for _, change := range t.Table.Constraints {
			if change.After == nil {
				continue
			}
			for _, c := range t.After.Constraints {
				if c.Name != change.Name || c.Type != "CHECK" {
					continue
				}
				a := added{table: t, after: c}
				fits := true
				for _, token := range sqltext.Tokens(c.Expr) {
					name := sqltext.Unquote(token.Text)
					switch {
					case token.Kind != sqltext.Word && token.Kind != sqltext.QuotedName:
					case t.Before.Column(name) != nil:
						a.columns = append(a.columns, name)
					case t.After.Column(name) != nil:
						fits = false // a new column: rows that are there have its default
					}
				}
				if fits {
					out = append(out, a)
				}
			}
		}
	}
	return out
}
