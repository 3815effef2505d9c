package pl

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var pl013 = &review.Rule{
	Code: "PL013", Name: "removes and adds in one plan", Severity: finding.Info,
	Detects: "The plan removes rows or values of one table, and adds to another table or view. Renames do not count.",
	Happens: "The steps run one after the other. When one fails, the plan stops half-way: what was dropped stays dropped, and what was to come is not there.",
	Remedy:  "bring what is new in a first pull request, and remove the old in a later one, when nothing reads it any more",
	Demo: review.Demo{
		{Say: "a table with ten rows", SQL: "CREATE TABLE old (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO old SELECT number FROM numbers(10)"},
		{Say: "the plan drops it", SQL: "DROP TABLE old SYNC"},
		{Say: "and fails at what was to replace it", SQL: "CREATE TABLE new (id Array(UInt8)) ENGINE = MergeTree ORDER BY missing", Fails: 47},
		{Say: "now there is neither", SQL: "SELECT count() FROM system.tables WHERE database = currentDatabase()", Want: "0"},
	},
	Check: func(s *review.Subject) []review.Hit {
		gone, come := "", ""
		for _, t := range s.Tables() {
			c := t.Change
			switch {
			case c.Action == diff.Remove && c.Table.Before != nil && report.HoldsRows(c.Table.Before.Engine.Name) && !renamed(s, c.Name), goingColumn(c):
				if gone == "" {
					gone = s.Object(t)
				}
			case c.Action == diff.Add && c.RenameOf == "":
				if come == "" {
					come = s.Object(t)
				}
			}
		}
		for _, kind := range []diff.Kind{diff.View, diff.MaterializedView} {
			for _, c := range s.Changes(kind, diff.Add) {
				if come == "" {
					come = c.Name
				}
			}
		}
		if gone == "" || come == "" {
			return nil
		}
		return []review.Hit{{What: []string{gone, come}, Text: fmt.Sprintf("the plan removes data (%s) and adds something new (%s); two pull requests are easier to review, and to stop", gone, come)}}
	},
}

// renamed reports whether a table that goes looks like the old name of one that comes.
func renamed(s *review.Subject, name string) bool {
	for _, c := range s.Changes(diff.Table, diff.Add) {
		if c.RenameOf == name {
			return true
		}
	}
	return false
}

// goingColumn reports whether a table loses a column that is not renamed.
func goingColumn(c *diff.Change) bool {
	if c.Kind != diff.Table || c.Action != diff.Update || c.Table == nil {
		return false
	}
	renames := map[string]bool{}
	for _, col := range c.Table.Columns {
		renames[col.RenameOf] = true
	}
	for _, col := range c.Table.Columns {
		if col.Action == diff.Remove && col.RenamedTo == "" && !renames[col.Before.Name] {
			return true
		}
	}
	return false
}
