package htmlpage_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/drift"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/lineage"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/catalogue"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func ptr[T any](v T) *T { return &v }

func name(s string) schema.Name { return schema.Name{Database: "local", Object: s} }

func table(name string, columns ...string) *inframap.Table {
	t := &inframap.Table{Name: name, OrderBy: inframap.OrderByColumns(columns[0]), Engine: inframap.NewEngine("MergeTree")}
	for _, c := range columns {
		t.Columns = append(t.Columns, inframap.Column{Name: c, DataType: inframap.SimpleType("String"), Required: true})
	}
	return t
}

func actual(table string, rows, bytes uint64) *schema.Table {
	return &schema.Table{Name: name(table), Rows: &rows, Bytes: &bytes}
}

// reportOf makes a report of changes, with what before and after have beside them.
func reportOf(t testing.TB, before, after *inframap.Map, changes ...diff.Change) *report.Report {
	t.Helper()
	o := &planner.Outcome{Result: &diff.Result{Changes: changes}, Desired: after, Digest: strings.Repeat("0123456789abcdef", 4)}
	o.Before, o.After = diff.Side{Map: before}, diff.Side{Map: after, Tables: map[string]*schema.Table{}}
	for _, c := range changes {
		if c.Table != nil && c.Table.Before != nil {
			before.Tables[c.ID] = c.Table.Before
		}
		if c.Table != nil && c.Table.After != nil {
			after.Tables[c.ID] = c.Table.After
			o.After.Tables[c.ID] = &schema.Table{Name: name(c.Name)}
		}
	}
	for _, side := range []*diff.Side{&o.Before, &o.After} {
		side.Views = map[string]*schema.View{}
		for id, v := range side.Map.Views {
			side.Views[id] = &schema.View{Name: name(v.Name), Select: "SELECT e.id FROM local.Events AS e INNER JOIN local.Users AS u ON e.id = u.id"}
		}
	}
	o.Operations = plan.Make(o.Result, o.Before, o.After)
	o.Status = &drift.Status{Side: o.Before}
	r, err := report.New(o, report.Options{
		Target: "clickhouse://db:9440/local", StateStore: "clickhouse", CreatedAt: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC),
		Sources: inframap.Sources{{Section: inframap.TablesSection, ID: "local_Users"}: {File: "app/tables.ts", Line: 24}},
	})
	if err != nil {
		t.Fatal(err)
	}
	catalogue.Judge(&review.Subject{Outcome: o, Report: r})
	return r
}

// shop drops a table that much depends on, and changes others.
func shop(t testing.TB) *report.Report {
	mv := &inframap.MaterializedView{Name: "EventsPerDay", TargetTable: "Daily", SourceTables: []string{"Events"}, SelectSQL: "SELECT toDate(ts) AS day, count() AS n FROM Events GROUP BY day"}
	before, after := inframap.New("local"), inframap.New("local")
	for _, m := range []*inframap.Map{before, after} {
		m.Tables["local_Daily"], m.Tables["local_Orders"] = table("Daily", "day"), table("Orders", "id")
		m.Topics["Events"], m.Topics["RawEvents"] = &inframap.Topic{Name: "Events"}, &inframap.Topic{Name: "RawEvents"}
		m.FunctionProcesses["clean"] = &inframap.FunctionProcess{Name: "clean", SourceTopicID: "RawEvents", TargetTopicID: ptr("Events")}
		m.Views["RecentEvents"] = &inframap.View{Name: "RecentEvents", SourceTables: []string{"`local`.`Events`", "`local`.`Users`"}}
		m.APIEndpoints["EGRESS_top"] = &inframap.APIEndpoint{Name: "top", PullsDataFrom: []inframap.Signature{{ID: "Events", Kind: "Table"}, {ID: "Daily", Kind: "Table"}}}
		m.APIEndpoints["EGRESS_users"] = &inframap.APIEndpoint{Name: "users", PullsDataFrom: []inframap.Signature{{ID: "Users", Kind: "Table"}}}
		m.Workflows["nightly"] = &inframap.Workflow{Name: "nightly", PullsDataFrom: []inframap.Signature{{ID: "Users", Kind: "Table"}}}
	}
	before.MaterializedViews["EventsPerDay"] = mv
	before.TopicToTableSyncs["Events_local_Events"] = &inframap.TopicToTableSync{SourceTopicID: "Events", TargetTableID: "local_Events"}
	users, slim := table("Users", "id", "age", "mail"), table("Users", "id", "mail", "birthday")
	r := reportOf(
		t, before, after,
		diff.Change{Kind: diff.Table, Action: diff.Remove, ID: "local_Events", Name: "Events", Table: &diff.TableChange{Before: table("Events", "id", "ts"), Actual: actual("Events", 1_234_567_890, 84_000_000_000)}},
		diff.Change{Kind: diff.Table, Action: diff.Update, ID: "local_Users", Name: "Users", Table: &diff.TableChange{
			Before: users, After: slim, Actual: actual("Users", 88_000, 12_000_000),
			Columns: []diff.ColumnChange{{Action: diff.Remove, Before: &users.Columns[1]}, {Action: diff.Add, After: &slim.Columns[2], Position: ptr("mail")}},
		}},
		diff.Change{Kind: diff.Table, Action: diff.Recreate, ID: "local_Sessions", Name: "Sessions", Forced: []diff.Attribute{{Name: "order by", Before: "id", After: "id, ts"}}, Table: &diff.TableChange{
			Before: table("Sessions", "id", "ts"), After: table("Sessions", "id", "ts"), Actual: actual("Sessions", 52_000_000, 9_100_000_000),
		}},
		diff.Change{Kind: diff.Table, Action: diff.Add, ID: "local_Visits", Name: "Visits", Table: &diff.TableChange{After: table("Visits", "id", "page")}},
		diff.Change{Kind: diff.MaterializedView, Action: diff.Remove, ID: "EventsPerDay", Name: "EventsPerDay", MaterializedView: &diff.Pair[inframap.MaterializedView]{Before: mv}},
	)
	list := r.Findings
	for i := range list {
		switch list[i].Object {
		case "local.Events":
			list[i].Stake = &finding.Stake{Rows: ptr(uint64(1_234_567_890)), Bytes: ptr(uint64(84_000_000_000)), Whole: true}
			list[i].Evidence = []finding.Evidence{{Text: "last written 3 minutes ago", Source: "system.parts"}, {Text: "read by 14 queries of the last 7 days", Source: "system.query_log"}}
		case "local.Users.age":
			list[i].Stake = &finding.Stake{Rows: ptr(uint64(88_000))}
			list[i].Evidence = []finding.Evidence{{Text: "81,204 of 88,000 rows have a value", Source: "counted in local.Users", Sampled: true}}
		case "local.Sessions":
			list[i].Override = &finding.Override{By: "octocat", Reason: "Sessions are rebuilt from the topic."}
		}
	}
	r.Drift = []report.Drift{{Kind: diff.Table, Action: diff.Update, Name: "Orders", Text: "table Orders was changed", Attributes: []report.Attribute{{Name: "column hotfix", After: "Nullable(String)"}, {Name: "TTL", Before: "ts + INTERVAL 30 DAY"}}}}
	r.Review(list, finding.Blocked)
	return r
}

// hostileNames try to leave the page.
var hostileNames = []string{
	"</script><script>window.pwned=1</script>", `"><img src=x onerror="window.pwned=1">`, "</style><style>*{display:none}</style>", "javascript:window.pwned=1",
	"<!-- -->", "]]>", "</title></svg></details></main>", "'\"`&amp;&#60;", "\x1b[2J\x00\xff", "\u202egnp.exe\u2066", "a\r\nb\tc", "{{.Verdict}}", "url(http://evil.example/x)",
	"<meta http-equiv=refresh content=0;url=http://evil.example/>", "<link rel=stylesheet href=http://evil.example/x.css>", "", strings.Repeat("Long_name_without_a_space", 12), "名前のとても長いテーブル",
}

func hostile(t testing.TB) *report.Report {
	var changes []diff.Change
	var list []finding.Finding
	for i, n := range hostileNames {
		changes = append(changes,
			diff.Change{Kind: diff.Table, Action: diff.Remove, ID: "r" + n, Name: n, Table: &diff.TableChange{Before: table(n, n), Actual: actual(n, uint64(i), uint64(i))}},
			diff.Change{Kind: diff.WebApp, Action: diff.Update, ID: n, Name: n, Why: []diff.Attribute{{Name: n, Before: n, After: n + n}}})
		f := finding.Finding{Code: n, Rule: n, Severity: finding.Block, Object: n, Text: n, Remedy: n, Stake: &finding.Stake{Rows: ptr(uint64(i))}, Evidence: []finding.Evidence{{Text: n, Source: n}}, Source: inframap.Source{File: n, Line: i}, Fingerprint: finding.Fingerprint(n, n)}
		if i%3 == 1 {
			f.Override = &finding.Override{By: n, Reason: n, URL: n}
		}
		list = append(list, f)
	}
	r := reportOf(t, inframap.New("local"), inframap.New("local"), changes...)
	r.Review(list, finding.Blocked)
	r.Graph = &report.Graph{}
	for i, n := range hostileNames {
		r.Graph.Nodes = append(r.Graph.Nodes, report.GraphNode{Number: i + 1, Kind: diff.Kind(n), Name: n, Severity: finding.Block, Codes: []string{n}})
		r.Graph.Edges = append(r.Graph.Edges, report.GraphEdge{From: i + 1, To: i/2 + 1, Use: lineage.Use(n)}, report.GraphEdge{From: i + 1, To: (i*7)%len(hostileNames) + 1})
	}
	r.Verdict, r.Target = hostileNames[0], hostileNames[1]
	r.Invalid, r.Warnings, r.Adopted, r.Unmanaged.Names = hostileNames, hostileNames, hostileNames, hostileNames
	for _, n := range hostileNames {
		r.Operations = append(r.Operations, report.Operation{Number: 1, Description: n, SQL: []string{n, n}, Destructive: n})
		r.Drift = append(r.Drift, report.Drift{Action: diff.Update, Name: n, Text: n, Attributes: []report.Attribute{{Name: n, Before: n, After: n}}, Statement: n, ChangedBy: n})
		r.Blocked = append(r.Blocked, report.Blocked{Title: n, Reason: n})
		r.Renames = append(r.Renames, report.Rename{Kind: "column", Table: n, From: n, To: n, Keep: []string{n}})
	}
	return r
}

// wide has a graph of n tables, each read by views of the next layer.
func wide(t testing.TB, n int) *report.Report {
	r := reportOf(t, inframap.New("local"), inframap.New("local"))
	r.Graph = &report.Graph{}
	for i := range n {
		node := report.GraphNode{Number: i + 1, Kind: diff.Table, Name: fmt.Sprintf("Table_%02d", i)}
		if i%5 == 0 {
			node.Action, node.Severity, node.Codes = diff.Remove, finding.Block, []string{"DS101"}
		}
		r.Graph.Nodes = append(r.Graph.Nodes, node)
		if i > 0 {
			r.Graph.Edges = append(r.Graph.Edges, report.GraphEdge{From: (i-1)/3 + 1, To: i + 1})
		}
		if i > 8 {
			r.Graph.Edges = append(r.Graph.Edges, report.GraphEdge{From: i - 8, To: i + 1, Gone: i%2 == 0})
		}
	}
	return r
}

func situations(t testing.TB) map[string]*report.Report {
	empty := reportOf(t, inframap.New("local"), inframap.New("local"))
	additive := reportOf(t, inframap.New("local"), inframap.New("local"), diff.Change{Kind: diff.Table, Action: diff.Add, ID: "local_Visits", Name: "Visits", Table: &diff.TableChange{After: table("Visits", "id", "page")}})
	return map[string]*report.Report{"blocked": shop(t), "hostile": hostile(t), "nothing-to-do": empty, "ready": additive, "wide": wide(t, 58)}
}
