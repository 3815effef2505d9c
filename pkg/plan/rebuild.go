package plan

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// rebuildViews drops and makes again every unchanged view that shows a column
// whose type changes, or that selects * from a table that shows other columns then:
// ClickHouse keeps the columns that a view had when it was made and converts to
// them for ever.
func (m *maker) rebuildViews(result *diff.Result) {
	changed := map[schema.Name]map[string]bool{}
	for _, c := range result.Changes {
		if c.Kind == diff.View && c.Action == diff.Update {
			changed[m.after.Views[c.ID].Name] = map[string]bool{"*": true}
		}
		if c.Kind == diff.Dictionary && c.Action == diff.Update {
			changed[m.after.Dictionaries[c.ID].Name] = retypedAttributes(&c)
		}
		if c.Kind != diff.Table || c.Table.After == nil || c.Table.Before == nil {
			continue
		}
		for _, col := range c.Table.Columns {
			if name := retyped(col); name != "" {
				t := m.after.Tables[c.ID].Name
				if changed[t] == nil {
					changed[t] = map[string]bool{}
				}
				changed[t][name] = true
			}
		}
	}
	for again := len(changed) > 0; again; {
		again = false
		for _, id := range inframap.Keys(m.after.Map.Views) {
			before, after := m.before.Map.Views[id], m.after.Map.Views[id]
			if before == nil || m.touched["view "+id] || !m.shows(m.after.Views[id], changed) {
				continue
			}
			m.dropView(id, before)
			m.createView(id, after)
			changed[m.after.Views[id].Name] = map[string]bool{"*": true}
			again = true
		}
	}
}

func retyped(c diff.ColumnChange) string {
	switch c.Action {
	case diff.Add:
		return "*"
	case diff.Remove:
		return c.Before.Name
	}
	for _, w := range c.Why {
		if w.Name == "type" {
			return c.After.Name
		}
	}
	if c.Before != nil && inStar(c.Before) != inStar(c.After) {
		return "*"
	}
	return ""
}

// inStar reports whether SELECT * shows a column.
func inStar(c *inframap.Column) bool {
	return deref(c.Materialized) == "" && deref(c.Alias) == "" && c.Ephemeral == nil
}

// shows reports whether a view reads a changed object and may show what changed.
func (m *maker) shows(v *schema.View, changed map[schema.Name]map[string]bool) bool {
	star := strings.Contains(v.Select, "*")
	named := map[string]bool{}
	for _, t := range sqltext.Tokens(v.Select) {
		named[sqltext.Unquote(t.Text)] = true
	}
	for _, s := range m.viewSources(m.after, v) {
		for column := range changed[s] {
			if star || named[column] || column == "*" && isView(m.after, s) {
				return true
			}
		}
	}
	return false
}

func isView(side diff.Side, n schema.Name) bool {
	for _, v := range side.Views {
		if v.Name == n {
			return true
		}
	}
	return false
}
