package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// typeText is a column's type in ClickHouse's names, without Nullable around it.
func typeText(c *inframap.Column) string {
	required := *c
	required.Required = true
	t, err := ddl.ColumnType(&required)
	if err != nil {
		return value(c.DataType.Simple)
	}
	return t
}

// columnText is "String NOT NULL DEFAULT='a'" in ClickHouse's names, Moose's shape.
func columnText(c *inframap.Column) string {
	null := " NOT NULL"
	if !c.Required {
		null = " NULLABLE"
	}
	if kind, expr, err := ddl.DefaultOf(c); err == nil && kind != "" {
		null += " " + kind + "=" + expr
	}
	return typeText(c) + null
}

// keyText is " [primary key, unique]".
func keyText(c *inframap.Column) string {
	var keys []string
	if c.PrimaryKey {
		keys = append(keys, "primary key")
	}
	if c.Unique {
		keys = append(keys, "unique")
	}
	if len(keys) == 0 {
		return ""
	}
	return " [" + strings.Join(keys, ", ") + "]"
}

// extraText is what a column has beside its type and default.
func extraText(c *inframap.Column) string {
	text := ""
	for _, p := range []struct {
		name  string
		value *string
	}{{"CODEC", c.Codec}, {"TTL", c.TTL}} {
		if v := deref(p.value); v != "" {
			text += " " + p.name + "=" + v
		}
	}
	return text
}

// columnLines lists the columns that differ and adds hints about renames.
func (b *builder) columnLines(t *diff.TableChange, out *Change) []Line {
	var lines []Line
	for _, c := range t.Columns {
		switch {
		case c.Action == diff.Remove && c.Before != nil && c.RenamedTo == "":
			lines = append(lines, Line{1, "-", c.Before.Name + ": " + columnText(c.Before)})
		case c.Action == diff.Add && c.After != nil && c.RenameStated:
			lines = append(lines, Line{1, "~", fmt.Sprintf("%s -> %s (renamed, its values are kept)", c.RenameOf, c.After.Name)})
		case c.Action == diff.Add && c.After != nil:
			lines = append(lines, Line{1, "+", c.After.Name + ": " + columnText(c.After) + keyText(c.After) + extraText(c.After)})
			if c.RenameOf != "" && out.Action == diff.Update {
				out.Hints = append(out.Hints, b.columnRename(t, c).Advice())
			}
		case c.Action == diff.Update && c.After != nil:
			lines = append(lines, Line{1, "~", c.After.Name + ": " + columnChange(c)})
			if what, _, _ := conversionText(c); what != "" && out.Action == diff.Update && HoldsRows(t.Before.Engine.Name) {
				lines = append(lines, Line{2, "", what})
			}
		}
	}
	return lines
}

// columnChange says old -> new of a column: type and default in one, the rest by name.
func columnChange(c diff.ColumnChange) string {
	var parts []string
	shaped := false
	if c.Before != nil {
		if before, after := columnText(c.Before), columnText(c.After); before != after {
			parts, shaped = append(parts, before+" -> "+after), true
		}
	}
	for _, a := range c.Why {
		if shaped && (a.Name == "type" || a.Name == "default") {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %s -> %s", a.Name, value(a.Before), value(a.After)))
	}
	if len(parts) == 0 {
		return "updated"
	}
	return strings.Join(parts, ", ")
}

// shape lists what a table is made of.
func shape(t *inframap.Table) []Line {
	lines := []Line{{Text: "Columns:"}}
	for i := range t.Columns {
		c := &t.Columns[i]
		lines = append(lines, Line{Depth: 1, Text: c.Name + ": " + columnText(c) + keyText(c) + extraText(c)})
	}
	field := func(name, v string) {
		if v != "" {
			lines = append(lines, Line{Text: name + ": " + v})
		}
	}
	if !t.OrderBy.Empty() {
		field("Order by", t.OrderBy.String())
	}
	field("Primary key", deref(t.PrimaryKeyExpression))
	field("Partition by", deref(t.PartitionBy))
	field("Sample by", deref(t.SampleBy))
	field("TTL", deref(t.TTL))
	field("Cluster", deref(t.ClusterName))
	engine, err := ddl.Engine(t.Engine.Masked())
	if err != nil {
		engine = t.Engine.Name
	}
	field("Engine", engine)
	field("Settings", settingsText(t.TableSettings))
	for i := range t.Indexes {
		lines = append(lines, Line{Text: "Index: " + strings.ReplaceAll(ddl.IndexDefinition(&t.Indexes[i]), "`", "")})
	}
	for _, p := range t.Projections {
		lines = append(lines, Line{Text: fmt.Sprintf("Projection: %s (%s)", p.Name, p.Body)})
	}
	for _, c := range t.Constraints {
		lines = append(lines, Line{Text: fmt.Sprintf("Constraint: %s %s %s", c.Name, c.Type, c.Expression)})
	}
	return lines
}

// settingsText lists the settings that say something: not those that Moose writes
// into every table with the server's own defaults.
func settingsText(settings map[string]string) string {
	var parts []string
	for _, k := range inframap.Keys(settings) {
		if settings[k] == inframap.DefaultMergeTreeSettings[k] {
			continue
		}
		parts = append(parts, k+" = "+setting(k, settings[k]))
	}
	return strings.Join(parts, ", ")
}

func sortedKeys(a, b map[string]string) []string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
