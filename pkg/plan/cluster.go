package plan

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// cluster is the one that a view belongs on: that of the tables it reads and fills,
// nil when they are on none. Moose has no word for the cluster of a view; without it a
// view would be on one host, and its tables on all.
func cluster(side diff.Side, tables []schema.Name) *string {
	for _, id := range inframap.Keys(side.Map.Tables) {
		t := side.Map.Tables[id]
		if deref(t.ClusterName) != "" && slices.Contains(tables, schema.Name{Database: t.DatabaseOr(side.Map.DefaultDatabase), Object: t.Name}) {
			return t.ClusterName
		}
	}
	return nil
}
