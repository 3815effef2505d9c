package diff

import "github.com/moose-migrate/moose-migrate/pkg/schema"

// UndeclaredView lists what an existing view has and no code can declare: when a
// refreshable materialized view runs.
func UndeclaredView(v *schema.View, o Options) []Attribute {
	if v.Refresh == "" || o.ignores(v.Name, "refresh") {
		return nil
	}
	return []Attribute{{"refresh", "", v.Refresh}}
}

// Undeclared lists what an existing table has and no code can declare: the table's
// comment, the statistics and the settings of its columns. A plan leaves it alone.
func Undeclared(t *schema.Table, o Options) []Attribute {
	var out []Attribute
	add := func(name, value string) {
		if value != "" && !o.ignores(t.Name, name) {
			out = append(out, Attribute{name, "", value})
		}
	}
	add("table comment", t.Comment)
	for i := range t.Columns {
		c := &t.Columns[i]
		add("column "+c.Name+": statistics", c.Statistics)
		add("column "+c.Name+": settings", c.Settings)
	}
	return out
}
