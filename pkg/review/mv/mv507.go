package mv

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv507 = &review.Rule{
	Code: "MV507", Name: "materialized view can no longer run", Severity: finding.Block,
	Detects: "A column that the query of a materialized view needs is renamed, dropped or given a type with which the query cannot run, or a table that it joins goes, and the view stays as it is. The server is asked whether the query can run on the tables as they will be.",
	Happens: "The server lets a column be renamed, and every insert into the table fails from then on (error 47 for a name), while its rows are stored there: whoever tries again stores them twice, and the target gets none. It refuses to drop a column that a view names (error 524), so the migration stops half-way.",
	Remedy:  "change the query of the view in the same change; the plan then drops the view first and creates it last",
	Demo: review.Demo{
		{Say: "a view reads a price", SQL: "CREATE TABLE sales (id UInt8, price UInt32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE seen (id UInt8, price UInt32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT id, price FROM sales"},
		{Say: "the server does not drop the column", SQL: "ALTER TABLE sales DROP COLUMN price", Fails: 524},
		{Say: "but it renames it", SQL: "ALTER TABLE sales RENAME COLUMN price TO amount"},
		{Say: "the insert fails", SQL: "INSERT INTO sales VALUES (1, 10)", Fails: 47},
		{Say: "the row is stored all the same, and would be twice after another attempt", SQL: "SELECT count() FROM sales", Want: "1"},
		{SQL: "SELECT count() FROM seen", Want: "0"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, v := range s.Affected() {
			if !v.Stays() || !v.Materialized() || v.Before.Refresh != "" {
				continue
			}
			if reason, evidence, ok := broken(s, v); ok {
				h := hit(s, v, reason)
				h.Evidence = evidence
				h.Text = fmt.Sprintf("%s cannot run any more: %s; inserts into %s fail from then on", nameOf(s, v), reason, source(s, v))
				out = append(out, h)
			}
		}
		return out
	},
}

// broken reports why the query of a staying view cannot run on the tables as they will
// be. That its target or the table whose inserts it sees goes is for other rules.
func broken(s *review.Subject, v review.ViewEdit) (string, []finding.Evidence, bool) {
	from, _ := s.Trigger(v.After)
	for _, n := range s.Reads(v.After) {
		what := gone(s, n)
		switch {
		case what == "":
		case v.Materialized() && n == from:
			return "", nil, false
		default:
			return fmt.Sprintf("%s, which it reads, %s", s.LabelOf(n), what), nil, true
		}
	}
	after := s.ColumnsAfter(v)
	if after.Known() {
		return "", nil, false
	}
	reason := lostName(s, v)
	switch {
	case after.Refused == nil && reason == "":
		return "", nil, false
	case after.Refused == nil:
		return fmt.Sprintf("%s (whether it needs that is not known: %v)", reason, after.Err), nil, true
	case s.ColumnsBefore(v).Refused != nil || unsuitable[after.Refused.Code]:
		return reason, nil, reason != "" // it does not run today, or could not be asked in this way
	}
	evidence := []finding.Evidence{{Text: after.Refused.Message, Source: "asked ClickHouse"}}
	if reason == "" {
		reason = fmt.Sprintf("the server refuses its query on the changed tables (error %d)", after.Refused.Code)
	}
	return reason, evidence, true
}

// unsuitable are the codes with which the server refuses the question, not the query:
// FINAL and SAMPLE on what stands for a changed table, and parameters without values.
var unsuitable = map[int32]bool{1: true, 141: true, 181: true, 456: true}

// lostName is a column that the view names and that goes, in words.
func lostName(s *review.Subject, v review.ViewEdit) string {
	for _, n := range s.Reads(v.After) {
		lost := lostColumns(s, n)
		for _, name := range inframap.Keys(lost) {
			if mentions(v.After, name) {
				return fmt.Sprintf("column %s of %s, which it names, is %s", name, s.LabelOf(n), lost[name])
			}
		}
	}
	return ""
}
