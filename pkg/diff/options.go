package diff

import (
	"maps"
	"path"
	"slices"

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
	// Ignore are the patterns of the project's own file.
	Ignore []IgnoreRule
	// Renames are those that the project or a person states.
	Renames []Rename
	// AcceptRenames takes every recognised rename as stated, NoRenames takes none for one.
	AcceptRenames, NoRenames bool
	// NotRenames look like renames and are none.
	NotRenames []Rename
}

// IgnoreRule leaves out differences of objects that match one of Objects; with
// Attributes, only those that match one of them. Both are patterns of [path.Match];
// an object is "name" in the default database and "database.name" in any.
type IgnoreRule struct{ Objects, Attributes []string }

// Rename says that a table, or columns of it, have another name now. Table is the old
// name, To the new one (the same when only columns are renamed), Columns maps old
// names to new ones.
type Rename struct {
	Table, To schema.Name
	Columns   map[string]string
}

// IgnoresObject reports whether every difference of an object is left out, its absence too.
func (o Options) IgnoresObject(n schema.Name) bool {
	return slices.ContainsFunc(o.Ignore, func(r IgnoreRule) bool { return len(r.Attributes) == 0 && r.matches(n) })
}

// ignores reports whether a difference is left out; the attribute is named as in
// [Change].Why, that of a column as "column name: attribute".
func (o Options) ignores(n schema.Name, attribute string) bool {
	return slices.ContainsFunc(o.Ignore, func(r IgnoreRule) bool {
		return r.matches(n) && (len(r.Attributes) == 0 || matchesAny(r.Attributes, attribute))
	})
}

func (r IgnoreRule) matches(n schema.Name) bool {
	return len(r.Objects) == 0 || matchesAny(r.Objects, n.Object) || matchesAny(r.Objects, n.String())
}

func matchesAny(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, text)
		return ok && err == nil
	})
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
