package policy

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Ignore leaves out the differences of objects that match a pattern: all of them, or
// those whose attribute matches one. Patterns are those of a shell: * and ?.
type Ignore struct {
	// Objects, "name" or "database.name"; all when there are none.
	Objects []string `yaml:"objects"`
	// Attributes as a plan names them, such as "TTL", "setting merge_*", "column note: comment", "column *: codec" or "table comment"; all when there are none.
	Attributes []string `yaml:"attributes"`
}

// Rename says what a table, or columns of it, are called now.
type Rename struct {
	// The table's old name, with its database unless that is the default one.
	Table string `yaml:"table" jsonschema:"required,minLength=1"`
	// The table's new name; not given when only columns are renamed.
	To string `yaml:"to"`
	// Old names of columns and their new ones.
	Columns map[string]string `yaml:"columns"`
}

func (i Ignore) check(e entry) {
	if len(i.Objects)+len(i.Attributes) == 0 {
		e.wrong("", "name objects, attributes or both; an empty entry would ignore everything")
	}
	for _, pattern := range slices.Concat(i.Objects, i.Attributes) {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			e.wrong("", "%q is no pattern; * stands for any text, ? for one character", pattern)
		}
	}
}

func (r Rename) check(e entry) {
	switch {
	case r.Table == "":
		e.wrong("table", "table is missing; it is the name before the rename")
	case r.To == "" && len(r.Columns) == 0:
		e.wrong("", "table %s: say the new name of the table (to), or those of its columns (columns)", r.Table)
	case r.To == r.Table:
		e.wrong("to", "table %s has the same name before and after", r.Table)
	}
	for _, from := range slices.Sorted(maps.Keys(r.Columns)) {
		if to := r.Columns[from]; from == "" || to == "" || from == to {
			e.wrong("columns", "table %s, column %q: %q is no new name for it", r.Table, from, to)
		}
	}
}

// Apply adds what is ignored and renamed to the options of a comparison. database is the
// one of names without a database.
func (p *Policy) Apply(o *diff.Options, database string) {
	for _, rule := range p.Ignore {
		o.Ignore = append(o.Ignore, diff.IgnoreRule{Objects: rule.Objects, Attributes: rule.Attributes})
	}
	for _, r := range p.Renames {
		from := name(r.Table, database)
		to := from
		if r.To != "" {
			to = name(r.To, from.Database)
		}
		o.Renames = append(o.Renames, diff.Rename{Table: from, To: to, Columns: r.Columns})
	}
}

func name(text, database string) schema.Name {
	if db, object, ok := strings.Cut(text, "."); ok {
		return schema.Name{Database: db, Object: object}
	}
	return schema.Name{Database: database, Object: text}
}
