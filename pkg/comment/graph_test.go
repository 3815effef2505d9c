package comment_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/lineage"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// connected drops a table that a topic fills and that a view, an endpoint and a
// materialized view read; the materialized view goes with it.
func connected(t testing.TB) *report.Report {
	t.Helper()
	name := func(s string) schema.Name { return schema.Name{Database: "local", Object: s} }
	mv := &inframap.MaterializedView{Name: "EventsPerDay", TargetTable: "Daily", SelectSQL: "SELECT toDate(ts) AS day, count() AS n FROM Events GROUP BY day"}
	o := outcomeOf(drop("Events", 1_234_567, 3_400_000_000), diff.Change{
		Kind: diff.MaterializedView, Action: diff.Remove, ID: "EventsPerDay", Name: "EventsPerDay", MaterializedView: &diff.Pair[inframap.MaterializedView]{Before: mv},
	})
	before, after := o.Before.Map, o.After.Map
	before.MaterializedViews["EventsPerDay"] = mv
	o.Before.MaterializedViews = map[string]*schema.View{"EventsPerDay": {Name: name("EventsPerDay"), Select: "SELECT toDate(ts) AS day, count() AS n FROM local.Events GROUP BY day", Materialized: true, Target: name("Daily")}}
	for _, m := range []*inframap.Map{before, after} {
		m.Tables["local_Daily"], m.Tables["local_Users"] = table("Daily", column("day", "Date")), table("Users", column("id", "String"))
		m.Topics["Events"] = &inframap.Topic{Name: "Events"}
		m.Views["Recent"] = &inframap.View{Name: "Recent", SourceTables: []string{"`local`.`Events`", "`local`.`Users`"}}
		m.APIEndpoints["INGRESS_Events"] = &inframap.APIEndpoint{Name: "Events", APIType: inframap.APIType{Ingress: &inframap.Ingress{TargetTopicID: "Events"}}}
		m.APIEndpoints["EGRESS_top"] = &inframap.APIEndpoint{Name: "top", PullsDataFrom: []inframap.Signature{{ID: "Events", Kind: "Table"}}}
		m.Workflows["nightly"] = &inframap.Workflow{Name: "nightly", PullsDataFrom: []inframap.Signature{{ID: "Daily", Kind: "Table"}}}
	}
	before.TopicToTableSyncs["Events_local_Events"] = &inframap.TopicToTableSync{SourceTopicID: "Events", TargetTableID: "dropEvents"}
	return reportOf(t, o)
}

// graphLine is all that a line of a graph may be.
var graphLine = regexp.MustCompile(`^(flowchart LR|  n\d+(\[\(|\[\[|\(\[|\[)"([\pL\pM\pN\pS\pP _.,<>/]|#\d+;)*"(\)\]|\]\]|\]\)|\])|  n\d+ (-->|-\.->) n\d+|  classDef [a-z]+ [a-z0-9:#, -]+|  class [n\d,]+ [a-z]+)$`)

// graphOf is the block of Mermaid in a comment.
func graphOf(body string) []string {
	_, rest, found := strings.Cut(body, "```mermaid\n")
	if !found {
		return nil
	}
	block, _, _ := strings.Cut(rest, "\n```\n")
	return strings.Split(block, "\n")
}

func TestTheGraphIsDrawnWhereSomethingBreaks(t *testing.T) {
	lines := graphOf(comments(page(connected(t))))
	text := strings.Join(lines, "\n")
	for _, want := range []string{
		`"table<br/>Events<br/>removed, DS101 blocks"`, `"materialized view<br/>EventsPerDay<br/>removed, MV517 warns"`, `"view<br/>Recent"`, `"topic<br/>Events"`,
		"-.->", "classDef breaks", "classDef removed",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, "nightly") {
		t.Errorf("what is two steps away is drawn:\n%s", text)
	}
	for name, r := range map[string]*report.Report{"nothing breaks": additive(t), "nothing depends on it": destructive(t)} {
		if lines := graphOf(comments(page(r))); lines != nil {
			t.Errorf("%s, and still there is a graph:\n%s", name, strings.Join(lines, "\n"))
		}
	}
	p := page(connected(t))
	p.State = comment.Applied
	if graphOf(comments(p)) != nil {
		t.Error("the graph of what was applied is drawn")
	}
}

func TestNamesStayInsideOfTheGraph(t *testing.T) {
	r := connected(t)
	r.Graph = &report.Graph{}
	names := append(slices.Clone(hostileTexts), `"]; n1 --> n2`, "n1:::breaks", `"] click n1 "javascript:alert(1)"`, "`**bold**`", "end", "%%{init: {}}%%", "#quot;#35;", "style x fill:#f00;", "a;b", "</div><img src=x onerror=alert(1)>", "fa:fa-car", "")
	for len(names) > 0 {
		batch := names[:min(len(names), 20)]
		names = names[len(batch):]
		r.Graph = &report.Graph{}
		for i, n := range batch {
			r.Graph.Nodes = append(r.Graph.Nodes, report.GraphNode{Number: i + 1, Kind: []diff.Kind{diff.Table, diff.View, diff.Topic}[i%3], Name: n, Severity: finding.Block, Codes: []string{"DS101"}})
			r.Graph.Edges = append(r.Graph.Edges, report.GraphEdge{From: i + 1, To: 1, Use: lineage.Reads})
		}
		body := comments(page(r))
		check(t, body, true)
		lines := graphOf(body)
		if len(lines) != 1+2*len(batch)+2 {
			t.Errorf("%d lines for %d names:\n%s", len(lines), len(batch), strings.Join(lines, "\n"))
		}
		for _, l := range lines {
			if !graphLine.MatchString(l) || strings.Contains(strings.ReplaceAll(l, "<br/>", ""), "<") {
				t.Errorf("the line %q", l)
			}
		}
	}
}

func TestALargeGraphIsNotDrawn(t *testing.T) {
	r := connected(t)
	for n := range 100 {
		r.Graph.Nodes = append(r.Graph.Nodes, report.GraphNode{Number: 100 + n, Name: fmt.Sprint(n)})
	}
	body := comments(page(r))
	if graphOf(body) != nil || !strings.Contains(body, "objects hang together") {
		t.Errorf("got\n%s", body)
	}
	check(t, body, true)
}

func TestFindingsSayWhatTheyRestOn(t *testing.T) {
	r := destructive(t)
	list := slices.Clone(r.Findings)
	list[0].Stake = &finding.Stake{Rows: ptr(uint64(88_000)), Bytes: ptr(uint64(3_400_000)), Whole: true}
	list[0].Evidence = nil
	for i := range 7 {
		list[0].Evidence = append(list[0].Evidence, finding.Evidence{Text: fmt.Sprintf("fact %d of @octocat", i), Source: "system.parts", Sampled: i == 0})
	}
	list[1].Proven = true
	r.Review(list, finding.Blocked)
	body := comments(page(r))
	check(t, body, true)
	for _, want := range []string{
		"At stake: 88,000 rows, 3.4 MB, all of its data.", "Also: fact 0 of @&#8203;octocat (system.parts; from a sample, not from all rows).", "Also: fact 4 ",
		"And 2 facts more.", "Checked on the server: nothing is affected.",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in\n%s", want, body)
		}
	}
	if strings.Contains(body, "fact 5") {
		t.Error("all facts are shown")
	}
}
