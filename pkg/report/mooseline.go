package report

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// MooseLine is a change on one line, as Moose's guide shows it while a project is
// being edited: the sign of the action, then for a table
// "Table: Analytics Version None - id: String, number: Int64 - id - deduplicate: false",
// where the sorting key is left out when there is none, and for any other object its title.
func MooseLine(c *diff.Change) string {
	sign := signs[c.Action]
	if c.Table != nil {
		t := c.Table.After
		if t == nil {
			t = c.Table.Before
		}
		if t != nil {
			return safetext.Visible(sign + " " + tableLine(t))
		}
	}
	b := &builder{outcome: &planner.Outcome{}, db: inframap.DefaultDatabaseName}
	out := b.change(c)
	return safetext.Visible(sign + " " + out.Title)
}

func tableLine(t *inframap.Table) string {
	columns := make([]string, len(t.Columns))
	for i := range t.Columns {
		c := &t.Columns[i]
		columns[i] = c.Name + ": " + typeText(c)
	}
	order := ""
	if !t.OrderBy.Empty() {
		order = t.OrderBy.String() + " "
	}
	deduplicate := t.Engine.BaseName() == "ReplacingMergeTree"
	return fmt.Sprintf("Table: %s Version %s - %s - %s- deduplicate: %t", t.Name, version(t.Version), strings.Join(columns, ", "), order, deduplicate)
}
