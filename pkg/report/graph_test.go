package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// chain drops the table Old, which a topic fills and a materialized view reads; its
// target is read by an endpoint. The table Kitchen stands alone.
func chain(t testing.TB) *report.Report {
	t.Helper()
	o := outcomeOf(diff.Change{Kind: diff.Table, Action: diff.Remove, ID: "local_Old", Name: "Old", Table: &diff.TableChange{Before: table("Old", column("id", "String")), Actual: actual("Old", 5, 50)}}, kitchenChange())
	o.Before.Map.TopicToTableSyncs["s"] = &inframap.TopicToTableSync{SourceTopicID: "Foo", TargetTableID: "local_Old"}
	for _, m := range []*inframap.Map{o.Before.Map, o.After.Map} {
		m.Topics["Foo"] = &inframap.Topic{Name: "Foo"}
		m.Tables["local_Target"] = table("Target", column("id", "String"))
		m.MaterializedViews["MV"] = &inframap.MaterializedView{Name: "MV", SourceTables: []string{"Old"}, TargetTable: "Target"}
		m.APIEndpoints["EGRESS_top"] = &inframap.APIEndpoint{Name: "top", PullsDataFrom: []inframap.Signature{{ID: "Target", Kind: "Table"}}}
		m.APIEndpoints["EGRESS_far"] = &inframap.APIEndpoint{Name: "far", PullsDataFrom: []inframap.Signature{{ID: "Nothing", Kind: "Table"}}}
	}
	return newReport(t, o, report.Options{Secrets: []string{"hunter2hunter2"}})
}

func connected(t testing.TB) *report.Report {
	r := chain(t)
	r.Review([]finding.Finding{
		{Code: "DS101", Severity: finding.Block, Object: "local.Old", Fingerprint: "1"},
		{Code: "XX100", Severity: finding.Warn, Object: "local.Old.id", Fingerprint: "2"},
		{Code: "DS103", Severity: finding.Block, Object: "local.Kitchen.drop_me", Fingerprint: "3"},
	}, finding.Blocked)
	return r
}

func graphText(g *report.Graph) string {
	if g == nil {
		return "none"
	}
	names := map[int]string{}
	var b strings.Builder
	for _, n := range g.Nodes {
		names[n.Number] = n.Name
		fmt.Fprintf(&b, "%s %s: %s\n", n.Kind, n.Name, n.Says())
	}
	for _, e := range g.Edges {
		fmt.Fprintf(&b, "%s %s %s %v %v\n", names[e.From], e.Use, names[e.To], e.Gone, e.New)
	}
	return b.String()
}

func TestTheGraphHoldsWhatBreaksAndItsNeighbours(t *testing.T) {
	const want = `topic Foo: 
table Old: removed, DS101 blocks
table Target: 
materialized view MV: 
Foo fills Old true false
Old reads MV false false
MV fills Target false false
`
	if d := cmp.Diff(want, graphText(connected(t).Graph)); d != "" {
		t.Error(d)
	}
}

func TestTheGraphFollowsTheFindings(t *testing.T) {
	r := chain(t)
	if r.Graph != nil {
		t.Error("a plan that nobody reviewed has a graph")
	}
	for name, c := range map[string]struct {
		list []finding.Finding
		want string
	}{
		"nothing found":              {nil, "none"},
		"only said":                  {[]finding.Finding{{Severity: finding.Info, Object: "local.Old"}}, "none"},
		"drift":                      {[]finding.Finding{{Severity: finding.Warn, Object: "local.Old", Rule: "drift"}}, "none"},
		"nothing depends on it":      {[]finding.Finding{{Severity: finding.Block, Object: "local.Kitchen.n"}}, "none"},
		"the object does not change": {[]finding.Finding{{Severity: finding.Block, Object: "local.Target"}}, "none"},
		"the object is unknown":      {[]finding.Finding{{Severity: finding.Block, Object: "other.Old"}}, "none"},
		"warned":                     {[]finding.Finding{{Code: "A", Severity: finding.Warn, Object: "Old"}}, "removed, A warns"},
		"allowed":                    {[]finding.Finding{{Code: "A", Severity: finding.Block, Object: "local.Old", Override: &finding.Override{}}}, "removed, A allowed"},
		"one allowed":                {[]finding.Finding{{Code: "A", Severity: finding.Block, Object: "local.Old", Override: &finding.Override{}}, {Code: "B", Severity: finding.Block, Object: "table Old"}}, "removed, A B blocks"},
	} {
		r.Review(c.list, finding.Pass)
		if got := graphText(r.Graph); !strings.Contains(got, c.want) {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}
