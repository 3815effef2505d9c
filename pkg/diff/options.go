package diff

import (
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Side is one map with its canonical tables and views.
type Side struct {
	Map *inframap.Map
	// Tables, Views and MaterializedViews are keyed like those of the map.
	Tables            map[string]*schema.Table
	Views             map[string]*schema.View
	MaterializedViews map[string]*schema.View
}

// Options say what to leave out of a comparison.
type Options struct {
	// IgnoreTableTTL … IgnoreLowCardinality are the ignore_operations of [migration_config].
	IgnoreTableTTL       bool
	IgnoreColumnTTL      bool
	IgnorePartitionBy    bool
	IgnoreLowCardinality bool
	// IgnoreLifeCycle compares everything, as a check for drift does.
	IgnoreLifeCycle bool
}

// WithIgnoreOperations sets the options from the names that Moose documents.
func WithIgnoreOperations(names []string) Options {
	var o Options
	for _, n := range names {
		switch n {
		case "ModifyTableTtl":
			o.IgnoreTableTTL = true
		case "ModifyColumnTtl":
			o.IgnoreColumnTTL = true
		case "ModifyPartitionBy":
			o.IgnorePartitionBy = true
		case "IgnoreStringLowCardinalityDifferences":
			o.IgnoreLowCardinality = true
		}
	}
	return o
}
