package lc

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc210 = &review.Rule{
	Code: "LC210", Name: "enum value removed", Severity: finding.Block, Proof: true,
	Detects: "A column's enum loses a value.",
	Happens: "ClickHouse accepts the change, and its mutation finishes. Rows that hold the value cannot be read from then on (error 691), while queries that do not touch them still work, so it is noticed late. Adding the value back makes them readable again.",
	Remedy:  "keep the value in the enum and mark it as deprecated; rewrite the rows that hold it first",
	Demo: review.Demo{
		{Say: "ten orders, three of them returned", SQL: "CREATE TABLE orders (id UInt8, state Enum8('new' = 1, 'paid' = 2, 'returned' = 3)) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO orders SELECT number, if(number < 7, 'paid', 'returned') FROM numbers(10)"},
		{Say: "the value is taken out of the enum, and the server accepts it", SQL: "ALTER TABLE orders MODIFY COLUMN state Enum8('new' = 1, 'paid' = 2)"},
		{Say: "counting all rows still works", SQL: "SELECT count() FROM orders", Want: "10"},
		{Say: "reading them does not", SQL: "SELECT * FROM orders ORDER BY id", Fails: 691},
		{Say: "with the value back, they can be read", SQL: "ALTER TABLE orders MODIFY COLUMN state Enum8('new' = 1, 'paid' = 2, 'returned' = 3)"},
		{SQL: "SELECT state, count() FROM orders GROUP BY state ORDER BY state", Want: "paid\t7\nreturned\t3"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range s.Columns(diff.Update) {
			if lost := removedMembers(c); len(lost) > 0 {
				out = append(out, question(c, "LC210", holdsNumber(c, lost)))
			}
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range s.Columns(diff.Update) {
			lost := removedMembers(c)
			if len(lost) == 0 {
				continue
			}
			h := hit(s, c, "LC210")
			h.What = lost
			h.Text = fmt.Sprintf("%s loses the enum value %s; rows that hold it can no longer be read (%s)", nameOf(s, c), strings.Join(names(lost), ", "), h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}

// removedMembers are the members, as "'a' = 1", whose number is no longer there.
func removedMembers(c review.ColumnEdit) []string {
	before, after, _ := c.Differs("type")
	old, ok := enumMembers(before)
	now, still := enumMembers(after)
	if !ok || !still {
		return nil
	}
	var out []string
	for number, member := range old {
		if _, kept := now[number]; !kept {
			out = append(out, member)
		}
	}
	return sorted(out)
}

// enumMembers are the members of an enum by their numbers, false for another type.
func enumMembers(t string) (map[string]string, bool) {
	name, args := chtype.Parts(chtype.Plain(t))
	if !strings.HasPrefix(name, "Enum") {
		return nil, false
	}
	out := map[string]string{}
	for _, a := range args {
		_, number, _ := cutLast(a, " = ")
		out[number] = a
	}
	return out, true
}

func holdsNumber(c review.ColumnEdit, members []string) string {
	numbers := make([]string, len(members))
	for i, m := range members {
		_, numbers[i], _ = cutLast(m, " = ")
	}
	return fmt.Sprintf("toInt16(%s) IN (%s)", sqltext.Ident(c.Name()), strings.Join(numbers, ", "))
}

func names(members []string) []string {
	out := make([]string, len(members))
	for i, m := range members {
		out[i], _, _ = cutLast(m, " = ")
	}
	return out
}
