package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// projections are all the outputs of a report.
func projections(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String() + text(t, r, report.TextOptions{SQL: true})
}

func TestNoCredentialInAnyOutput(t *testing.T) {
	queue := table("Queue", column("a", "String"))
	queue.Engine = inframap.NewEngine("S3Queue")
	for k, v := range map[string]string{"s3_path": "s3://bucket/x", "format": "JSONEachRow", "aws_access_key_id": "AKIA-SECRET-1", "aws_secret_access_key": "sk-SECRET-2"} {
		if err := queue.Engine.Set(k, v); err != nil {
			t.Fatal(err)
		}
	}
	before, after := table("Stream", column("a", "String")), table("Stream", column("a", "String"))
	before.Engine, after.Engine = inframap.NewEngine("Kafka"), inframap.NewEngine("Kafka")
	before.TableSettings = map[string]string{"kafka_sasl_password": "SECRET-3", "kafka_num_consumers": "1"}
	after.TableSettings = map[string]string{"kafka_sasl_password": "SECRET-4", "kafka_num_consumers": "2"}
	settings := &diff.TableChange{
		Before: before, After: after, Settings: true,
		SettingsBefore: before.TableSettings, SettingsAfter: after.TableSettings,
	}
	why := []diff.Attribute{{Name: "setting kafka_sasl_password", Before: "SECRET-3", After: "SECRET-4"}}
	sql := []string{
		"CREATE USER u IDENTIFIED WITH sha256_password BY 'SECRET-5'",
		"CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(CLICKHOUSE(HOST 'h' USER 'u' PASSWORD 'SECRET-6' TABLE 't'))",
		"CREATE TABLE t AS s3('https://b/x', 'AKIA-SECRET-7', 'SECRET-8', 'CSV')",
		"INSERT INTO t SELECT * FROM postgresql('h:5432', 'db', 'tbl', 'user', 'SECRET-9')",
		"SELECT * FROM url('https://user:SECRET-10@host/x', CSV)",
		"CREATE NAMED COLLECTION c AS secret_access_key = 'SECRET-11', url = 'https://b/'",
	}
	resource := &inframap.SQLResource{Name: "r", Setup: sql}
	o := outcomeOf(
		diff.Change{Kind: diff.Table, Action: diff.Add, ID: "q", Name: "Queue", Table: &diff.TableChange{After: queue}},
		diff.Change{Kind: diff.Table, Action: diff.Update, ID: "s", Name: "Stream", Why: why, Table: settings},
		diff.Change{Kind: diff.SQLResource, Action: diff.Add, ID: "r", Name: "r", SQLResource: &diff.Pair[inframap.SQLResource]{After: resource}},
	)
	o.Operations = append(o.Operations, &plan.ModifyTableSettingsOp{OnTable: plan.OfTable(after), Before: &before.TableSettings, After: &after.TableSettings})
	// The recorded value is in none of the maps.
	o.Status.Drift = []diff.Change{{
		Kind: diff.Table, Action: diff.Update, Name: "Stream",
		Why: []diff.Attribute{{Name: "setting kafka_sasl_password", Before: "SECRET-13", After: "SECRET-3"}},
	}}
	o.Result.Invalid = []string{"the key sk-SECRET-2 is refused"}
	r := newReport(t, o, report.Options{Secrets: []string{"SECRET-12"}, Warnings: []string{"login with SECRET-12 failed"}})
	out := projections(t, r)
	if i := strings.Index(out, "SECRET-"); i >= 0 {
		t.Errorf("a credential is shown: …%s…", out[max(0, i-200):min(len(out), i+40)])
	}
	for _, want := range []string{inframap.Hidden, "kafka_num_consumers: 1 -> 2", "kafka_sasl_password: another credential", "MODIFY SETTING kafka_num_consumers = 2, kafka_sasl_password = '[HIDDEN]'", "'CSV'", "url = 'https://b/'"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if before.TableSettings["kafka_sasl_password"] != "SECRET-3" || queue.Engine.String("aws_secret_access_key") != "sk-SECRET-2" {
		t.Error("the outcome itself was changed")
	}
}

// checkTerminal fails on any character that a terminal could obey.
func checkTerminal(t *testing.T, out string) {
	t.Helper()
	for _, c := range out {
		if c != '\n' && !strconv.IsPrint(c) {
			t.Fatalf("the terminal would see %U in %q", c, out)
		}
	}
}

func TestNoTerminalEscapePasses(t *testing.T) {
	r := newReport(t, hostile(), report.Options{Warnings: hostileNames, Target: "\x1b[1m", Sources: sources()})
	checkTerminal(t, text(t, r, report.TextOptions{SQL: true}))
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	checkTerminal(t, b.String())
}

func TestWrappingLosesNothing(t *testing.T) {
	r := newReport(t, kitchenSink(), report.Options{Sources: sources()})
	whole, wrapped := text(t, r, report.TextOptions{}), text(t, r, report.TextOptions{Width: 60})
	if d := cmp.Diff(strings.Fields(whole), strings.Fields(wrapped)); d != "" {
		t.Error(d)
	}
	for line := range strings.Lines(wrapped) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 60 && len(strings.Fields(line)) > 3 {
			t.Errorf("%d columns: %q", n, line)
		}
	}
}

func TestJSONReadsBack(t *testing.T) {
	r := newReport(t, kitchenSink(), report.Options{Sources: sources()})
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	var back report.Report
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, &back, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(report.Loss{}, report.Report{})); d != "" {
		t.Error(d)
	}
	empty := newReport(t, outcomeOf(), report.Options{})
	b.Reset()
	if err := empty.JSON(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "null") || strings.Contains(b.String(), "created_at") {
		t.Errorf("lists must be [] and the time left out:\n%s", b.String())
	}
}

func TestIncompleteOutcomes(t *testing.T) {
	for _, o := range []*planner.Outcome{nil, {}, {Result: &diff.Result{}}} {
		if _, err := report.New(o, report.Options{}); err == nil || !strings.Contains(err.Error(), "incomplete") {
			t.Errorf("%v: error %v", o, err)
		}
	}
}

func TestChangesWithoutTheirObjectDoNotPanic(t *testing.T) {
	var changes []diff.Change
	for _, k := range []diff.Kind{diff.Topic, diff.Table, diff.View, diff.MaterializedView, diff.SQLResource, diff.Sync, diff.Function, diff.API, diff.Workflow, diff.WebApp, diff.Worker, "something new"} {
		changes = append(changes, diff.Change{Kind: k, Action: diff.Remove, ID: "x", Name: "x"})
	}
	o := outcomeOf()
	o.Result.Changes = changes
	out := projections(t, newReport(t, o, report.Options{}))
	for _, want := range []string{"- Orchestration Worker: x", "- something new: x"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing", want)
		}
	}
	pairs := []diff.Change{
		{Kind: diff.Table, Table: &diff.TableChange{}},
		{Kind: diff.View, View: &diff.Pair[inframap.View]{}},
		{Kind: diff.Topic, Topic: &diff.Pair[inframap.Topic]{}},
		{Kind: diff.API, API: &diff.Pair[inframap.APIEndpoint]{}},
		{Kind: diff.Workflow, Workflow: &diff.Pair[inframap.Workflow]{}},
		{Kind: diff.WebApp, Other: &diff.Pair[any]{}},
		{Kind: diff.MaterializedView, MaterializedView: &diff.Pair[inframap.MaterializedView]{}},
		{Kind: diff.SQLResource, SQLResource: &diff.Pair[inframap.SQLResource]{}},
	}
	o.Result.Changes = pairs
	newReport(t, o, report.Options{})
}

func TestAcceptedRenameLosesNothing(t *testing.T) {
	o := outcomeOf(kitchenChange())
	columns := o.Result.Changes[0].Table.Columns
	for i := range columns {
		columns[i].RenameStated = columns[i].RenameOf != ""
		if columns[i].Action == diff.Remove && columns[i].Before.Name == "old_name" {
			columns[i].RenamedTo = "new_name"
		}
	}
	o.Operations = plan.Make(o.Result, o.Before, o.After)
	r := newReport(t, o, report.Options{})
	out := text(t, r, report.TextOptions{})
	if !strings.Contains(out, "~ old_name -> new_name (renamed, its values are kept)") || strings.Contains(out, "hint:") {
		t.Error(out)
	}
	if len(r.Losses) != 1 || r.Losses[0].Column != "drop_me" {
		t.Errorf("losses: %+v", r.Losses)
	}
	if want := "1 change that drops data: column drop_me of Kitchen (1 row)."; r.Verdict != want {
		t.Errorf("verdict %q, want %q", r.Verdict, want)
	}
}

func TestInnerTableOfAViewIsALoss(t *testing.T) {
	view := &inframap.MaterializedView{Name: "Sums", TargetTable: ".inner.Sums"}
	o := outcomeOf(diff.Change{
		Kind: diff.MaterializedView, Action: diff.Remove, ID: "Sums", Name: "Sums",
		MaterializedView: &diff.Pair[inframap.MaterializedView]{Before: view},
	})
	o.Before.MaterializedViews = map[string]*schema.View{"Sums": {Name: schema.Name{Database: "local", Object: "Sums"}, Materialized: true, Inner: true}}
	r := newReport(t, o, report.Options{})
	if want := "1 change that drops data: materialized view Sums (rows not counted)."; r.Verdict != want {
		t.Errorf("verdict %q, want %q", r.Verdict, want)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteErrorsAreTold(t *testing.T) {
	r := newReport(t, outcomeOf(), report.Options{})
	for _, err := range []error{r.Text(brokenWriter{}, report.TextOptions{}), r.JSON(brokenWriter{})} {
		if err == nil || !strings.Contains(err.Error(), "disk full") {
			t.Errorf("error %v", err)
		}
	}
}

func TestMooseLine(t *testing.T) {
	analytics := table("Analytics", column("id", "String"), column("number", "Int64"), column("status", "String"))
	ordered := table("Latest", column("id", "String"))
	ordered.Engine, ordered.Version = inframap.NewEngine("ReplicatedReplacingMergeTree"), ptr("1.2")
	analytics.OrderBy = inframap.OrderBy{}
	for want, c := range map[string]diff.Change{
		"+ Table: Analytics Version None - id: String, number: Int64, status: String - - deduplicate: false": {Kind: diff.Table, Action: diff.Add, Table: &diff.TableChange{After: analytics}},
		"-/+ Table: Latest Version 1.2 - id: String - id - deduplicate: true":                                {Kind: diff.Table, Action: diff.Recreate, Table: &diff.TableChange{Before: analytics, After: ordered}},

		"- Topic: Foo - Version: None": {Kind: diff.Topic, Action: diff.Remove, Name: "Foo", Topic: &diff.Pair[inframap.Topic]{Before: &inframap.Topic{Name: "Foo"}}},
		`~ View: a\x1b[0m`:             {Kind: diff.View, Action: diff.Update, Name: "a\x1b[0m"},
		"- MaterializedView: M -> T":   {Kind: diff.MaterializedView, Action: diff.Remove, MaterializedView: &diff.Pair[inframap.MaterializedView]{Before: &inframap.MaterializedView{Name: "M", TargetTable: "T"}}},

		"+ API Endpoint: top - Version: 1 - Path: top/1 - Method: GET": {Kind: diff.API, Action: diff.Add, API: &diff.Pair[inframap.APIEndpoint]{After: &inframap.APIEndpoint{Name: "top", Version: ptr("1"), Path: "top/1", Method: "GET"}}},
	} {
		if got := report.MooseLine(&c); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestATypeThatCanChangeValues(t *testing.T) {
	change := func(rows uint64, names ...string) diff.Change {
		before, after := table("PageViews", column("id", "String")), table("PageViews", column("id", "String"))
		update := &diff.TableChange{Before: before, After: after, Actual: actual("PageViews", rows, 512)}
		for _, name := range names {
			was, is := column(name, "Float64"), column(name, "Int64")
			update.Columns = append(update.Columns, diff.ColumnChange{
				Action: diff.Update, Before: &was, After: &is, Why: []diff.Attribute{{Name: "type", Before: "Float64", After: "Int64"}},
			})
		}
		return diff.Change{Kind: diff.Table, Action: diff.Update, ID: "local_PageViews", Name: "PageViews", Table: update}
	}
	r := newReport(t, outcomeOf(change(102, "status")), report.Options{})
	if want := "1 change, 1 of them can change values: column status of PageViews (102 rows)."; r.Verdict != want {
		t.Errorf("verdict %q, want %q", r.Verdict, want)
	}
	want := "column status of table PageViews: Float64 -> Int64 can change values; ClickHouse does not report it (102 rows)"
	if len(r.Losses) != 1 || r.Losses[0].Text != want || r.Summary.Losing != 0 || r.Summary.Converting != 1 {
		t.Errorf("losses %+v, summary %+v", r.Losses, r.Summary)
	}
	if out := text(t, r, report.TextOptions{}); !strings.Contains(out, "  can change values; ClickHouse does not report it\n") {
		t.Error(out)
	}
	empty := newReport(t, outcomeOf(change(0, "status")), report.Options{})
	if empty.Verdict != "1 change." {
		t.Errorf("an empty table: %q", empty.Verdict)
	}
	kitchen := kitchenChange()
	both := newReport(t, outcomeOf(kitchen, change(102, "a", "b", "c")), report.Options{})
	if want := "2 changes, 1 of them drops data: column drop_me of Kitchen (1 row), column old_name of Kitchen (1 row); " +
		"1 of them can change values: column a of PageViews (102 rows), column b of PageViews (102 rows) and 1 more."; both.Verdict != want {
		t.Errorf("verdict %q, want %q", both.Verdict, want)
	}
}
