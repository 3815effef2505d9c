package comment_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/drift"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/catalogue"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

const (
	head    = "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b"
	runsURL = "https://github.com/acme/shop/actions/runs/"
	talkURL = "https://github.com/acme/shop/pull/7#issuecomment-"
)

var run = comment.Run{ID: 9_123_456_789, Attempt: 1, Number: 42, URL: runsURL + "9123456789"}

func ptr[T any](v T) *T { return &v }

func column(name, t string) inframap.Column {
	return inframap.Column{Name: name, DataType: inframap.SimpleType(t), Required: true}
}

func table(name string, columns ...inframap.Column) *inframap.Table {
	return &inframap.Table{Name: name, Columns: columns, OrderBy: inframap.OrderByColumns(columns[0].Name), Engine: inframap.NewEngine("MergeTree")}
}

func actual(name string, rows, bytes uint64) *schema.Table {
	return &schema.Table{Name: schema.Name{Database: "local", Object: name}, Engine: schema.Engine{Name: "MergeTree"}, Rows: &rows, Bytes: &bytes}
}

func add(t *inframap.Table) diff.Change {
	return diff.Change{Kind: diff.Table, Action: diff.Add, ID: "add" + t.Name, Name: t.Name, Table: &diff.TableChange{After: t}}
}

func drop(name string, rows, bytes uint64) diff.Change {
	return diff.Change{
		Kind: diff.Table, Action: diff.Remove, ID: "drop" + name, Name: name,
		Table: &diff.TableChange{Before: table(name, column("id", "String"), column("ts", "DateTime")), Actual: actual(name, rows, bytes)},
	}
}

// alter changes the columns of a table: "-name", "+name".
func alter(name string, rows uint64, columns ...string) diff.Change {
	before, after := table(name, column("id", "String")), table(name, column("id", "String"))
	var changes []diff.ColumnChange
	for _, c := range columns {
		col := column(c[1:], "String")
		switch c[0] {
		case '-':
			before.Columns = append(before.Columns, col)
			changes = append(changes, diff.ColumnChange{Action: diff.Remove, Before: &col})
		case '+':
			after.Columns = append(after.Columns, col)
			changes = append(changes, diff.ColumnChange{Action: diff.Add, After: &col, Position: ptr("id")})
		}
	}
	return diff.Change{
		Kind: diff.Table, Action: diff.Update, ID: "alter" + name, Name: name,
		Table: &diff.TableChange{Before: before, After: after, Actual: actual(name, rows, 100*rows), Columns: changes},
	}
}

func convert(name, col, from, to string, rows uint64) diff.Change {
	before, after := table(name, column("id", "String"), column(col, from)), table(name, column("id", "String"), column(col, to))
	return diff.Change{
		Kind: diff.Table, Action: diff.Update, ID: "convert" + name, Name: name,
		Table: &diff.TableChange{
			Before: before, After: after, Actual: actual(name, rows, 100*rows),
			Columns: []diff.ColumnChange{{Action: diff.Update, Before: &before.Columns[1], After: &after.Columns[1], Why: []diff.Attribute{{Name: "type", Before: from, After: to}}}},
		},
	}
}

func recreate(name string, rows, bytes uint64) diff.Change {
	before, after := table(name, column("id", "String"), column("ts", "DateTime")), table(name, column("id", "String"), column("ts", "DateTime"))
	after.OrderBy = inframap.OrderByColumns("id", "ts")
	why := []diff.Attribute{{Name: "order by", Before: "id", After: "id, ts"}}
	return diff.Change{
		Kind: diff.Table, Action: diff.Recreate, ID: "recreate" + name, Name: name, Why: why, Forced: why,
		Table: &diff.TableChange{Before: before, After: after, Actual: actual(name, rows, bytes)},
	}
}

// rename is a column that goes and one that comes, of the same shape.
func rename(name, from, to string, rows uint64) diff.Change {
	c := alter(name, rows, "-"+from, "+"+to)
	c.Table.Columns[1].RenameOf = from
	return c
}

func drifted(name string, why ...diff.Attribute) diff.Change {
	return diff.Change{
		Kind: diff.Table, Action: diff.Update, ID: "drift" + name, Name: name, Object: schema.Name{Database: "local", Object: name},
		Table: &diff.TableChange{Before: table(name, column("id", "String"))}, Why: why,
	}
}

var hotfix = drifted("Orders", diff.Attribute{Name: "column hotfix", After: "Nullable(String)"}, diff.Attribute{Name: "TTL", Before: "ts + INTERVAL 30 DAY"})

func outcomeOf(changes ...diff.Change) *planner.Outcome {
	before, desired := inframap.New("local"), inframap.New("local")
	o := &planner.Outcome{Result: &diff.Result{Changes: changes}, Desired: desired, Digest: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
	o.Before, o.After = diff.Side{Map: before}, diff.Side{Map: desired, Tables: map[string]*schema.Table{}, Views: map[string]*schema.View{}}
	for _, c := range changes {
		if c.Table != nil && c.Table.Before != nil {
			before.Tables[c.ID] = c.Table.Before
		}
		if c.Table != nil && c.Table.After != nil {
			desired.Tables[c.ID] = c.Table.After
			o.After.Tables[c.ID] = &schema.Table{Name: schema.Name{Database: "local", Object: c.Name}}
		}
	}
	o.Operations = plan.Make(o.Result, o.Before, o.After)
	o.Status = &drift.Status{Side: o.Before}
	return o
}

// reportOf makes a report as the action does, with findings from its losses.
func reportOf(t testing.TB, o *planner.Outcome) *report.Report {
	t.Helper()
	sources := inframap.Sources{}
	line := 0
	for _, c := range o.Result.Changes {
		line += 12
		sources[inframap.ObjectKey{Section: inframap.TablesSection, ID: c.ID}] = inframap.Source{File: "app/tables.ts", Line: line}
	}
	r, err := report.New(o, report.Options{
		Target: "clickhouse://db:9440/local", StateStore: "clickhouse", CreatedAt: noon, Sources: sources,
		History: map[schema.Name]clickhouse.LastChange{{Database: "local", Object: "Orders"}: {
			At: noon.Add(-26 * time.Hour), User: "alice", Query: "ALTER TABLE local.Orders ADD COLUMN hotfix Nullable(String), REMOVE TTL",
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	catalogue.Judge(&review.Subject{Outcome: o, Report: r, Sources: sources, Now: noon})
	return r
}

// allow lets the first n findings pass.
func allow(r *report.Report, n int) *report.Report {
	left := finding.Pass
	for i := range r.Findings {
		if i < n {
			r.Findings[i].Override = &finding.Override{By: "octocat", Reason: "Nobody has read it since May, agreed in the data guild.", URL: talkURL + "1001", At: noon.Add(-time.Hour)}
		} else if r.Findings[i].Blocks() {
			left = finding.Blocked
		}
	}
	r.Conclusion = left
	return r
}

func page(r *report.Report) *comment.Page {
	return &comment.Page{Environment: "production", State: comment.Planned, Report: r, Run: run, HeadSHA: head, At: noon}
}

// stepsOf are the operations of a report, of which n are done.
func stepsOf(r *report.Report, n int, then comment.Progress) []comment.Step {
	var out []comment.Step
	for i, o := range r.Operations {
		s := comment.Step{Text: o.Description, Progress: comment.NotStarted}
		switch {
		case i < n:
			s.Progress, s.Took = comment.Done, time.Duration(i*i*37+140)*time.Millisecond
		case i == n:
			s.Progress = then
		}
		out = append(out, s)
	}
	return out
}

// big adds, drops and alters n tables each.
func big(n int) *planner.Outcome {
	var changes []diff.Change
	for i := range n {
		added := table(fmt.Sprintf("Added_%04d", i), column("id", "String"))
		for j := range 12 {
			added.Columns = append(added.Columns, column(fmt.Sprintf("measured_value_%02d", j), "String"))
		}
		changes = append(changes, add(added), drop(fmt.Sprintf("Dropped_%04d", i), uint64(i+1)*1000, uint64(i+1)*1_000_000),
			alter(fmt.Sprintf("Altered_%04d", i), uint64(i+1)*10, "-obsolete", "+fresh"))
	}
	return outcomeOf(changes...)
}

var bigReports sync.Map

// bigReport is the report of [big], made once; nobody may change it.
func bigReport(t testing.TB, n int) *report.Report {
	t.Helper()
	made, _ := bigReports.LoadOrStore(n, sync.OnceValue(func() *report.Report { return reportOf(t, big(n)) }))
	return made.(func() *report.Report)()
}
