package lineage_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/lineage"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func ptr[T any](v T) *T { return &v }

func local(name string) schema.Name { return schema.Name{Database: "local", Object: name} }

// shop has every kind: an endpoint fills a topic, which is transformed and synced into a
// table, which a materialized view, a view, a dictionary, a policy and an endpoint use.
func shop() diff.Side {
	m := inframap.New("local")
	m.Topics["Raw"], m.Topics["Clean_1_2"] = &inframap.Topic{Name: "Raw"}, &inframap.Topic{Name: "Clean", Version: ptr("1.2")}
	m.Topics["Dead"], m.Topics["Copy"] = &inframap.Topic{Name: "Dead"}, &inframap.Topic{Name: "Copy"}
	m.APIEndpoints["INGRESS_Raw"] = &inframap.APIEndpoint{Name: "Raw", APIType: inframap.APIType{Ingress: &inframap.Ingress{TargetTopicID: "Raw", DeadLetterQueue: ptr("Dead")}}}
	m.APIEndpoints["EGRESS_top"] = &inframap.APIEndpoint{Name: "top", PullsDataFrom: []inframap.Signature{{ID: "Daily", Kind: "Table"}}}
	m.FunctionProcesses["clean"] = &inframap.FunctionProcess{Name: "clean", SourceTopicID: "Raw", TargetTopicID: ptr("Clean_1_2"), DeadLetterQueueTopicID: ptr("Dead")}
	m.TopicToTopicSyncs["copy"] = &inframap.TopicToTopicSync{SourceTopicID: "Clean_1_2", TargetTopicID: "Copy"}
	m.TopicToTableSyncs["sync"] = &inframap.TopicToTableSync{SourceTopicID: "Clean_1_2", TargetTableID: "local_Orders_1_2_1_2"}
	m.Tables["local_Orders_1_2_1_2"] = &inframap.Table{Name: "Orders_1_2", Version: ptr("1.2")}
	m.Tables["local_Daily"] = &inframap.Table{Name: "Daily"}
	m.Tables["stats_Daily"] = &inframap.Table{Name: "Daily", Database: ptr("stats")}
	buffer := inframap.NewEngine("Buffer")
	if err := buffer.Set("target_table", "Daily"); err != nil {
		panic(err)
	}
	m.Tables["local_Front"] = &inframap.Table{Name: "Front", Engine: buffer}
	kafka := inframap.NewEngine("Kafka")
	if err := kafka.Set("topic_list", "Other, Copy"); err != nil {
		panic(err)
	}
	m.Tables["local_Queue"] = &inframap.Table{Name: "Queue", Engine: kafka}
	m.Views["Big"] = &inframap.View{Name: "Big", SourceTables: []string{"`local`.`Orders_1_2`", "Unmanaged"}}
	m.MaterializedViews["Days"] = &inframap.MaterializedView{Name: "Days", SourceTables: []string{"wrong"}, TargetTable: "Daily"}
	m.SQLResources["extra"] = &inframap.SQLResource{Name: "extra", PullsDataFrom: []inframap.Signature{{ID: "Orders_1.2", Kind: "Table"}}}
	m.Workflows["nightly"] = &inframap.Workflow{Name: "nightly", PullsDataFrom: []inframap.Signature{{ID: "extra", Kind: "View"}}, PushesDataTo: []inframap.Signature{{ID: "Raw", Kind: "Topic"}, {ID: "nothing", Kind: "Table"}}}
	m.WebApps["admin"] = &inframap.WebApp{Name: "admin", PullsDataFrom: []inframap.Signature{{ID: "`stats`.`Daily`", Kind: "Table"}}}
	return diff.Side{
		Map: m,
		Tables: map[string]*schema.Table{
			"local_Orders_1_2_1_2": {Name: local("Orders_1_2"), Columns: []schema.Column{{Name: "c", DefaultExpr: "dictGet('local.countries', 'name', id)"}}},
			"local_Daily":          {Name: local("Daily")},
		},
		MaterializedViews: map[string]*schema.View{
			"Days": {Name: local("Days"), Select: "SELECT count() FROM local.Orders_1_2 INNER JOIN local.Big ON 1", Materialized: true, Target: local("Daily")},
		},
		Dictionaries: map[string]*schema.Dictionary{"local_countries": {Name: local("countries"), Reads: ptr(local("Unmanaged"))}},
		RowPolicies:  map[string][]schema.RowPolicy{"tenants": {{Short: "tenants_on_Daily", Table: local("Daily")}}},
		Known:        map[schema.Name]bool{local("Unmanaged"): true, local("Far"): true},
	}
}

func text(g *lineage.Graph) string {
	var b strings.Builder
	name := func(id lineage.ID) string { n, _ := g.Node(id); return string(n.Kind) + " " + n.Label }
	for _, e := range g.Edges() {
		sides := map[[2]bool]string{{true, true}: "", {true, false}: " (before)", {false, true}: " (after)"}[[2]bool{e.Before, e.After}]
		fmt.Fprintf(&b, "%s -> %s: %s%s\n", name(e.From), name(e.To), e.Use, sides)
	}
	return b.String()
}

func TestEveryKindIsJoined(t *testing.T) {
	const want = `API endpoint Raw -> topic Dead: fills
API endpoint Raw -> topic Raw: fills
topic Clean -> topic Copy: fills
topic Clean -> topic to table sync sync: reads
topic Copy -> table Queue: reads
topic Raw -> function clean: reads
function clean -> topic Clean: fills
function clean -> topic Dead: fills
topic to table sync sync -> table Orders_1_2: fills
table Daily -> API endpoint top: reads
table Daily -> table Front: reads
table Daily -> row policy tenants_on_Daily: filters
table Front -> table Daily: fills
table Orders_1_2 -> view Big: reads
table Orders_1_2 -> materialized view Days: reads
table Orders_1_2 -> SQL resource extra: reads
table Unmanaged -> view Big: reads
table Unmanaged -> dictionary countries: reads
table stats.Daily -> web app admin: reads
view Big -> materialized view Days: reads
materialized view Days -> table Daily: fills
dictionary countries -> table Orders_1_2: reads
SQL resource extra -> workflow nightly: reads
workflow nightly -> topic Raw: fills
`
	for range 10 {
		g := lineage.Of(shop(), shop())
		if d := cmp.Diff(want, text(g)); d != "" {
			t.Fatal(d)
		}
		if n, ok := g.Node(lineage.Object(local("Unmanaged"))); !ok || n.Before || n.After || n.Key != "" {
			t.Fatalf("a table that is not managed: %+v %v", n, ok)
		}
		if n, ok := g.Node(lineage.Object(local("Far"))); ok {
			t.Fatalf("nothing uses %+v", n)
		}
	}
}

func TestSidesAreTold(t *testing.T) {
	before, after := shop(), shop()
	delete(after.Map.Views, "Big")
	after.MaterializedViews["Days"] = &schema.View{Name: local("Days"), Select: "SELECT count() FROM local.Unmanaged", Materialized: true, Target: local("Daily")}
	delete(after.Map.Tables, "stats_Daily")
	got := text(lineage.Of(before, after))
	for _, want := range []string{
		"table Orders_1_2 -> view Big: reads (before)\n", "table Unmanaged -> materialized view Days: reads (after)\n",
		"table Orders_1_2 -> materialized view Days: reads (before)\n", "materialized view Days -> table Daily: fills\n",
		"table stats.Daily -> web app admin: reads\n", // it still asks for what is removed
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if only := text(lineage.Of(diff.Side{}, after)); !strings.Contains(only, "(after)") || strings.Contains(only, "(before)") {
		t.Errorf("without a before-map:\n%s", only)
	}
}

func labels(nodes []lineage.Node) string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.Label)
	}
	return strings.Join(out, " ")
}

func TestQueries(t *testing.T) {
	before, after := shop(), shop()
	delete(after.Map.MaterializedViews, "Days")
	g := lineage.Of(before, after)
	orders, daily := lineage.Object(local("Orders_1_2")), lineage.Object(local("Daily"))
	var users []string
	for _, d := range g.Dependents(daily) {
		users = append(users, fmt.Sprintf("%s %s %v %v", d.Label, d.Use, d.UsesBefore, d.UsesAfter))
	}
	want := []string{"top reads true true", "Front reads true true", "Front fills true true", "Days fills true false", "tenants_on_Daily filters true true"}
	if d := cmp.Diff(want, users); d != "" {
		t.Errorf("dependents of Daily: %s", d)
	}
	if got := labels(g.Downstream(lineage.Item(diff.Topic, "Copy"))); got != "Queue" {
		t.Errorf("downstream of Copy: %s", got)
	}
	if got := labels(g.Upstream(orders)); got != "Raw Clean Raw clean sync Unmanaged countries extra nightly" {
		t.Errorf("upstream of Orders: %s", got)
	}
	if got := labels(g.Path(lineage.Item(diff.API, "INGRESS_Raw"), lineage.Item(diff.API, "EGRESS_top"))); got != "Raw Raw clean Clean sync Orders_1_2 Days Daily top" {
		t.Errorf("path: %s", got)
	}
	if got := g.Path(daily, orders); got != nil {
		t.Errorf("there is no way back: %s", labels(got))
	}
	if got := g.Path("nothing", "nothing"); got != nil {
		t.Errorf("a path of nothing: %v", got)
	}
	if got := labels(g.Path(daily, daily)); got != "Daily" {
		t.Errorf("a path to itself: %s", got)
	}
}

func TestParts(t *testing.T) {
	g := lineage.Of(shop(), shop())
	orders := lineage.Object(local("Orders_1_2"))
	part := g.Around([]lineage.ID{orders, "nothing"}, 1)
	if got := labels(part.Nodes()); got != "sync Orders_1_2 Big Days countries extra" {
		t.Errorf("around Orders: %s", got)
	}
	if !strings.Contains(text(part), "view Big -> materialized view Days: reads") {
		t.Errorf("an edge between neighbours is missing:\n%s", text(part))
	}
	if got := labels(g.Around([]lineage.ID{orders}, 0).Nodes()); got != "Orders_1_2" {
		t.Errorf("around Orders, nothing: %s", got)
	}
	bare := g.Without(func(n lineage.Node) bool { return slices.Contains([]diff.Kind{diff.Sync, diff.Function}, n.Kind) })
	for _, want := range []string{"topic Raw -> topic Clean: fills\n", "topic Clean -> table Orders_1_2: fills\n", "table Daily -> table Front: reads\n"} {
		if !strings.Contains(text(bare), want) {
			t.Errorf("no %q in\n%s", want, text(bare))
		}
	}
	if n := len(g.Without(func(lineage.Node) bool { return true }).Nodes()); n != 0 {
		t.Errorf("%d nodes are left", n)
	}
	// A cycle of nodes that are left out ends.
	if loop := g.Without(func(n lineage.Node) bool { return n.Kind == diff.Table || n.Kind == diff.View }); len(loop.Edges()) == 0 {
		t.Error("nothing is joined")
	}
}

func TestWhatMooseWrites(t *testing.T) {
	data, err := os.ReadFile("../../testdata/moose-0.6.533/kitchen-sink/local_infra_map-0.6.533.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := inframap.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	got := text(lineage.Of(diff.Side{Map: m}, diff.Side{Map: m}))
	for _, want := range []string{"table analytics.Events_1_2 -> SQL resource custom_dict: reads\n", "table analytics.Events_1_2 -> materialized view AggMV: reads\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
