package codegen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

var typeScriptSyntax = syntax{
	text: typeScriptString, variable: "mooseRuntimeEnv", camel: true,
	object: func(members []string) string { return "{ " + strings.Join(members, ", ") + " }" },
	key:    func(name string) string { return name + ": " },
}

// typeScript writes the types of one file.
type typeScript struct {
	*writer
	tags bool
	// enums are the enums written already, by their definition.
	enums map[string]string
}

func writeTypeScript(w *writer, d *Declarations) (above string) {
	w.names = newNames(typeScriptReserved, typeScriptLibrary)
	ts := &typeScript{writer: w, enums: map[string]string{}}
	for i, t := range d.Tables {
		if i > 0 {
			w.line("")
		}
		ts.table(d, t)
	}
	w.leftOut(d)
	if len(w.imports) > 0 {
		above = "import { " + strings.Join(w.imported(), ", ") + " } from \"@514labs/moose-lib\";\n"
	} else {
		above = "export {};\n"
	}
	if ts.tags {
		above += "import { tags } from \"typia\";\n"
	}
	return above + "\n"
}

func (ts *typeScript) table(d *Declarations, t *Declared) {
	name, _ := declaredName(t.Map)
	model := ts.names.take(typeName(name))
	variable := ts.names.take(pascal(name) + "Table")
	owner := pascal(name)
	var fields []string
	for i := range t.Map.Columns {
		fields = append(fields, ts.field(&t.Map.Columns[i], owner))
	}
	ts.notes(d.notesOf(t.Name))
	ts.variables(d, t.Name)
	ts.line("export interface %s {\n%s}\n", model, strings.Join(fields, ""))
	ts.line("export const %s = new %s<%s>(%s, {", variable, ts.use("OlapTable"), model, typeScriptString(name))
	members := []member{{"engine", ts.use("ClickHouseEngines") + "." + t.Map.Engine.Name}}
	members = append(members, typeScriptSyntax.engineMembers(t.Map.Engine, ts.writer)...)
	for _, m := range append(members, typeScriptSyntax.tableMembers(t.Map, ts.writer)...) {
		if m.name == "settings" && t.Map.Engine.Name == "Kafka" {
			m.value += " as any" // moose-lib lists some of Kafka's settings only
		}
		ts.line("  %s,", typeScriptSyntax.member(m))
	}
	ts.line("});")
}

// field is a column with its comment.
func (ts *typeScript) field(c *inframap.Column, owner string) string {
	var b strings.Builder
	if comment := text(c.Comment); strings.Contains(comment, "\n") {
		fmt.Fprintf(&b, "  /**\n   * %s\n   */\n", strings.ReplaceAll(comment, "\n", "\n   * "))
	} else if comment != "" {
		fmt.Fprintf(&b, "  /** %s */\n", comment)
	}
	t := ts.columnType(c, owner)
	if c.PrimaryKey {
		t = ts.use("Key") + "<" + t + ">"
	}
	fmt.Fprintf(&b, "  %s: %s;\n", property(c.Name, !c.Required), t)
	return b.String()
}

// property is the name of a member of an interface.
func property(name string, optional bool) string {
	if !plainName.MatchString(name) {
		name = typeScriptString(name)
	}
	if optional {
		name += "?"
	}
	return name
}

// columnType is the type with the tags for annotations and attributes.
func (ts *typeScript) columnType(c *inframap.Column, owner string) string {
	t := ts.typeOf(&c.DataType, owner+pascal(c.Name))
	tag := func(name, arguments string) { t += " & " + ts.use(name) + arguments }
	if c.LowCardinality() {
		tag("LowCardinality", "")
	}
	if f, err := c.Aggregate(); err == nil && f != nil {
		args := make([]string, len(f.ArgumentTypes))
		for i := range f.ArgumentTypes {
			args[i] = ts.typeOf(&f.ArgumentTypes[i], owner+pascal(c.Name))
		}
		tag("Aggregated", "<"+typeScriptString(f.FunctionName)+", ["+strings.Join(args, ", ")+"]>")
	}
	if f, err := c.SimpleAggregate(); err == nil && f != nil {
		tag("SimpleAggregated", "<"+typeScriptString(f.FunctionName)+", "+ts.typeOf(&f.ArgumentType, owner+pascal(c.Name))+">")
	}
	for _, a := range []struct {
		name  string
		value *string
	}{
		{"ClickHouseDefault", c.Default},
		{"ClickHouseMaterialized", c.Materialized},
		{"ClickHouseAlias", c.Alias},
		{"ClickHouseTTL", c.TTL},
		{"ClickHouseCodec", c.Codec},
	} {
		switch {
		case text(a.value) == "":
		case c.DataType.Enum != nil || c.DataType.Tuple != nil: // which a tag would change; only a default can be there
			t = ts.use("WithDefault") + "<" + t + ", " + typeScriptString(*a.value) + ">"
		default:
			tag(a.name, "<"+typeScriptString(*a.value)+">")
		}
	}
	return t
}

// define writes the interface of a Nested, Tuple or JSON type and returns its name.
func (ts *typeScript) define(name string, fields []string) string {
	name = ts.names.take(name)
	ts.line("export interface %s {\n%s}\n", name, strings.Join(fields, ""))
	return name
}

func (ts *typeScript) enum(e *inframap.EnumType, fallback string) string {
	var members []string
	used := newNames()
	for _, m := range e.Values {
		if m.Value.String == nil {
			members = append(members, fmt.Sprintf("  %s = %d,\n", typeScriptString(m.Name), *m.Value.Int))
			continue
		}
		name := m.Name
		if !plainName.MatchString(name) {
			name = pascalMember(name)
		}
		members = append(members, fmt.Sprintf("  %s = %s,\n", used.take(name), typeScriptString(*m.Value.String)))
	}
	definition := strings.Join(members, "")
	name := e.Name
	if !plainName.MatchString(name) || slices.Contains(serverEnums, name) {
		name = fallback
	}
	key := name + "\x00" + definition
	if have, ok := ts.enums[key]; ok {
		return have
	}
	ts.enums[key] = ts.names.take(name)
	ts.line("export enum %s {\n%s}\n", ts.enums[key], definition)
	return ts.enums[key]
}

// serverEnums are the names that an enum has when nobody named it.
var serverEnums = []string{"Enum8", "Enum16", "Enum"}

// pascalMember is a name for a member whose own is no identifier.
func pascalMember(name string) string {
	return identifier(strings.TrimPrefix(pascal("m "+name), "M"), "M")
}
