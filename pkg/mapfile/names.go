package mapfile

import (
	"fmt"
	"iter"
	"path"
	"strings"
	"unicode"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// checkNames demands that every object is found under the id that its names make, so
// that no two are one object to ClickHouse and two to a reader, and that names show
// what they are.
func checkNames(m *inframap.Map) error {
	c := &checker{}
	c.name("default_database", m.DefaultDatabase)
	seen := map[[2]string]string{}
	for id, t := range keyed(c, "tables", m.Tables) {
		database := t.DatabaseOr(m.DefaultDatabase)
		c.name("tables", database)
		c.name("tables", t.Name)
		c.same("tables", id, t.ID(m.DefaultDatabase))
		c.unique(seen, "tables", id, [2]string{database, t.Name})
		c.source("tables", id, t.Metadata)
		c.columns(id, t.Columns)
	}
	for id, v := range keyed(c, "views", m.Views) {
		c.same("views", id, v.Name)
		c.name("views", v.DatabaseOr(m.DefaultDatabase))
		c.unique(seen, "views", id, [2]string{v.DatabaseOr(m.DefaultDatabase), v.Name})
		c.source("views", id, v.Metadata)
	}
	for id, v := range keyed(c, "materialized_views", m.MaterializedViews) {
		c.same("materialized_views", id, v.Name)
		c.name("materialized_views", v.DatabaseOr(m.DefaultDatabase))
		c.name("materialized_views", v.TargetTable)
		c.unique(seen, "materialized_views", id, [2]string{v.DatabaseOr(m.DefaultDatabase), v.Name})
		c.source("materialized_views", id, v.Metadata)
	}
	for id, r := range keyed(c, "sql_resources", m.SQLResources) {
		c.same("sql_resources", id, r.Name)
		if r.SourceFile != nil {
			c.file("sql_resources", id, *r.SourceFile)
		}
	}
	for id, t := range keyed(c, "topics", m.Topics) {
		c.same("topics", id, t.ID())
		c.source("topics", id, t.Metadata)
	}
	for id, s := range keyed(c, "topic_to_table_sync_processes", m.TopicToTableSyncs) {
		c.same("topic_to_table_sync_processes", id, s.ID())
	}
	c.others(m, seen)
	return c.err
}

// others checks the kinds whose ids say nothing of ClickHouse, and those that are kept
// as they came.
func (c *checker) others(m *inframap.Map, seen map[[2]string]string) {
	keyed(c, "api_endpoints", m.APIEndpoints)
	keyed(c, "workflows", m.Workflows)
	keyed(c, "web_apps", m.WebApps)
	keyed(c, "function_processes", m.FunctionProcesses)
	dictionaries, err := m.TypedDictionaries()
	c.keep(err)
	for id, d := range keyed(c, "olap_dictionaries", dictionaries) {
		c.name("olap_dictionaries", d.Name)
		c.unique(seen, "olap_dictionaries", id, [2]string{d.DatabaseOr(m.DefaultDatabase), d.Name})
	}
	policies, err := m.TypedRowPolicies()
	c.keep(err)
	for id, p := range keyed(c, "select_row_policies", policies) {
		c.same("select_row_policies", id, p.Name)
	}
}

// checker keeps the first thing that is wrong.
type checker struct{ err error }

func (c *checker) keep(err error) {
	if c.err == nil {
		c.err = err
	}
}

// keyed checks the keys of a section and walks it in their order, until something is wrong.
func keyed[T any](c *checker, section string, objects map[string]T) iter.Seq2[string, T] {
	if len(objects) > maxObjects {
		c.keep(fmt.Errorf("%s: %d objects; at most %d are read", section, len(objects), maxObjects))
	}
	keys := inframap.Keys(objects)
	for _, id := range keys {
		c.printable(section, id)
	}
	return func(yield func(string, T) bool) {
		for _, id := range keys {
			if c.err != nil || !yield(id, objects[id]) {
				return
			}
		}
	}
}

func (c *checker) printable(section, name string) {
	if len(name) > 2*sqltext.MaxNameBytes+100 {
		c.keep(fmt.Errorf("%s: a name of %d bytes", section, len(name)))
		return
	}
	if i := strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
		c.keep(fmt.Errorf("%s: the name %q has a character that cannot be seen. Choose another name", section, name))
	}
}

func (c *checker) name(section, name string) {
	if err := sqltext.CheckName("name", name); err != nil {
		c.keep(fmt.Errorf("%s: %w", section, err))
	}
	c.printable(section, name)
}

func (c *checker) same(section, id, want string) {
	c.name(section, id)
	if id != want {
		c.keep(fmt.Errorf("%s: the object under %q has names that make the id %.200q. Write the file again with this version", section, id, want))
	}
}

func (c *checker) unique(seen map[[2]string]string, section, id string, name [2]string) {
	if other, ok := seen[name]; ok {
		c.keep(fmt.Errorf("%s: %q and %s are both %s.%s to ClickHouse. Rename one of them", section, id, other, name[0], name[1]))
	}
	seen[name] = fmt.Sprintf("%q of %s", id, section)
}

func (c *checker) columns(id string, columns []inframap.Column) {
	if len(columns) > maxColumns {
		c.keep(fmt.Errorf("tables: %q has %d columns; at most %d are read", id, len(columns), maxColumns))
		return
	}
	seen := map[string]bool{}
	for i := range columns {
		c.name("tables", columns[i].Name)
		if seen[columns[i].Name] {
			c.keep(fmt.Errorf("tables: %q declares the column %q twice", id, columns[i].Name))
		}
		seen[columns[i].Name] = true
	}
}

func (c *checker) source(section, id string, m *inframap.Metadata) {
	if m != nil && m.Source != nil {
		c.file(section, id, m.Source.File)
	}
}

// file demands a path inside of the project.
func (c *checker) file(section, id, file string) {
	c.printable(section, file)
	clean := path.Clean(strings.ReplaceAll(file, `\`, "/"))
	if clean == ".." || strings.HasPrefix(clean, "../") || path.IsAbs(clean) {
		c.keep(fmt.Errorf("%s: %q is said to be declared in %.200q, outside of the project", section, id, file))
	}
}
