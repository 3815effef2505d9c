package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// tablePair is one table on both sides, as declared and in canonical form.
type tablePair struct {
	before, after             *inframap.Table
	schemaBefore, schemaAfter *schema.Table
	// renamed says that the table is to get the name of the other one.
	renamed bool
}

// name is the table as it is called afterwards.
func (p *tablePair) name() schema.Name { return p.schemaAfter.Name }

// CompareTables lists every difference between two canonical tables, in words.
func CompareTables(before, after *schema.Table, o Options) []Attribute {
	if o.IgnoresObject(after.Name) {
		return nil
	}
	p := &tablePair{before: declaredShape(before), after: declaredShape(after), schemaBefore: before, schemaAfter: after}
	c := compareTable(p, o)
	if c == nil {
		return nil
	}
	return c.Why
}

// declaredShape is the least of a declaration that the comparison needs.
func declaredShape(t *schema.Table) *inframap.Table {
	out := &inframap.Table{Name: t.Name.Object}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, inframap.Column{Name: c.Name})
	}
	for _, i := range t.Indexes {
		out.Indexes = append(out.Indexes, inframap.Index{Name: i.Name})
	}
	for _, pr := range t.Projections {
		out.Projections = append(out.Projections, inframap.Projection{Name: pr.Name})
	}
	for _, c := range t.Constraints {
		out.Constraints = append(out.Constraints, inframap.Constraint{Name: c.Name})
	}
	return out
}

// compareTable returns the change that a table needs, nil when there is none.
func compareTable(p *tablePair, o Options) *Change {
	b, a := p.schemaBefore, p.schemaAfter
	tc := &TableChange{Before: p.before, After: p.after, Actual: b, Renamed: p.renamed}
	c := &Change{Kind: Table, Action: Update, Name: p.after.Name, Table: tc}
	ignored := func(attribute string) bool { return o.ignores(p.name(), attribute) }
	force := func(attr Attribute) {
		if !ignored(attr.Name) {
			c.Action = Recreate
			c.Why, c.Forced = append(c.Why, attr), append(c.Forced, attr)
		}
	}
	if tc.Renamed {
		c.Why = append(c.Why, Attribute{"name", b.Name.String(), a.Name.String()})
	}
	if !sameList(b.OrderBy, a.OrderBy) {
		force(Attribute{"order by", keyText(b.OrderBy), keyText(a.OrderBy)})
	}
	if !o.IgnorePartitionBy && b.PartitionBy != a.PartitionBy {
		force(Attribute{"partition by", b.PartitionBy, a.PartitionBy})
	}
	if !sameList(b.PrimaryKey, a.PrimaryKey) {
		force(Attribute{"primary key", keyText(b.PrimaryKey), keyText(a.PrimaryKey)})
	}
	if attr := compareEngine(p); attr != nil {
		force(*attr)
	}
	var forced []Attribute
	tc.SettingsBefore, tc.SettingsAfter, forced = compareSettings(p, ignored)
	for _, attr := range forced {
		force(attr)
	}
	tc.Columns = compareColumns(p, o)
	tc.KeyTypes = keyTypeChanges(p, tc.Columns)
	for _, col := range tc.Columns {
		attr := columnAttribute(p.schemaBefore, p.schemaAfter, col)
		if fixedColumns[a.Engine.Name] && !commentOnly(col) {
			force(attr)
			continue
		}
		c.Why = append(c.Why, attr)
	}
	if tc.Settings = len(forced) == 0 && len(tc.SettingsBefore)+len(tc.SettingsAfter) > 0; tc.Settings {
		c.Why = append(c.Why, settingAttributes(tc.SettingsBefore, tc.SettingsAfter)...)
	}
	if tc.TTL = !o.IgnoreTableTTL && b.TTL != a.TTL && !ignored("TTL"); tc.TTL {
		c.Why = append(c.Why, Attribute{"TTL", b.TTL, a.TTL})
	}
	if tc.SampleBy = b.SampleBy != a.SampleBy && !ignored("sample by"); tc.SampleBy {
		c.Why = append(c.Why, Attribute{"sample by", b.SampleBy, a.SampleBy})
	}
	c.Why = append(c.Why, compareIndexes(p, tc, ignored)...)
	c.Why = append(c.Why, compareProjections(p, tc, ignored)...)
	for _, attr := range compareConstraints(p, tc, ignored) {
		if canAlterConstraints(a.Engine.Name) {
			c.Why = append(c.Why, attr)
		} else {
			force(attr)
		}
	}
	if len(c.Why) == 0 {
		return nil
	}
	return c
}

func keyText(elements []string) string {
	if len(elements) == 0 {
		return "tuple()"
	}
	return strings.Join(elements, ", ")
}

func columnAttribute(before, after *schema.Table, c ColumnChange) Attribute {
	switch c.Action {
	case Add:
		return Attribute{"column " + c.After.Name, "", definition(after.Column(c.After.Name))}
	case Remove:
		return Attribute{"column " + c.Before.Name, definition(before.Column(c.Before.Name)), ""}
	}
	var was, is []string
	for _, w := range c.Why {
		was = append(was, w.Name+" "+valueText(w.Before))
		is = append(is, w.Name+" "+valueText(w.After))
	}
	return Attribute{"column " + c.After.Name, strings.Join(was, ", "), strings.Join(is, ", ")}
}

// definition is a column's type and default.
func definition(c *schema.Column) string {
	return strings.TrimSpace(c.Type + " " + defaultText(c))
}

func valueText(v string) string {
	if v == "" {
		return "none"
	}
	return v
}

func settingAttributes(before, after map[string]string) []Attribute {
	var out []Attribute
	for _, k := range inframap.Keys(union(before, after)) {
		out = append(out, Attribute{"setting " + k, before[k], after[k]})
	}
	return out
}

func compareIndexes(p *tablePair, tc *TableChange, ignored func(string) bool) []Attribute {
	before, after := map[string]string{}, map[string]string{}
	for _, i := range p.schemaBefore.Indexes {
		before[i.Name] = fmt.Sprintf("%s TYPE %s GRANULARITY %d", i.Expr, i.Type, i.Granularity)
	}
	for _, i := range p.schemaAfter.Indexes {
		after[i.Name] = fmt.Sprintf("%s TYPE %s GRANULARITY %d", i.Expr, i.Type, i.Granularity)
	}
	var why []Attribute
	tc.Indexes, why = compareNamed("index ", before, after, ignored,
		byName(p.before.Indexes, func(i *inframap.Index) string { return i.Name }),
		byName(p.after.Indexes, func(i *inframap.Index) string { return i.Name }))
	return why
}

func compareProjections(p *tablePair, tc *TableChange, ignored func(string) bool) []Attribute {
	before, after := map[string]string{}, map[string]string{}
	for _, pr := range p.schemaBefore.Projections {
		before[pr.Name] = pr.Body
	}
	for _, pr := range p.schemaAfter.Projections {
		after[pr.Name] = pr.Body
	}
	var why []Attribute
	tc.Projections, why = compareNamed("projection ", before, after, ignored,
		byName(p.before.Projections, func(i *inframap.Projection) string { return i.Name }),
		byName(p.after.Projections, func(i *inframap.Projection) string { return i.Name }))
	tc.Projections = append(tc.Projections, brokenProjections(p, tc)...)
	slices.SortFunc(tc.Projections, func(a, b NamedChange[inframap.Projection]) int { return strings.Compare(a.Name, b.Name) })
	return why
}

func compareConstraints(p *tablePair, tc *TableChange, ignored func(string) bool) []Attribute {
	before, after := map[string]string{}, map[string]string{}
	for _, c := range p.schemaBefore.Constraints {
		before[c.Name] = c.Type + " " + c.Expr
	}
	for _, c := range p.schemaAfter.Constraints {
		after[c.Name] = c.Type + " " + c.Expr
	}
	var why []Attribute
	tc.Constraints, why = compareNamed("constraint ", before, after, ignored,
		byName(p.before.Constraints, func(c *inframap.Constraint) string { return c.Name }),
		byName(p.after.Constraints, func(c *inframap.Constraint) string { return c.Name }))
	return why
}

func compareNamed[T any](kind string, before, after map[string]string, ignored func(string) bool, declaredBefore, declaredAfter map[string]*T) (out []NamedChange[T], why []Attribute) {
	for _, name := range inframap.Keys(union(before, after)) {
		b, hadB := before[name]
		a, hasA := after[name]
		if hadB == hasA && b == a || ignored(kind+name) {
			continue
		}
		out = append(out, NamedChange[T]{Name: name, Before: declaredBefore[name], After: declaredAfter[name]})
		why = append(why, Attribute{kind + name, b, a})
	}
	return out, why
}

func byName[T any](list []T, name func(*T) string) map[string]*T {
	out := make(map[string]*T, len(list))
	for i := range list {
		out[name(&list[i])] = &list[i]
	}
	return out
}
