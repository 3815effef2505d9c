package migrate_test

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// kitchenSink is Moose's map of every kind of object, brought into one database
// without a cluster and without the engines that need the outside.
func kitchenSink(b *bench) *inframap.Map {
	m := b.fixture("../../testdata/moose-0.6.533/kitchen-sink/local_infra_map-0.6.533.json")
	delete(m.Tables, "local_S3QueueT")
	delete(m.Tables, "local_DistT")
	events := m.Tables["analytics_Events_1_2_1_2"]
	events.Database, events.ClusterName = nil, nil
	for _, t := range m.Tables {
		if t.Engine.Name == "Buffer" {
			_ = t.Engine.Set("target_database", b.db)
		}
	}
	here := func(s string) string { return strings.ReplaceAll(s, "`analytics`.", "") }
	for _, v := range m.MaterializedViews {
		v.SelectSQL = here(v.SelectSQL)
	}
	for _, v := range m.Views {
		v.SelectSQL = here(v.SelectSQL)
	}
	return m
}

func TestKitchenSinkOverBothProtocols(t *testing.T) {
	for name, b := range map[string]*bench{"native": newBench(t, nil), "http": newHTTPBench(t)} {
		t.Run(name, func(t *testing.T) {
			b.t = t
			m := kitchenSink(b)
			// ReplacingMergeTree takes projections only when told what becomes of them on a merge.
			m.Tables["local_Kitchen"].TableSettings["deduplicate_merge_projection_mode"] = "'rebuild'"
			b.to(m)
		})
	}
}
