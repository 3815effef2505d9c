package ap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var ap808 = &review.Rule{
	Code: "AP808", Name: "endpoint reads what goes", Severity: finding.Block,
	Detects: "An endpoint, a web app or a workflow that stays reads a table or a view that goes, or a table that loses a column. It is known only where moose-lib writes down what an object reads; for a column it is a warning, as it is not known which columns are read.",
	Happens: "Nothing checks the SQL of an endpoint before it runs. Its first call after the migration fails with 500, since ClickHouse answers that there is no such table or column.",
	Remedy:  "change what reads it in the same pull request, and deploy that before the migration",
	Demo: review.Demo{
		{Say: "a table with three orders, and the query of an endpoint", SQL: "CREATE TABLE orders (id UInt8, note String) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO orders SELECT number, 'x' FROM numbers(3)"},
		{SQL: "SELECT count(note) FROM orders", Want: "3"},
		{Say: "without the column, the query is refused", SQL: "ALTER TABLE orders DROP COLUMN note SETTINGS mutations_sync = 2"},
		{SQL: "SELECT count(note) FROM orders", Fails: 47},
		{Say: "and without the table", SQL: "DROP TABLE orders SYNC"},
		{SQL: "SELECT count() FROM orders", Fails: 60},
	},
	Check: func(s *review.Subject) []review.Hit {
		gone, less := losses(s)
		var out []review.Hit
		for _, r := range readers(s) {
			var lost, partly []string
			for _, from := range r.pulls {
				if name, ok := gone[from]; ok && !slices.Contains(lost, name) {
					lost = append(lost, name)
				}
				if name, ok := less[from]; ok && !slices.Contains(partly, name) {
					partly = append(partly, name)
				}
			}
			h := review.Hit{Object: r.object, What: slices.Concat(lost, partly, nonEmpty(r.version))}
			switch {
			case len(lost) > 0:
				h.Text = fmt.Sprintf("%s reads %s, and fails from the migration on", withVersion(r.object, r.version), strings.Join(slices.Concat(lost, partly), ", "))
			case len(partly) > 0:
				h.Severity = finding.Warn
				h.Text = fmt.Sprintf("%s reads %s; where it names a column that goes, it fails from the migration on", withVersion(r.object, r.version), strings.Join(partly, ", "))
			default:
				continue
			}
			out = append(out, h)
		}
		return out
	},
}

// read is something of another object, by kind and id as moose-lib writes it.
type read struct{ kind, id string }

// losses are the tables and views that go, and the tables that lose columns, in words
// and under each of the names by which they can be meant.
func losses(s *review.Subject) (gone, less map[read]string) {
	gone, less = map[read]string{}, map[read]string{}
	for _, t := range s.Tables(diff.Remove, diff.Update) {
		if t.Table.Before == nil {
			continue
		}
		into, text := gone, "table "+s.Label(t)+", which goes"
		if t.Action == diff.Update {
			var columns []string
			for _, c := range t.Table.Columns {
				if c.Action == diff.Remove && c.Before != nil {
					columns = append(columns, c.Before.Name)
				}
			}
			if len(columns) == 0 {
				continue
			}
			into, text = less, fmt.Sprintf("table %s, which loses %s", s.Label(t), strings.Join(columns, ", "))
		}
		for _, id := range tableIDs(t) {
			into[read{"Table", id}] = text
		}
	}
	for _, c := range s.Changes(diff.View, diff.Remove) {
		gone[read{"View", c.ID}] = "view " + c.Name + ", which goes"
	}
	return gone, less
}

// tableIDs are the names of a table: its key in the map, its physical name, and its
// name with the version behind it, which moose-lib writes.
func tableIDs(t review.TableEdit) []string {
	b := t.Table.Before
	out := []string{t.ID, b.Name}
	if b.Version != nil && *b.Version != "" && b.SourcePrimitive.Name != "" {
		out = append(out, b.SourcePrimitive.Name+"_"+*b.Version)
	}
	return out
}

// reader is an object that reads others.
type reader struct {
	object, version string
	pulls           []read
}

// readers are those that are there after the plan, in the order of their names.
func readers(s *review.Subject) []reader {
	m := s.Outcome.Desired
	if m == nil {
		return nil
	}
	var out []reader
	add := func(object, version string, signatures []inframap.Signature) {
		r := reader{object: object, version: version}
		for _, sig := range signatures {
			r.pulls = append(r.pulls, read{sig.Kind, sig.ID})
		}
		if len(r.pulls) > 0 {
			out = append(out, r)
		}
	}
	for _, id := range inframap.Keys(m.APIEndpoints) {
		e := m.APIEndpoints[id]
		add(string(diff.API)+" "+e.Name, version(e), e.PullsDataFrom)
	}
	for _, id := range inframap.Keys(m.WebApps) {
		add(string(diff.WebApp)+" "+m.WebApps[id].Name, "", m.WebApps[id].PullsDataFrom)
	}
	for _, id := range inframap.Keys(m.Workflows) {
		add(string(diff.Workflow)+" "+m.Workflows[id].Name, "", m.Workflows[id].PullsDataFrom)
	}
	return out
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}
