package report

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func (b *builder) view(out *Change, c *diff.Change) {
	shown := c.View.After
	if shown == nil {
		shown = c.View.Before
	}
	if shown == nil {
		return
	}
	out.Name, out.Database = shown.Name, shown.DatabaseOr(b.db)
	out.Title = "View: " + b.label(out.Database, shown.Name)
	if out.Action != diff.Remove && len(shown.SourceTables) > 0 {
		out.Note = "sources: " + strings.ReplaceAll(strings.Join(shown.SourceTables, ", "), "`", "")
	}
	out.Details = whyLines(out.Why)
}

func (b *builder) materializedView(out *Change, c *diff.Change) {
	shown := c.MaterializedView.After
	if shown == nil {
		shown = c.MaterializedView.Before
	}
	if shown == nil {
		return
	}
	out.Name, out.Database = shown.Name, shown.DatabaseOr(b.db)
	out.Title = fmt.Sprintf("MaterializedView: %s -> %s", b.label(out.Database, shown.Name), b.label(shown.TargetDatabaseOr(b.db), shown.TargetTable))
	out.Details = whyLines(out.Why)
	if c.MaterializedView.After != nil {
		b.backfillHint(out, b.outcome.After.MaterializedViews[c.ID])
	}
	if v := b.outcome.Before.MaterializedViews[c.ID]; v != nil && v.Inner && c.MaterializedView.Before != nil {
		label := b.label(v.Name.Database, v.Name.Object)
		out.Note = "its own inner table is lost with all its rows"
		b.losses = append(b.losses, Loss{
			Kind: diff.MaterializedView, Name: v.Name.Object, Database: v.Name.Database,
			Text:  fmt.Sprintf("materialized view %s is dropped with its own inner table and all its rows; how many is not known", label),
			short: fmt.Sprintf("materialized view %s (rows not counted)", label),
		})
	}
}

// backfillHint says that a new or changed materialized view leaves out the rows that
// its sources hold already.
func (b *builder) backfillHint(out *Change, v *schema.View) {
	if v == nil {
		return
	}
	for _, n := range diff.Names(v.Select, b.db, diff.KnownObjects(b.outcome.Before, b.outcome.After)) {
		for _, id := range inframap.Keys(b.outcome.Before.Tables) {
			t := b.outcome.Before.Tables[id]
			if t.Name != n || t.Rows == nil || *t.Rows == 0 {
				continue
			}
			before := ""
			if out.Action != diff.Add {
				before = " by the new query"
			}
			out.Hints = append(out.Hints, fmt.Sprintf("it sees what is inserted from now on; the %s already in %s are not brought into %s%s",
				RowsText(*t.Rows), b.label(n.Database, n.Object), b.label(v.Target.Database, v.Target.Object), before))
		}
	}
}

func sqlResource(out *Change, p *diff.Pair[inframap.SQLResource]) {
	for _, r := range []*inframap.SQLResource{p.Before, p.After} {
		if r != nil && r.Database != nil {
			out.Database = *r.Database
		}
	}
	switch {
	case p.Before != nil && p.After != nil:
		out.Details = append(out.Details, listLines("Setup:", p.Before.Setup, p.After.Setup)...)
		out.Details = append(out.Details, listLines("Teardown:", p.Before.Teardown, p.After.Teardown)...)
		for _, a := range out.Why {
			if a.Name != "setup" && a.Name != "teardown" {
				out.Details = append(out.Details, Line{0, "~", pathText(a)})
			}
		}
	case p.After != nil:
		out.Details = listLines("Setup:", nil, p.After.Setup)
	case p.Before != nil:
		out.Details = listLines("Teardown:", nil, p.Before.Teardown)
	}
}

// listLines shows two lists of statements as one diff; nothing when they are equal.
func listLines(heading string, before, after []string) []Line {
	had, has := map[string]bool{}, map[string]bool{}
	for _, s := range before {
		had[s] = true
	}
	for _, s := range after {
		has[s] = true
	}
	var lines []Line
	for _, s := range before {
		if !has[s] {
			lines = append(lines, Line{1, "-", s})
		}
	}
	for _, s := range after {
		if !had[s] {
			lines = append(lines, Line{1, "+", s})
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]Line{{Text: heading}}, lines...)
}

// whyLines shows differences; long ones, such as a select, on a line each.
func whyLines(why []Attribute) []Line {
	var lines []Line
	for _, a := range why {
		if a.Name != "select" {
			lines = append(lines, Line{0, "~", attributeText(a)})
			continue
		}
		lines = append(lines, Line{Text: "Select:"}, Line{1, "-", value(a.Before)}, Line{1, "+", value(a.After)})
	}
	return lines
}
