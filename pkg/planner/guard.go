package planner

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// The kinds of objects that share the names of a database.
const (
	table            = "table"
	view             = "view"
	materializedView = "materialized view"
	dictionary       = "dictionary"
)

// declaration is an object that the code declares.
type declaration struct {
	kind string
	name schema.Name
	// target is where a materialized view writes to, nil for the others.
	target *schema.Name
}

// declarations lists tables, views, materialized views and dictionaries, each by id.
func declarations(m *inframap.Map) []declaration {
	var out []declaration
	for _, id := range inframap.Keys(m.Tables) {
		t := m.Tables[id]
		out = append(out, declaration{kind: table, name: schema.Name{Database: t.DatabaseOr(m.DefaultDatabase), Object: t.Name}})
	}
	for _, id := range inframap.Keys(m.Views) {
		v := m.Views[id]
		out = append(out, declaration{kind: view, name: schema.Name{Database: v.DatabaseOr(m.DefaultDatabase), Object: v.Name}})
	}
	for _, id := range inframap.Keys(m.MaterializedViews) {
		v := m.MaterializedViews[id]
		out = append(out, declaration{
			kind: materializedView, name: schema.Name{Database: v.DatabaseOr(m.DefaultDatabase), Object: v.Name},
			target: &schema.Name{Database: v.TargetDatabaseOr(m.DefaultDatabase), Object: v.TargetTable},
		})
	}
	for _, id := range inframap.Keys(m.Dictionaries) {
		if d, err := inframap.DecodeDictionary(id, m.Dictionaries[id]); err == nil { // Normalise reports one that cannot be read
			out = append(out, declaration{kind: dictionary, name: schema.Name{Database: d.DatabaseOr(m.DefaultDatabase), Object: d.Name}})
		}
	}
	return out
}

// checkDatabases demands that every database exists and that no object lies in, or
// writes to, one that the project does not configure.
func checkDatabases(in Input, declared []declaration, catalog *schema.Catalog, server Server) error {
	configured := map[string]bool{}
	for _, d := range databasesOf(in) {
		configured[d] = true
		if !catalog.Databases[d] {
			return fmt.Errorf("ClickHouse at %s has no database %q, or the user may not see it. Create it with: CREATE DATABASE `%s`", server.Describe(), d, d)
		}
	}
	const remedy = "which moose.config.toml does not name. Add it to additional_databases under [clickhouse_config]"
	for _, d := range declared {
		if !configured[d.name.Database] {
			return fmt.Errorf("%s %q is declared in the database %q, %s", d.kind, d.name.Object, d.name.Database, remedy)
		}
		if d.target != nil && !configured[d.target.Database] {
			return fmt.Errorf("%s %q writes to the table %q of the database %q, %s", d.kind, d.name.Object, d.target.Object, d.target.Database, remedy)
		}
	}
	return nil
}

// checkKinds refuses a declaration where the server has something of another kind
// under that name: what is there is never dropped for it. It refuses two
// declarations of one name, too.
func checkKinds(declared []declaration, catalog *schema.Catalog) error {
	var clashes []string
	seen := map[schema.Name]string{}
	for _, d := range declared {
		if other := seen[d.name]; other != "" && other != d.kind {
			return fmt.Errorf("%s is declared as a %s and as a %s; ClickHouse keeps both under one name. Rename one of them", d.name, other, d.kind)
		}
		seen[d.name] = d.kind
		if actual := kindOf(d.name, catalog); actual != "" && actual != d.kind {
			clashes = append(clashes, fmt.Sprintf("%s is declared as a %s, and ClickHouse has a %s of that name", d.name, d.kind, actual))
		}
	}
	if len(clashes) == 0 {
		return nil
	}
	return fmt.Errorf("%s. Drop or rename the one in ClickHouse, or rename the declaration", strings.Join(clashes, "; "))
}

// kindOf is what the server has under a name, "" when there is nothing.
func kindOf(n schema.Name, catalog *schema.Catalog) string {
	v := catalog.Views[n]
	switch {
	case catalog.Tables[n] != nil:
		return table
	case v != nil && v.Materialized:
		return materializedView
	case v != nil:
		return view
	case catalog.Dictionaries[n] != nil:
		return dictionary
	}
	return ""
}
