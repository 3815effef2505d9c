package mv

import (
	"cmp"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// hit is a finding about a view.
func hit(s *review.Subject, v review.ViewEdit, what ...string) review.Hit {
	return review.Hit{Object: v.Name.String(), Source: s.ViewSource(v), What: what}
}

// nameOf is how a sentence begins.
func nameOf(s *review.Subject, v review.ViewEdit) string {
	kind := "view "
	if v.Materialized() {
		kind = "materialized view "
	}
	return kind + s.LabelOf(v.Name)
}

// recreated reports whether a materialized view is dropped and made again, and which one
// takes its place: itself, or a new one under another name.
func recreated(s *review.Subject, v review.ViewEdit) (review.ViewEdit, bool) {
	switch {
	case v.Change == nil || v.Change.Kind != diff.MaterializedView:
		return review.ViewEdit{}, false
	case v.Change.Action == diff.Update || v.Change.Action == diff.Recreate:
		return v, true
	}
	return s.Replaced(v)
}

func why(c *diff.Change) []string {
	if c == nil {
		return nil
	}
	var out []string
	for _, a := range c.Why {
		out = append(out, a.Name, a.Before, a.After)
	}
	return out
}

func differs(c *diff.Change, attribute string) bool {
	return c != nil && slices.ContainsFunc(c.Why, func(a diff.Attribute) bool { return a.Name == attribute })
}

// gone says what becomes of a table that a staying view needs: "is dropped", "is renamed
// to B"; empty when it stays.
func gone(s *review.Subject, n schema.Name) string {
	if to, ok := s.Renamed()[n]; ok && s.TablesAfter()[n] == nil {
		return "is renamed to " + s.LabelOf(to)
	}
	if s.TablesBefore()[n] != nil && s.TablesAfter()[n] == nil {
		return "is dropped"
	}
	return ""
}

// mentions reports whether the text of a view has a name in it.
func mentions(v *schema.View, name string) bool {
	return v != nil && slices.ContainsFunc(sqltext.Tokens(v.Select), func(t sqltext.Token) bool { return sqltext.Unquote(t.Text) == name })
}

// lostColumns are the columns that a table no longer has under their names, each with
// what becomes of it.
func lostColumns(s *review.Subject, n schema.Name) map[string]string {
	out := map[string]string{}
	before, after := s.TablesBefore()[n], s.TablesAfter()[n]
	if before == nil || after == nil {
		return out
	}
	for _, c := range before.Columns {
		if after.Column(c.Name) == nil {
			out[c.Name] = "dropped"
		}
	}
	for _, e := range s.Columns() {
		if e.Table.Before == nil || e.Table.Before.Name != n || e.ColumnChange.Before == nil || !e.RenameStated && e.RenamedTo == "" {
			continue
		}
		if _, ok := out[e.ColumnChange.Before.Name]; ok {
			out[e.ColumnChange.Before.Name] = "renamed"
		}
	}
	return out
}

// edit is the view of a change, also of one that is not known in canonical form.
func edit(s *review.Subject, c *diff.Change) review.ViewEdit {
	for _, v := range s.Views() {
		if v.Change == c {
			return v
		}
	}
	v := review.ViewEdit{Change: c, Name: schema.Name{Database: s.Outcome.Desired.DefaultDatabase, Object: c.Name}}
	if c.MaterializedView == nil {
		return v
	}
	for _, m := range []*inframap.MaterializedView{c.MaterializedView.Before, c.MaterializedView.After} {
		if m != nil {
			v.Name = schema.Name{Database: m.DatabaseOr(s.Outcome.Desired.DefaultDatabase), Object: m.Name}
		}
	}
	return v
}

// held are the rows of a table of the server, nil where that is not known.
func held(s *review.Subject, n schema.Name) *finding.Stake {
	if t := s.TablesBefore()[n]; t != nil {
		if t.Rows == nil {
			return nil
		}
		return &finding.Stake{Rows: t.Rows, Bytes: t.Bytes}
	}
	if s.Facts == nil {
		return nil
	}
	if p, ok := s.Facts.Parts.Value[n]; ok {
		return &finding.Stake{Rows: &p.Rows, Bytes: &p.Bytes}
	}
	return nil
}

func compare(x, y schema.Name) int {
	return cmp.Or(cmp.Compare(x.Database, y.Database), cmp.Compare(x.Object, y.Object))
}
