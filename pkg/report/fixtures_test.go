package report_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/drift"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

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

// outcomeOf makes an outcome of changes; the operations of additions, removals and
// updates of tables and views come from package plan.
func outcomeOf(changes ...diff.Change) *planner.Outcome {
	before, desired := inframap.New("local"), inframap.New("local")
	o := &planner.Outcome{Result: &diff.Result{Changes: changes}, Desired: desired, Digest: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
	o.Before, o.After = diff.Side{Map: before}, diff.Side{Map: desired, Tables: map[string]*schema.Table{}, Views: map[string]*schema.View{}}
	for _, c := range changes {
		if c.View != nil && c.View.After != nil {
			o.After.Views[c.ID] = &schema.View{Name: schema.Name{Database: "local", Object: c.Name}}
		}
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

func newReport(t testing.TB, o *planner.Outcome, options report.Options) *report.Report {
	t.Helper()
	r, err := report.New(o, options)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// kitchenSink has every kind and every action.
func kitchenSink() *planner.Outcome {
	events := table("Events", column("id", "String"), column("ts", "DateTime"), column("n", "Int64"), column("note", "String"))
	events.Columns[0].PrimaryKey = true
	events.Columns[2].Default = ptr("0")
	events.Columns[3].Required = false
	events.Columns[3].Codec = ptr("ZSTD(3)")
	events.OrderBy = inframap.OrderByColumns("id", "ts")
	events.PartitionBy, events.TTL, events.Version = ptr("toYYYYMM(ts)"), ptr("ts + INTERVAL 30 DAY"), ptr("1.2")
	events.TableSettings = map[string]string{"index_granularity": "8192", "min_bytes_for_wide_part": "1024"}
	events.Indexes = []inframap.Index{{Name: "by_note", Expression: "note", Type: "set", Arguments: []string{"100"}, Granularity: 4}}
	events.Projections = []inframap.Projection{{Name: "by_n", Body: "SELECT n, count() GROUP BY n"}}

	old := table("Old", column("id", "String"))
	wideBefore, wideAfter := table("Wide", column("id", "String"), column("ts", "DateTime")), table("Wide", column("id", "String"), column("ts", "DateTime"))
	wideAfter.OrderBy = inframap.OrderByColumns("id", "ts")
	stream := table("Stream", column("a", "String"))
	stream.Engine = inframap.NewEngine("Kafka")

	changes := []diff.Change{
		{Kind: diff.Table, Action: diff.Add, ID: "local_Events_1_2", Name: "Events", Table: &diff.TableChange{After: events}},
		kitchenChange(),
		{Kind: diff.Table, Action: diff.Remove, ID: "local_Old", Name: "Old", Table: &diff.TableChange{Before: old, Actual: actual("Old", 1_234_567, 3_400_000_000)}},
		{Kind: diff.Table, Action: diff.Remove, ID: "local_Stream", Name: "Stream", Table: &diff.TableChange{Before: stream}},
		{
			Kind: diff.Table, Action: diff.Recreate, ID: "local_Wide", Name: "Wide",
			Why:    []diff.Attribute{{Name: "order by", Before: "id", After: "id, ts"}},
			Forced: []diff.Attribute{{Name: "order by", Before: "id", After: "id, ts"}},
			Table:  &diff.TableChange{Before: wideBefore, After: wideAfter, Actual: actual("Wide", 1_200_000, 3_400_000_000)},
		},
	}
	changes = append(changes, viewChanges()...)
	changes = append(changes, otherChanges()...)
	o := outcomeOf(changes...)
	o.Result.Blocked = []diff.Blocked{{
		Reason: `table "Ledger" is protected from deletion; 1 column(s) stay`,
		Change: diff.Change{Kind: diff.Table, Action: diff.Update, ID: "local_Ledger", Name: "Ledger", Table: &diff.TableChange{
			Before: table("Ledger", column("id", "String"), column("legacy", "String")), After: table("Ledger", column("id", "String")),
			Columns: []diff.ColumnChange{{Action: diff.Remove, Before: ptr(column("legacy", "String"))}},
		}},
	}, {
		Reason: `topic "Outside" is externally managed`,
		Change: diff.Change{Kind: diff.Topic, Action: diff.Remove, ID: "Outside", Name: "Outside", Topic: &diff.Pair[inframap.Topic]{Before: &inframap.Topic{Name: "Outside"}}},
	}}
	o.Status.Drift = []diff.Change{
		{
			Kind: diff.Table, Action: diff.Update, ID: "local_Kitchen", Name: "Kitchen", Table: &diff.TableChange{Before: table("Kitchen", column("id", "String"))},
			Why: []diff.Attribute{{Name: "column hotfix", After: "String"}, {Name: "TTL", Before: "ts + INTERVAL 1 DAY"}},
		},
		{Kind: diff.MaterializedView, Action: diff.Remove, ID: "Lost", Name: "Lost"},
	}
	o.Status.Adopted = []schema.Name{{Database: "local", Object: "Legacy"}}
	o.Status.Unmanaged = []schema.Name{{Database: "local", Object: "tmp_a"}, {Database: "local", Object: "tmp_b"}}
	return o
}

func kitchenChange() diff.Change {
	before := table("Kitchen", column("id", "String"), column("n", "Int32"), column("drop_me", "String"), column("old_name", "Float64"), column("doc", "String"))
	after := table("Kitchen", column("id", "String"), column("n", "Float64"), column("blob", "String"), column("new_name", "Float64"), column("doc", "String"))
	before.TTL, after.TTL = ptr("ts + INTERVAL 30 DAY"), ptr("ts + INTERVAL 90 DAY DELETE")
	before.SampleBy = ptr("cityHash64(id)")
	after.Indexes = []inframap.Index{{Name: "ix", Expression: "n", Type: "minmax", Granularity: 1}}
	return diff.Change{
		Kind: diff.Table, Action: diff.Update, ID: "local_Kitchen", Name: "Kitchen",
		Why: []diff.Attribute{
			{Name: "column n", Before: "type Int32", After: "type Float64"},
			{Name: "index ix", After: "n TYPE minmax GRANULARITY 1"},
			{Name: "projection p", Before: "SELECT id"},
		},
		Table: &diff.TableChange{
			Before: before, After: after, Actual: actual("Kitchen", 1, 512),
			Columns: []diff.ColumnChange{
				{Action: diff.Remove, Before: &before.Columns[2]},
				{Action: diff.Remove, Before: &before.Columns[3]},
				{Action: diff.Update, Before: &before.Columns[1], After: &after.Columns[1], Why: []diff.Attribute{{Name: "type", Before: "Int32", After: "Float64"}}},
				{Action: diff.Update, Before: &before.Columns[4], After: &after.Columns[4], Why: []diff.Attribute{{Name: "comment", After: "what it says"}}},
				{Action: diff.Add, After: &after.Columns[2], Position: ptr("n")},
				{Action: diff.Add, After: &after.Columns[3], Position: ptr("blob"), RenameOf: "old_name"},
			},
			Settings:       true,
			SettingsBefore: map[string]string{"min_bytes_for_wide_part": "10", "ttl_only_drop_parts": "1"},
			SettingsAfter:  map[string]string{"merge_with_ttl_timeout": "3600", "ttl_only_drop_parts": "0"},
			TTL:            true, SampleBy: true,
			Indexes:     []diff.NamedChange[inframap.Index]{{Name: "ix", After: &after.Indexes[0]}},
			Projections: []diff.NamedChange[inframap.Projection]{{Name: "p", Before: &inframap.Projection{Name: "p", Body: "SELECT id"}}},
		},
	}
}

func viewChanges() []diff.Change {
	return []diff.Change{
		{Kind: diff.View, Action: diff.Add, ID: "Big", Name: "Big", View: &diff.Pair[inframap.View]{After: &inframap.View{
			Name: "Big", SelectSQL: "SELECT * FROM Events", SourceTables: []string{"`local`.`Events_1_2`"},
		}}},
		{Kind: diff.View, Action: diff.Remove, ID: "Small", Name: "Small", View: &diff.Pair[inframap.View]{Before: &inframap.View{Name: "Small"}}},
		{
			Kind: diff.MaterializedView, Action: diff.Update, ID: "AggMV", Name: "AggMV", Why: []diff.Attribute{{Name: "select", Before: "SELECT a FROM t", After: "SELECT a, b FROM t"}},
			MaterializedView: &diff.Pair[inframap.MaterializedView]{
				Before: &inframap.MaterializedView{Name: "AggMV", TargetTable: "AggT", SelectSQL: "SELECT a FROM t"},
				After:  &inframap.MaterializedView{Name: "AggMV", TargetTable: "AggT", TargetDatabase: ptr("stats"), SelectSQL: "SELECT a, b\nFROM t"},
			},
		},
		{
			Kind: diff.SQLResource, Action: diff.Update, ID: "dict", Name: "dict", Why: []diff.Attribute{{Name: "setup", Before: "[…]", After: "[…]"}},
			SQLResource: &diff.Pair[inframap.SQLResource]{
				Before: &inframap.SQLResource{Name: "dict", Setup: []string{"CREATE FUNCTION f AS x -> x"}, Teardown: []string{"DROP FUNCTION f"}},
				After:  &inframap.SQLResource{Name: "dict", Setup: []string{"CREATE FUNCTION f AS x -> x + 1"}, Teardown: []string{"DROP FUNCTION f"}},
			},
		},
	}
}

func otherChanges() []diff.Change {
	other := func(before, after any) *diff.Pair[any] {
		p := &diff.Pair[any]{}
		if before != nil {
			p.Before = &before
		}
		if after != nil {
			p.After = &after
		}
		return p
	}
	raw := jsontext.Value(`{}`)
	return []diff.Change{
		{
			Kind: diff.Topic, Action: diff.Update, ID: "Foo_0_1", Name: "Foo",
			Why: []diff.Attribute{{Name: "retention_period.secs", Before: "3600", After: "604800"}, {Name: "schema_config.id", Before: "1", After: "2"}},
			Topic: &diff.Pair[inframap.Topic]{
				Before: &inframap.Topic{Name: "Foo", Version: ptr("0.1"), RetentionPeriod: inframap.Duration{Secs: 3600}, PartitionCount: 3, MaxMessageBytes: 1 << 20, Columns: []inframap.Column{column("a", "String")}},
				After:  &inframap.Topic{Name: "Foo", Version: ptr("0.1"), RetentionPeriod: inframap.Duration{Secs: 604800}, PartitionCount: 2, MaxMessageBytes: 8 << 20, Columns: []inframap.Column{column("a", "Int64"), column("b", "String")}},
			},
		},
		{Kind: diff.Topic, Action: diff.Add, ID: "Dlq", Name: "Dlq", Topic: &diff.Pair[inframap.Topic]{After: &inframap.Topic{Name: "Dlq", RetentionPeriod: inframap.Duration{Secs: 90061}, PartitionCount: 1}}},
		{Kind: diff.Topic, Action: diff.Remove, ID: "Gone", Name: "Gone", Topic: &diff.Pair[inframap.Topic]{Before: &inframap.Topic{Name: "Gone"}}},
		{Kind: diff.API, Action: diff.Add, ID: "EGRESS_top_1", Name: "top", API: &diff.Pair[inframap.APIEndpoint]{After: &inframap.APIEndpoint{Name: "top", Version: ptr("1"), Path: "top/list/1", Method: "GET"}}},
		{
			Kind: diff.API, Action: diff.Update, ID: "INGRESS_Foo", Name: "Foo", Why: []diff.Attribute{{Name: "api_type.INGRESS.dead_letter_queue", After: "Dlq"}},
			API: &diff.Pair[inframap.APIEndpoint]{Before: &inframap.APIEndpoint{Name: "Foo", Path: "ingest/Foo", Method: "POST"}, After: &inframap.APIEndpoint{Name: "Foo", Path: "ingest/Foo", Method: "POST"}},
		},
		{Kind: diff.API, Action: diff.Remove, ID: "EGRESS_bye", Name: "bye", API: &diff.Pair[inframap.APIEndpoint]{Before: &inframap.APIEndpoint{Name: "bye"}}},
		{
			Kind: diff.Workflow, Action: diff.Update, ID: "nightly", Name: "nightly", Why: []diff.Attribute{{Name: "config.schedule", Before: "0 3 * * *", After: "0 4 * * *"}},
			Workflow: &diff.Pair[inframap.Workflow]{
				Before: &inframap.Workflow{Name: "nightly", Config: inframap.WorkflowConfig{Schedule: "0 3 * * *", Retries: 3, Timeout: "10m"}},
				After:  &inframap.Workflow{Name: "nightly", Config: inframap.WorkflowConfig{Schedule: "0 4 * * *", Retries: 3, Timeout: "10m"}},
			},
		},
		{Kind: diff.Workflow, Action: diff.Add, ID: "manual", Name: "manual", Workflow: &diff.Pair[inframap.Workflow]{After: &inframap.Workflow{Name: "manual"}}},
		{Kind: diff.Sync, Action: diff.Add, ID: "Foo_local_Kitchen", Name: "Foo_local_Kitchen", Other: other(nil, &inframap.TopicToTableSync{SourceTopicID: "Foo", TargetTableID: "local_Kitchen"})},
		{Kind: diff.Function, Action: diff.Add, ID: "f", Name: "f", Other: other(nil, &inframap.FunctionProcess{Name: "f", SourceTopicID: "Foo", TargetTopicID: ptr("Bar")})},
		{Kind: diff.Function, Action: diff.Remove, ID: "c", Name: "c", Other: other(&inframap.FunctionProcess{Name: "c", SourceTopicID: "Foo"}, nil)},
		{Kind: diff.WebApp, Action: diff.Add, ID: "admin", Name: "admin", Other: other(nil, &inframap.WebApp{Name: "admin", MountPath: "/admin"})},
		{Kind: diff.Dictionary, Action: diff.Add, ID: "countries", Name: "countries", Other: other(nil, &raw)},
		{Kind: diff.RowPolicy, Action: diff.Remove, ID: "tenants", Name: "tenants", Other: other(&raw, nil)},
	}
}

// hostileNames try to leave every kind of output.
var hostileNames = []string{
	"x`y", "```", "````\n### owned", "@octocat", "<script>alert(1)</script>", "<!-- moose-migrate -->", "</details>", "a|b", "[x](http://evil.example)",
	"#1", "GH-1", "http://evil.example/a", "\x1b[2J\x1b]0;x\x07", "a\r\nb", "\u202egnp.exe", "a\x00b\xff", "\u009b31m", "*_~$!{}", "", "  - @a/b", "&#64;octocat",
}

func hostile() *planner.Outcome {
	var changes []diff.Change
	for _, n := range hostileNames {
		t := table(n, column(n, n))
		t.OrderBy, t.TTL = inframap.OrderByExpression(n), ptr(n)
		t.Columns[0].Default = ptr(n)
		changes = append(changes,
			diff.Change{Kind: diff.Table, Action: diff.Add, ID: "a" + n, Name: n, Table: &diff.TableChange{After: t}},
			diff.Change{Kind: diff.Table, Action: diff.Remove, ID: "r" + n, Name: n, Table: &diff.TableChange{Before: t}},
			diff.Change{Kind: diff.WebApp, Action: diff.Update, ID: n, Name: n, Why: []diff.Attribute{{Name: n, Before: n, After: n + n}}})
	}
	o := outcomeOf(changes...)
	for _, n := range hostileNames {
		o.Result.Invalid = append(o.Result.Invalid, n)
		o.Result.Blocked = append(o.Result.Blocked, diff.Blocked{Change: changes[0], Reason: n})
		o.Status.Drift = append(o.Status.Drift, diff.Change{Kind: diff.View, Action: diff.Update, Name: n, Why: []diff.Attribute{{Name: n, Before: n, After: "String"}}})
		o.Status.Adopted = append(o.Status.Adopted, schema.Name{Database: n, Object: n})
		o.Status.Unmanaged = append(o.Status.Unmanaged, schema.Name{Database: n, Object: n})
		o.Operations = append(o.Operations, &plan.RawSQLOp{SQL: []string{n + " SELECT"}, Description: n})
	}
	return o
}
