package diff_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func events() *schema.Table {
	return &schema.Table{
		Name: schema.Name{Database: "db", Object: "Events"}, Engine: schema.Engine{Name: "MergeTree"},
		Columns: []schema.Column{{Name: "id", Type: "String"}, {Name: "kind", Type: "LowCardinality(String)", TTL: "at + toIntervalDay(1)"}, {Name: "at", Type: "DateTime"}},
		OrderBy: []string{"id"}, PrimaryKey: []string{"id"}, PartitionBy: "toYYYYMM(at)", TTL: "at + toIntervalDay(9)",
		Settings: map[string]string{"index_granularity": "8192"},
	}
}

func TestCompareTables(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*schema.Table)
		options diff.Options
		want    []diff.Attribute
	}{
		"nothing":          {func(*schema.Table) {}, diff.Options{}, nil},
		"default settings": {func(t *schema.Table) { t.Settings = nil }, diff.Options{}, nil},
		"order of columns": {func(t *schema.Table) { t.Columns[0], t.Columns[2] = t.Columns[2], t.Columns[0] }, diff.Options{}, nil},
		"type":             {func(t *schema.Table) { t.Columns[0].Type = "UInt8" }, diff.Options{}, []diff.Attribute{{Name: "column id", Before: "type String", After: "type UInt8"}}},
		"low cardinality":  {func(t *schema.Table) { t.Columns[1].Type = "String" }, diff.WithIgnoreOperations([]string{"IgnoreStringLowCardinalityDifferences"}), nil},
		"column TTL":       {func(t *schema.Table) { t.Columns[1].TTL = "" }, diff.WithIgnoreOperations([]string{"ModifyColumnTtl"}), nil},
		"table TTL":        {func(t *schema.Table) { t.TTL = "" }, diff.WithIgnoreOperations([]string{"ModifyTableTtl"}), nil},
		"partition by":     {func(t *schema.Table) { t.PartitionBy = "" }, diff.WithIgnoreOperations([]string{"ModifyPartitionBy"}), nil},
		"a TTL counts":     {func(t *schema.Table) { t.TTL = "" }, diff.Options{}, []diff.Attribute{{Name: "TTL", Before: "at + toIntervalDay(9)"}}},
		"granularity":      {func(t *schema.Table) { t.Settings["index_granularity"] = "1" }, diff.Options{}, []diff.Attribute{{Name: "setting index_granularity", Before: "8192", After: "1"}}},
		"comment of Moose": {func(t *schema.Table) {
			t.Columns[0].Comment = `[MOOSE_METADATA:DO_NOT_MODIFY] {"version":1}`
		}, diff.Options{}, nil},
	} {
		after := events()
		c.change(after)
		if d := cmp.Diff(c.want, diff.CompareTables(events(), after, c.options)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestUnqualify(t *testing.T) {
	known := map[schema.Name]bool{{Database: "local", Object: "Events"}: true, {Database: "local", Object: "we ird"}: true}
	for in, want := range map[string]string{
		"SELECT * FROM local.Events":                       "SELECT * FROM Events",
		"SELECT local.Events.id FROM local.`we ird`":       "SELECT Events.id FROM `we ird`",
		"SELECT local.x, a.local.Events FROM other.Events": "SELECT local.x, a.local.Events FROM other.Events",
		"SELECT 'local.Events' FROM local.Unknown":         "SELECT 'local.Events' FROM local.Unknown",
	} {
		if got := diff.Unqualify(in, "local", known); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func side(change func(*inframap.Map)) diff.Side {
	m := inframap.New("db")
	m.Topics["T"] = &inframap.Topic{Name: "T", PartitionCount: 1, LifeCycle: inframap.FullyManaged}
	m.Workflows["w"] = &inframap.Workflow{Name: "w", Config: inframap.WorkflowConfig{Schedule: "0 1 * * *"}}
	m.APIEndpoints["EGRESS_a"] = &inframap.APIEndpoint{Name: "a", Path: "a", Metadata: &inframap.Metadata{}}
	change(m)
	return diff.Side{Map: m}
}

func TestWhatNoServerHoldsIsComparedByItsLeaves(t *testing.T) {
	result := diff.Maps(side(func(*inframap.Map) {}), side(func(m *inframap.Map) {
		m.Topics["T"].PartitionCount = 3
		m.Workflows["w"].Config.Schedule = "0 2 * * *"
		m.APIEndpoints["EGRESS_a"].Metadata = nil
		m.Topics["X"] = &inframap.Topic{Name: "X", LifeCycle: inframap.ExternallyManaged}
	}), diff.Options{})
	var got []string
	for _, c := range result.Changes {
		for _, w := range c.Why {
			got = append(got, string(c.Kind)+" "+c.Name+": "+w.Name+" "+w.Before+" → "+w.After)
		}
	}
	want := []string{"topic T: partition_count 1 → 3", "workflow w: config.schedule 0 1 * * * → 0 2 * * *"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(result.Blocked) != 1 || !strings.Contains(result.Blocked[0].Reason, "externally managed") {
		t.Errorf("blocked: %+v", result.Blocked)
	}
}
