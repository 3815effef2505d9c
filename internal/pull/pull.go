// Package pull decides which tables of a server `moose db pull` declares, lets the
// server check the declarations, and writes the file.
package pull

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/codegen"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/drift"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Server is what is asked of ClickHouse.
type Server interface {
	Introspect(ctx context.Context, databases []string) (*schema.Catalog, error)
	Normalise(ctx context.Context, maps ...*inframap.Map) ([]*clickhouse.Declared, error)
}

// Input says what to pull.
type Input struct {
	// Desired is what the code declares; its default database is that of the connection.
	Desired *inframap.Map
	// Databases are read besides the default one.
	Databases []string
	Language  codegen.Language
	// File is the file to be written, relative to the project, with slashes.
	File string
	// Patterns choose among the tables that the code does not know, by name or by
	// database.name, in the form of path.Match; without any, all are taken.
	Patterns []string
}

// Result is what is to be written, and what is not.
type Result struct {
	*codegen.Declarations
	// Elsewhere are tables that the code declares as externally managed in another
	// file, with that file.
	Elsewhere map[schema.Name]string
	// Gone are tables that the file declares and the server does not have.
	Gone []schema.Name
	// NotChosen counts tables that no pattern matches.
	NotChosen int
	// Views and Dictionaries count those that the code does not know.
	Views, Dictionaries int
}

// Collect works out the file: the tables that the code declares in it, and those that
// the code does not know. It only reads.
func Collect(ctx context.Context, server Server, in Input) (*Result, error) {
	for _, p := range in.Patterns {
		if _, err := path.Match(p, ""); err != nil {
			return nil, fmt.Errorf("the pattern %q is not understood: use * for any text, ? for one character and [ab] for one of several", p)
		}
	}
	catalog, declared, err := read(ctx, server, in.Desired, in.Databases)
	if err != nil {
		return nil, err
	}
	out := &Result{Elsewhere: map[schema.Name]string{}}
	var tables []codegen.Table
	rewritten := map[schema.Name]bool{}
	for name, t := range declared {
		if t.LifeCycle != inframap.ExternallyManaged {
			continue
		}
		actual := catalog.Tables[name]
		switch file := sourceFile(t); {
		case file != "" && !sameFile(file, in.File):
			out.Elsewhere[name] = file
		case actual == nil:
			out.Gone = append(out.Gone, name)
			rewritten[name] = true
		default:
			tables = append(tables, codegen.Table{Schema: actual, Declared: t})
			rewritten[name] = true
		}
	}
	for name, t := range catalog.Tables {
		switch {
		case declared[name] != nil || drift.Internal(name):
		case !chosen(name, in.Patterns):
			out.NotChosen++
		default:
			tables = append(tables, codegen.Table{Schema: t})
		}
	}
	out.Views = unknownViews(catalog, in.Desired)
	if out.Dictionaries, err = unknownDictionaries(catalog, in.Desired); err != nil {
		return nil, err
	}
	diff.SortNames(out.Gone)
	o := codegen.Options{Language: in.Language, DefaultDatabase: in.Desired.DefaultDatabase}
	for name, t := range declared {
		if !rewritten[name] {
			o.Taken = append(o.Taken, codegen.Registered(t))
		}
	}
	out.Declarations = codegen.Declare(tables, o)
	return out, check(ctx, server, out.Declarations, catalog, in.Desired.DefaultDatabase)
}

// unknownDictionaries counts the dictionaries that the code does not know.
func unknownDictionaries(catalog *schema.Catalog, desired *inframap.Map) (int, error) {
	declared, err := desired.TypedDictionaries()
	if err != nil {
		return 0, err
	}
	unknown := len(catalog.Dictionaries)
	for _, d := range declared {
		if catalog.Dictionaries[schema.Name{Database: d.DatabaseOr(desired.DefaultDatabase), Object: d.Name}] != nil {
			unknown--
		}
	}
	return unknown, nil
}

// read asks for the tables and indexes the declared ones by name.
func read(ctx context.Context, server Server, desired *inframap.Map, databases []string) (*schema.Catalog, map[schema.Name]*inframap.Table, error) {
	catalog, err := server.Introspect(ctx, append([]string{desired.DefaultDatabase}, databases...))
	if err != nil {
		return nil, nil, err
	}
	declared := make(map[schema.Name]*inframap.Table, len(desired.Tables))
	for _, t := range desired.Tables {
		declared[schema.Name{Database: t.DatabaseOr(desired.DefaultDatabase), Object: t.Name}] = t
	}
	return catalog, declared, nil
}

func chosen(name schema.Name, patterns []string) bool {
	for _, p := range patterns {
		for _, text := range []string{name.Object, name.String()} {
			if ok, err := path.Match(p, text); err == nil && ok {
				return true
			}
		}
	}
	return len(patterns) == 0
}

// sourceFile is the file that declares a table, "" when moose-lib does not say.
func sourceFile(t *inframap.Table) string {
	if t.Metadata == nil || t.Metadata.Source == nil {
		return ""
	}
	return t.Metadata.Source.File
}

// sameFile compares a file that moose-lib names, in TypeScript the compiled one below
// a folder for output, with a source file.
func sameFile(named, source string) bool {
	named, source = strings.TrimSuffix(named, path.Ext(named)), strings.TrimSuffix(source, path.Ext(source))
	return named == source || strings.HasSuffix(named, "/"+source)
}

func unknownViews(catalog *schema.Catalog, m *inframap.Map) int {
	known := map[schema.Name]bool{}
	for _, v := range m.Views {
		known[schema.Name{Database: v.DatabaseOr(m.DefaultDatabase), Object: v.Name}] = true
	}
	for _, v := range m.MaterializedViews {
		known[schema.Name{Database: v.DatabaseOr(m.DefaultDatabase), Object: v.Name}] = true
	}
	n := 0
	for name := range catalog.Views {
		if !known[name] && !drift.Internal(name) {
			n++
		}
	}
	return n
}
