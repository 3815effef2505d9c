package codegen

import (
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Language is the language of a project.
type Language int

// The languages of Moose.
const (
	TypeScript Language = iota
	Python
)

// Table is a table to be declared.
type Table struct {
	// Schema is what the server holds, in canonical form.
	Schema *schema.Table
	// Declared is what the code declares today, nil when it does not know the table.
	// It gives what no server knows: life cycle, version, cluster, seed filter, and the
	// variables that hold credentials.
	Declared *inframap.Table
}

// Options say how to declare.
type Options struct {
	Language Language
	// DefaultDatabase is the database that a declaration need not name.
	DefaultDatabase string
	// Taken are the names, each with "_" and the version when it has one, of tables that
	// the rest of the project declares: moose-lib knows each name once, whatever the database.
	Taken []string
}

// Note says what a declaration does not express.
type Note struct {
	Table schema.Name
	// Subject is the part of the table, spelled as package diff spells it: "column a",
	// "index i", "engine". It is empty for the whole table, which then is not declared.
	Subject string
	// Text is the reason. It can hold text of the server.
	Text string
}

// String is the note in one line for people: "table db.t, column a: …".
func (n Note) String() string {
	where := "table " + n.Table.String()
	if n.Subject != "" {
		where += ", " + n.Subject
	}
	return where + ": " + n.Text
}

// Variable is an environment variable that stands for a credential, which is never written.
type Variable struct {
	Table schema.Name
	// Name is the variable, Field the argument or setting that it gives.
	Name, Field string
}

// Declared is one table that can be declared.
type Declared struct {
	Name schema.Name
	// Map is the table as the loader reads it from the declaration.
	Map *inframap.Table
}

// Declarations are tables on their way to source. They are ordered by database, the
// default one first, and name.
type Declarations struct {
	Tables    []*Declared
	Notes     []Note
	Variables []Variable

	options Options
}

// Declare works out what can be declared. The order of the tables has no meaning.
func Declare(tables []Table, o Options) *Declarations {
	d := &Declarations{options: o}
	taken := map[string]bool{}
	for _, name := range o.Taken {
		taken[name] = true
	}
	sorted := slices.Clone(tables)
	slices.SortFunc(sorted, func(a, b Table) int { return compare(a.Schema.Name, b.Schema.Name, o.DefaultDatabase) })
	for _, t := range sorted {
		b := &builder{d: d, s: t.Schema, like: t.Declared, can: abilities[o.Language]}
		if declared := b.table(); declared != nil {
			key := registered(declared)
			if taken[key] {
				b.refuse(fmt.Sprintf("the project declares another table named %s already, and moose-lib knows each name once, whatever the database", key))
				continue
			}
			taken[key] = true
			d.Tables = append(d.Tables, &Declared{Name: t.Schema.Name, Map: declared})
		}
	}
	return d
}

// registered is the name under which moose-lib keeps a table.
func registered(t *inframap.Table) string {
	name, version := declaredName(t)
	if version == "" {
		return name
	}
	return name + "_" + version
}

// Registered is the name of a table for Options.Taken.
func Registered(t *inframap.Table) string { return registered(t) }

// Note adds what was found out elsewhere about a declared table. Where a note about
// the same part of it is there already, nothing is added.
func (d *Declarations) Note(n Note) {
	if slices.ContainsFunc(d.Notes, func(o Note) bool { return o.Table == n.Table && o.Subject == n.Subject }) {
		return
	}
	d.Notes = append(d.Notes, n)
}

// Refuse takes a table out of the declarations; text is why.
func (d *Declarations) Refuse(name schema.Name, text string) {
	d.Tables = slices.DeleteFunc(d.Tables, func(t *Declared) bool { return t.Name == name })
	d.Notes = slices.DeleteFunc(d.Notes, func(n Note) bool { return n.Table == name })
	d.Variables = slices.DeleteFunc(d.Variables, func(v Variable) bool { return v.Table == name })
	d.Notes = append(d.Notes, Note{Table: name, Text: "it is not declared: " + text})
}

// notesOf are the notes about a table.
func (d *Declarations) notesOf(name schema.Name) []Note {
	var out []Note
	for _, n := range d.Notes {
		if n.Table == name {
			out = append(out, n)
		}
	}
	return out
}

// LeftOut are the tables that cannot be declared at all.
func (d *Declarations) LeftOut() []schema.Name {
	var out []schema.Name
	for _, n := range d.Notes {
		if n.Subject == "" {
			out = append(out, n.Table)
		}
	}
	return out
}

func compare(a, b schema.Name, defaultDatabase string) int {
	switch {
	case a.Database == b.Database:
		return order(a.Object, b.Object)
	case a.Database == defaultDatabase:
		return -1
	case b.Database == defaultDatabase:
		return 1
	}
	return order(a.Database, b.Database)
}

func order(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
