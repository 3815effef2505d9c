package diff

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// brokenProjections lists the unchanged projections that must go before a column
// changes its type and come again after it: ClickHouse refuses the change for those
// that aggregate (code 524), and converts the others.
func brokenProjections(p *tablePair, tc *TableChange) []NamedChange[inframap.Projection] {
	retyped := map[string]bool{}
	for _, c := range tc.Columns {
		if c.Action == Update && slices.ContainsFunc(c.Why, func(a Attribute) bool {
			return a.Name == "type" && withoutTimeZone(a.Before) != withoutTimeZone(a.After)
		}) {
			retyped[c.After.Name] = true
		}
	}
	if len(retyped) == 0 {
		return nil
	}
	before := byName(p.before.Projections, func(i *inframap.Projection) string { return i.Name })
	after := byName(p.after.Projections, func(i *inframap.Projection) string { return i.Name })
	var out []NamedChange[inframap.Projection]
	for _, projection := range p.schemaAfter.Projections {
		if slices.Contains(p.schemaBefore.Projections, projection) && aggregates(projection, retyped) {
			out = append(out, NamedChange[inframap.Projection]{Name: projection.Name, Before: before[projection.Name], After: after[projection.Name]})
		}
	}
	return out
}

// aggregates reports whether a projection groups its rows and reads one of the columns.
func aggregates(p schema.Projection, columns map[string]bool) bool {
	reads := false
	for _, t := range sqltext.Tokens(p.Body) {
		reads = reads || columns[sqltext.Unquote(t.Text)]
	}
	return reads && slices.ContainsFunc(sqltext.Tokens(p.Body), func(t sqltext.Token) bool { return t.Kind == sqltext.Word && t.Text == "GROUP" })
}
