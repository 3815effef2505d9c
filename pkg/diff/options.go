package diff

import (
	"maps"

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
	Dictionaries      map[string]*schema.Dictionary
	// RowPolicies has one for each table of a row policy.
	RowPolicies map[string][]schema.RowPolicy
	// Differs says, by SQL resource, what the server has otherwise than its statements make it.
	Differs map[string][]Attribute
	// Known are further objects that exist, such as tables that Moose does not manage.
	Known map[schema.Name]bool
}

// KnownObjects are the names of all tables, views and dictionaries of the sides.
func KnownObjects(sides ...Side) map[schema.Name]bool {
	known := map[schema.Name]bool{}
	for _, s := range sides {
		maps.Copy(known, s.Known)
		for _, t := range s.Tables {
			known[t.Name] = true
		}
		for _, v := range s.Views {
			known[v.Name] = true
		}
		for _, v := range s.MaterializedViews {
			known[v.Name] = true
		}
		for _, d := range s.Dictionaries {
			known[d.Name] = true
		}
	}
	return known
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
