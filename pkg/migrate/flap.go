package migrate

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// IssuesURL is where faults of moose-migrate are reported.
const IssuesURL = "https://github.com/moose-migrate/moose-migrate/issues/new"

// Flap is a difference that is still there after the steps that should have removed
// it, each of which succeeded: the next plan would show it again, and so on.
type Flap struct {
	// Object is the object, such as "table Events"; Attribute what differs.
	Object string
	diff.Attribute
}

// FlapError is the finding PL009: a plan that was applied completely and whose
// differences have not gone away. The state is stored all the same, since every step
// was done.
type FlapError struct {
	Findings []Flap
	// Report is the text of a bug report in Markdown, without credentials.
	Report string
}

// Error names every attribute and asks for the report.
func (e *FlapError) Error() string {
	var b strings.Builder
	b.WriteString("PL009: every step succeeded, and yet a new plan would show again (actual → declared):")
	for _, f := range e.Findings {
		fmt.Fprintf(&b, "\n  - %s: %s: %s → %s", f.Object, f.Name, secretsql.Mask(orNone(f.Before)), secretsql.Mask(orNone(f.After)))
	}
	b.WriteString("\nThe rows are as declared as far as ClickHouse can say; this is a fault of moose-migrate in comparing the two. Please report it at " +
		IssuesURL + " with the text that follows; until then the difference can be left out under ignore: in moose-migrate.yml.\n\n" + e.Report)
	return b.String()
}

// flaps lists what a new plan would still change in the objects that this one has just
// brought to the code's declarations.
func flaps(in Input, outcome *planner.Outcome) []Flap {
	touched := map[schema.Name]bool{}
	for _, op := range in.Files.Plan.Operations {
		touched[nameOf(op, in.Desired.DefaultDatabase)] = true
	}
	var out []Flap
	for _, c := range outcome.Result.Changes {
		n, ok := nameOfChange(c, in.Desired)
		if !ok || !touched[n] || c.Action != diff.Update && c.Action != diff.Recreate {
			continue
		}
		for _, a := range c.Why {
			out = append(out, Flap{Object: fmt.Sprintf("%s %s", c.Kind, c.Name), Attribute: a})
		}
	}
	return out
}

// nameOfChange is the object that a change is about, of those that live in ClickHouse.
func nameOfChange(c diff.Change, m *inframap.Map) (schema.Name, bool) {
	switch {
	case c.Table != nil && c.Table.After != nil:
		return schema.Name{Database: c.Table.After.DatabaseOr(m.DefaultDatabase), Object: c.Table.After.Name}, true
	case c.View != nil && c.View.After != nil:
		return schema.Name{Database: c.View.After.DatabaseOr(m.DefaultDatabase), Object: c.View.After.Name}, true
	case c.MaterializedView != nil && c.MaterializedView.After != nil:
		return schema.Name{Database: c.MaterializedView.After.DatabaseOr(m.DefaultDatabase), Object: c.MaterializedView.After.Name}, true
	}
	return schema.Name{}, false
}

// flapReport writes the bug report: versions, what differs, what was run, what is declared.
func flapReport(in Input, outcome *planner.Outcome, findings []Flap) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### A difference that does not go away\n\nmoose-migrate %s, ClickHouse %s\n\n| object | attribute | actual | declared |\n| --- | --- | --- | --- |\n",
		in.ToolVersion, in.Server.ServerVersion())
	for _, f := range findings {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cell(f.Object), cell(f.Name), cell(f.Before), cell(f.After))
	}
	var sql []string
	for _, op := range in.Files.Plan.Operations {
		if list, err := ddl.Statements(op, in.Desired.DefaultDatabase); err == nil && op.Kind() != plan.RawSQL {
			sql = append(sql, list...)
		}
	}
	for _, c := range outcome.Result.Changes {
		if c.Table == nil || c.Table.After == nil || c.Table.Before == nil {
			continue
		}
		for _, t := range []*inframap.Table{c.Table.After, c.Table.Before} {
			if create, err := ddl.CreateTable(t.Masked(), in.Desired.DefaultDatabase); err == nil {
				sql = append(sql, "-- declared, then as the server has it:", create)
			}
		}
	}
	for i := range sql {
		sql[i] = strings.ReplaceAll(secretsql.Mask(sql[i]), "```", "` ` `")
	}
	fmt.Fprintf(&b, "\n```sql\n%s\n```\n", strings.Join(sql, ";\n"))
	return b.String()
}

// cell is a text inside a Markdown table.
func cell(text string) string {
	return "`" + strings.NewReplacer("`", "'", "|", `\|`, "\n", " ").Replace(secretsql.Mask(orNone(text))) + "`"
}
