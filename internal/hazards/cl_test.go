package hazards

import (
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
)

// onCluster puts all tables of both maps on a cluster.
func onCluster(name string) func(before, after *inframap.Map) {
	return func(before, after *inframap.Map) {
		for _, m := range []*inframap.Map{before, after} {
			for _, t := range m.Tables {
				t.ClusterName = &name
			}
		}
	}
}

var (
	clBefore = []string{"CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id"}
	clAfter  = []string{"CREATE TABLE T (id UInt8, note String) ENGINE = MergeTree ORDER BY id"}
)

// clReplica makes all tables look as if they were replicated.
func clReplica(r probe.Replica) func(*probe.Facts) {
	return func(f *probe.Facts) {
		for n := range f.Layouts.Value {
			f.Replicas.Value[n] = r
		}
	}
}

var clPairs = []pair{
	{
		code: "CL621", name: "a cluster that is not there", before: clBefore, after: clAfter, edit: onCluster("nowhere"),
		want: []string{"block CL621 cluster nowhere"}, text: "does not know the cluster nowhere",
	},
	{
		code: "CL621", name: "a cluster that is there", before: clBefore, after: clAfter, edit: onCluster("main"),
		facts: func(f *probe.Facts) { f.Clusters.Value["main"] = 3 },
	},
	{
		code: "CL621", name: "nothing to do there", before: clBefore, after: clBefore, edit: onCluster("nowhere"),
	},
	{
		code: "CL622", name: "a replica without its Keeper",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = ReplicatedMergeTree('/hazards/{database}/{table}', 'one') ORDER BY id"},
		after:  []string{"CREATE TABLE T (id UInt8, note String) ENGINE = ReplicatedMergeTree('/hazards/{database}/{table}', 'one') ORDER BY id"},
		edit: func(before, after *inframap.Map) {
			for id := range before.Tables {
				after.Tables[id].Engine = before.Tables[id].Engine
			}
		},
		want: []string{"block CL622 T"}, text: "is read-only on this server",
	},
	{
		code: "CL622", name: "a replica is missing", before: clBefore, after: clAfter,
		fill: []string{"INSERT INTO T VALUES (1)"}, facts: clReplica(probe.Replica{Active: 2, Total: 3}),
		want: []string{"block CL622 T"}, text: "has 2 of 3 replicas",
	},
	{
		code: "CL622", name: "a long queue", before: clBefore, after: clAfter,
		fill: []string{"INSERT INTO T VALUES (1)"}, facts: clReplica(probe.Replica{Active: 3, Total: 3, Queue: 5000}),
		want: []string{"block CL622 T"}, text: "5000 entries",
	},
	{
		code: "CL622", name: "all replicas are there", before: clBefore, after: clAfter,
		fill: []string{"INSERT INTO T VALUES (1)"}, facts: clReplica(probe.Replica{Active: 3, Total: 3, Queue: 2}),
	},
}
