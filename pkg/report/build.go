package report

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// builder turns the parts of an outcome into the parts of a report.
type builder struct {
	outcome *planner.Outcome
	// db is the default database, which is left out in front of names.
	db      string
	losses  []Loss
	sources inframap.Sources
	// engines are those of the tables before the plan, by database and name.
	engines map[[2]string]string
}

func newBuilder(o *planner.Outcome) *builder {
	return &builder{outcome: o, db: o.Desired.DefaultDatabase}
}

// label is a name with its database, unless that is the default one.
func (b *builder) label(database, name string) string {
	if database == "" || database == b.db {
		return name
	}
	return database + "." + name
}

// change writes one change; what it drops is added to the losses.
func (b *builder) change(c *diff.Change) Change {
	out := Change{
		Kind: c.Kind, Action: c.Action, ID: c.ID, Name: c.Name, Title: title(c.Kind) + c.Name,
		Source: b.source(c), Why: attributes(c.Why),
	}
	switch {
	case c.Table != nil:
		b.table(&out, c)
	case c.View != nil:
		b.view(&out, c)
	case c.MaterializedView != nil:
		b.materializedView(&out, c)
	case c.SQLResource != nil:
		sqlResource(&out, c.SQLResource)
	case c.Dictionary != nil:
		b.dictionary(&out, c)
	case c.RowPolicy != nil:
		b.rowPolicy(&out, c)
	case c.Topic != nil:
		topic(&out, c.Topic)
	case c.API != nil:
		api(&out, c.API)
	case c.Workflow != nil:
		workflow(&out, c.Workflow)
	default:
		other(&out, c.Other)
	}
	return out
}

// titles are what stands before the name in a heading, as Moose writes it.
var titles = map[diff.Kind]string{
	diff.Topic: "Topic", diff.Table: "Table", diff.View: "View", diff.MaterializedView: "MaterializedView",
	diff.SQLResource: "SQL Resource", diff.Sync: "Topic to Table Sync", diff.Function: "Function", diff.API: "API Endpoint",
	diff.Workflow: "Workflow", diff.WebApp: "Web App", diff.Dictionary: "Dictionary", diff.RowPolicy: "Row Policy",
	diff.Worker: "Orchestration Worker",
}

func title(k diff.Kind) string {
	if t, ok := titles[k]; ok {
		return t + ": "
	}
	return string(k) + ": "
}

// blocked writes a change that is held back; nothing is lost by it.
func (b *builder) blocked(held *diff.Blocked) Blocked {
	losses := len(b.losses)
	c := b.change(&held.Change)
	b.losses = b.losses[:losses]
	out := Blocked{Kind: c.Kind, Action: c.Action, Name: c.Name, Title: c.Title + " (protected)", Source: c.Source, Reason: held.Reason}
	switch c.Action {
	case diff.Update, diff.Recreate:
		for _, l := range c.Details {
			l.Text = strings.Replace(l.Text, columnChanges, "Blocked column changes:", 1)
			out.Details = append(out.Details, l)
		}
	case diff.Remove:
		out.Details = []Line{{Sign: "-", Text: "removal blocked"}}
	case diff.Add:
		out.Details = []Line{{Sign: "+", Text: "addition blocked"}}
	}
	return out
}

// drift says what was changed outside of the tool.
func (b *builder) drift(c *diff.Change) Drift { return drifted(c, b.db) }

// operation writes one step with its SQL, without credentials.
func (b *builder) operation(number int, op plan.Operation) (Operation, error) {
	out := Operation{
		Number: number, Kind: op.Kind(), Object: op.Target().String(),
		Description: plan.Describe(op), Destructive: plan.Destructive(op),
	}
	if op.Kind() == plan.DropTable {
		if engine := b.engineOf(op.Target()); engine != "" && !HoldsRows(engine) {
			out.Destructive = fmt.Sprintf("drops the table; its engine %s keeps no rows of its own", engine)
		}
	}
	var err error
	out.SQL, err = statements(op, b.db)
	return out, err
}

// engineOf is the engine of a table before the plan, empty when the table is not known.
func (b *builder) engineOf(t plan.Target) string {
	if b.engines == nil {
		b.engines = map[[2]string]string{}
		for _, table := range b.outcome.Status.Side.Map.Tables {
			b.engines[[2]string{b.databaseOf(table.DatabaseOr(b.db)), table.Name}] = table.Engine.Name
		}
	}
	return b.engines[[2]string{b.databaseOf(t.Database), t.Name}]
}

// databaseOf is the database, empty for the default one.
func (b *builder) databaseOf(database string) string {
	if database == b.db {
		return ""
	}
	return database
}
