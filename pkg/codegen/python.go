package codegen

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

var pythonSyntax = syntax{
	text: pythonString, variable: "moose_runtime_env",
	object: func(members []string) string { return "(" + strings.Join(members, ", ") + ")" },
	key:    func(name string) string { return name + "=" },
}

// python writes the classes of one file.
type python struct {
	*writer
	// from are the names used of other modules than moose-lib, by module.
	from  map[string]map[string]bool
	enums map[string]string
}

func writePython(w *writer, d *Declarations) (above string) {
	w.names = newNames(pythonReserved, pydanticReserved, pythonLibrary)
	py := &python{writer: w, from: map[string]map[string]bool{}, enums: map[string]string{}}
	for i, t := range d.Tables {
		if i > 0 {
			w.line("\n")
		}
		py.table(d, t)
	}
	w.leftOut(d)
	return py.above()
}

// above are the imports, those of Python itself first.
func (py *python) above() string {
	var b strings.Builder
	for _, standard := range []bool{true, false} {
		start := b.Len()
		modules := slices.Sorted(maps.Keys(py.from))
		for _, m := range modules {
			if (m != "pydantic") != standard {
				continue
			}
			if len(py.from[m]) == 0 {
				fmt.Fprintf(&b, "import %s\n", m)
				continue
			}
			fmt.Fprintf(&b, "from %s import %s\n", m, strings.Join(slices.Sorted(maps.Keys(py.from[m])), ", "))
		}
		if !standard && len(py.imports) > 0 {
			fmt.Fprintf(&b, "from moose_lib import %s\n", strings.Join(py.imported(), ", "))
		}
		if b.Len() > start {
			b.WriteString("\n")
		}
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

// module imports a name from a module and returns it.
func (py *python) module(module, name string) string {
	if py.from[module] == nil {
		py.from[module] = map[string]bool{}
	}
	py.from[module][name] = true
	return name
}

func (py *python) table(d *Declarations, t *Declared) {
	name, _ := declaredName(t.Map)
	model := py.names.take(typeName(name))
	variable := py.names.take(snake(name) + "_table")
	body := py.body(t.Map.Columns, pascal(name))
	py.notes(d.notesOf(t.Name))
	py.variables(d, t.Name)
	py.line("class %s(%s):\n%s\n", model, py.module("pydantic", "BaseModel"), body)
	py.line("%s = %s[%s](\n    %s,\n    %s(", variable, py.use("OlapTable"), model, pythonString(name), py.use("OlapConfig"))
	var arguments []string
	for _, m := range pythonSyntax.engineMembers(t.Map.Engine, py.writer) {
		arguments = append(arguments, pythonSyntax.member(m))
	}
	engine := py.use(t.Map.Engine.Name + "Engine")
	py.line("        engine=%s(%s),", engine, strings.Join(arguments, ", "))
	for _, m := range pythonSyntax.tableMembers(t.Map, py.writer) {
		py.line("        %s,", pythonSyntax.member(m))
	}
	py.line("    ),\n)")
}

// body are the fields of a class. Their types come first, since a field must not have
// the name of a type that a later field uses.
func (py *python) body(columns []inframap.Column, owner string) string {
	types := make([]string, len(columns))
	for i := range columns {
		types[i] = py.columnType(&columns[i], owner+pascal(columns[i].Name))
	}
	var b strings.Builder
	used := map[string]bool{}
	for _, c := range columns {
		used[c.Name] = true
	}
	for i, c := range columns {
		name, arguments := c.Name, []string{}
		if !c.Required {
			arguments = append(arguments, "default=None")
		}
		if !py.isFieldName(name) {
			if !plainName.MatchString(name) {
				name = fmt.Sprintf("column_%d", i+1)
			}
			for used[name] || py.names.used[name] {
				name += "_"
			}
			used[name] = true
			arguments = append(arguments, "alias="+pythonString(c.Name))
		}
		if comment := text(c.Comment); comment != "" {
			arguments = append(arguments, "description="+pythonString(comment))
		}
		fmt.Fprintf(&b, "    %s: %s%s\n", name, types[i], py.value(arguments))
	}
	return b.String()
}

func (py *python) value(arguments []string) string {
	switch {
	case len(arguments) == 0:
		return ""
	case len(arguments) == 1 && arguments[0] == "default=None":
		return " = None"
	}
	return " = " + py.module("pydantic", "Field") + "(" + strings.Join(arguments, ", ") + ")"
}

// isFieldName reports whether a column's name can be that of its field.
func (py *python) isFieldName(name string) bool {
	return plainName.MatchString(name) && !py.names.used[name] && !strings.HasPrefix(name, "model_")
}

func (py *python) enum(e *inframap.EnumType, fallback string) string {
	class, base := true, "IntEnum"
	var members, pairs []string
	used := newNames(pythonReserved, []string{"mro", "name", "value"})
	for _, m := range e.Values {
		if m.Value.String != nil {
			base = "Enum"
			name := m.Name
			if !plainName.MatchString(name) {
				name = pascalMember(name)
			}
			members = append(members, fmt.Sprintf("    %s = %s\n", used.take(name), pythonString(*m.Value.String)))
			continue
		}
		class = class && plainName.MatchString(m.Name) && !used.used[m.Name]
		members = append(members, fmt.Sprintf("    %s = %d\n", m.Name, *m.Value.Int))
		pairs = append(pairs, fmt.Sprintf("%s: %d", pythonString(m.Name), *m.Value.Int))
	}
	name := e.Name
	if !plainName.MatchString(name) || slices.Contains(serverEnums, name) {
		name = fallback
	}
	key := name + "\x00" + base + strings.Join(members, "")
	if have, ok := py.enums[key]; ok {
		return have
	}
	taken := py.names.take(name)
	py.enums[key] = taken
	switch {
	case base == "Enum":
		py.line("class %s(str, %s):\n%s\n", taken, py.module("enum", base), strings.Join(members, ""))
	case class:
		py.line("class %s(%s, %s):\n%s\n", taken, py.use("StringToEnumMixin"), py.module("enum", base), strings.Join(members, ""))
	default:
		py.line("%s = %s(%s, {%s})\n\n", taken, py.module("enum", base), pythonString(taken), strings.Join(pairs, ", "))
	}
	return taken
}
