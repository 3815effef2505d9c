package codegen

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// header is what a written file starts with; the first line is Moose's own.
var header = []string{
	"AUTO-GENERATED FILE. DO NOT EDIT.",
	"`moose db pull` writes it from what ClickHouse holds, and writes over it the next time.",
}

// Header is the line that a file written for a language starts with, without its line end.
func Header(l Language) string { return comments[l] + " " + header[0] }

// comments start a comment that ends with its line.
var comments = map[Language]string{TypeScript: "//", Python: "#"}

// writer collects the source of the declarations.
type writer struct {
	body strings.Builder
	// imports are the names used of moose-lib.
	imports map[string]bool
	names   *names
	mark    string
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.body, format+"\n", args...) }

// use imports a name of moose-lib and returns it.
func (w *writer) use(name string) string {
	w.imports[name] = true
	return name
}

func (w *writer) imported() []string { return slices.Sorted(maps.Keys(w.imports)) }

// notes writes comments for what a declaration does not express.
func (w *writer) notes(notes []Note) {
	for _, n := range notes {
		text := n.Text
		if n.Subject != "" {
			text = n.Subject + ": " + text
		}
		w.line("%s NOT AS IN CLICKHOUSE: %s", w.mark, commentLine(text))
	}
}

// leftOut writes a comment for every table that has no declaration.
func (w *writer) leftOut(d *Declarations) {
	var lines []string
	for _, n := range d.Notes {
		if n.Subject == "" {
			lines = append(lines, fmt.Sprintf("%s NOT IN THIS FILE: table %s: %s", w.mark, commentLine(n.Table.String()), commentLine(n.Text)))
		}
	}
	if len(lines) > 0 {
		w.line("\n%s", strings.Join(lines, "\n"))
	}
}

// variables writes a comment for the variables that hold a table's credentials.
func (w *writer) variables(d *Declarations, name schema.Name) {
	for _, v := range d.Variables {
		if v.Table == name {
			w.line("%s Set %s in the environment; ClickHouse has a value for %s that is not written here.", w.mark, v.Name, commentLine(v.Field))
		}
	}
}

// Source is the file with all declarations.
func (d *Declarations) Source() string {
	w, above := d.write()
	var b strings.Builder
	for _, line := range header {
		fmt.Fprintln(&b, w.mark, line)
	}
	b.WriteString("\n" + above + w.body.String())
	return b.String()
}

// Snippet is the declarations alone, to be put into a file of the project by hand. It
// starts with a comment that names what they import.
func (d *Declarations) Snippet() string {
	w, above := d.write()
	var b strings.Builder
	fmt.Fprintf(&b, "%s From what ClickHouse holds. It needs these imports:\n%s\n", w.mark, w.mark)
	for line := range strings.Lines(above) {
		if line != "\n" {
			b.WriteString(w.mark + "   " + line)
		}
	}
	b.WriteString(w.body.String())
	return b.String()
}

// write returns the declarations and the imports above them.
func (d *Declarations) write() (w *writer, above string) {
	w = &writer{imports: map[string]bool{}, mark: comments[d.options.Language]}
	if d.options.Language == Python {
		return w, writePython(w, d)
	}
	return w, writeTypeScript(w, d)
}

// text is a pointer's text, "" for nil.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// declaredName is the name and the version under which a table is declared.
func declaredName(t *inframap.Table) (name, version string) {
	if t.Version != nil && *t.Version != "" && inframap.TableName(t.SourcePrimitive.Name, t.Version) == t.Name {
		return t.SourcePrimitive.Name, *t.Version
	}
	return t.Name, ""
}
