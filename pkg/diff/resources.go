package diff

import (
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// sqlResources compares the SQL resources of both sides: their statements, and what
// differs in the server from what they make (Side.Differs).
func (r *Result) sqlResources(before, after Side) {
	seen := map[string]bool{}
	for _, p := range pairs(before.Map.SQLResources, after.Map.SQLResources, forComparison) {
		seen[p.id] = true
		p.change.why = append(p.change.why, before.Differs[p.id]...)
		r.add(Change{Kind: SQLResource, ID: p.id, Name: p.id, SQLResource: &Pair[inframap.SQLResource]{p.before, p.after}}, p.change)
	}
	for _, id := range inframap.Keys(before.Differs) {
		if b, a := before.Map.SQLResources[id], after.Map.SQLResources[id]; b != nil && a != nil && !seen[id] {
			r.add(Change{Kind: SQLResource, ID: id, Name: id, SQLResource: &Pair[inframap.SQLResource]{b, a}}, changeFound{Update, before.Differs[id]})
		}
	}
}

// CompareSQLObject lists what differs between an object that free SQL makes and the
// one of its name in the catalog: one attribute without a value after it when it is
// gone, nothing when the server does not show it.
func CompareSQLObject(made schema.SQLObject, catalog *schema.Catalog, database string, known map[schema.Name]bool, o Options) []Attribute {
	gone := []Attribute{{string(made.Kind) + " " + SQLObjectName(made, database), "exists", ""}}
	label := string(made.Kind) + " " + SQLObjectName(made, database)
	var why []Attribute
	switch made.Kind {
	case schema.DictionaryObject:
		actual := catalog.Dictionaries[made.Name]
		if actual == nil {
			return gone
		}
		why = CompareDictionaries(made.Dictionary, actual)
	case schema.FunctionObject:
		actual, ok := catalog.Functions[made.Name.Object]
		if !ok {
			return gone
		}
		if !secretsql.Same(made.Definition, actual) {
			return []Attribute{{label, secretsql.Mask(made.Definition), secretsql.Mask(actual)}}
		}
		return nil
	case schema.RoleObject:
		if catalog.Roles != nil && !catalog.Roles[made.Name.Object] {
			return gone
		}
		return nil
	case schema.PolicyObject:
		return comparePolicyObject(made, catalog, label, gone)
	case schema.TableObject:
		actual := catalog.Tables[made.Name]
		if actual == nil {
			return gone
		}
		if made.Table != nil {
			why = CompareTables(made.Table, actual, o)
		}
	case schema.ViewObject:
		actual := catalog.Views[made.Name]
		if actual == nil {
			return gone
		}
		why = CompareViews(made.View, actual, database, known)
	}
	for i := range why {
		why[i].Name = label + ": " + why[i].Name
	}
	return why
}

func comparePolicyObject(made schema.SQLObject, catalog *schema.Catalog, label string, gone []Attribute) []Attribute {
	if catalog.RowPolicies == nil {
		return nil
	}
	for _, p := range catalog.RowPolicies {
		if p.Short == made.Policy.Short && p.Table == made.Policy.Table {
			if b, a := PolicyText(*made.Policy), PolicyText(p); b != a {
				return []Attribute{{label, b, a}}
			}
			return nil
		}
	}
	return gone
}

// SQLObjectName is the name of an object without the default database.
func SQLObjectName(o schema.SQLObject, database string) string {
	if o.Name.Database == "" || o.Name.Database == database {
		return o.Name.Object
	}
	return o.Name.String()
}
