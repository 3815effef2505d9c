package codegen

import (
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// columnType is the type of a column with everything that Annotated carries.
func (py *python) columnType(c *inframap.Column, name string) string {
	var metadata []string
	if c.LowCardinality() {
		metadata = append(metadata, `"LowCardinality"`)
	}
	t := ""
	if f, err := c.SimpleAggregate(); err == nil && f != nil {
		t = py.use("simple_aggregated") + "(" + pythonString(f.FunctionName) + ", " + py.typeOf(&f.ArgumentType, name) + ")"
	}
	if f, err := c.Aggregate(); err == nil && f != nil {
		arguments := ""
		for i := range f.ArgumentTypes {
			arguments += py.typeOf(&f.ArgumentTypes[i], name) + ", "
		}
		metadata = append(metadata, py.use("AggregateFunction")+"(agg_func="+pythonString(f.FunctionName)+", param_types=("+strings.TrimSuffix(arguments, " ")+"))")
	}
	for _, a := range []struct {
		name  string
		value *string
	}{
		{"clickhouse_default", c.Default},
		{"ClickHouseMaterialized", c.Materialized},
		{"ClickHouseAlias", c.Alias},
		{"ClickHouseTTL", c.TTL},
		{"ClickHouseCodec", c.Codec},
	} {
		if text(a.value) != "" {
			metadata = append(metadata, py.use(a.name)+"("+pythonString(*a.value)+")")
		}
	}
	if t == "" {
		t = py.typeOf(&c.DataType, name)
	}
	if decimal := sizedType.FindStringSubmatch(c.DataType.Simple); decimal != nil && decimal[1] == "Decimal" && c.Required && !c.PrimaryKey &&
		len(metadata) == 0 && !hasAnnotation(c, inframap.AnnotationSimpleAggregate) {
		t = py.use("clickhouse_decimal") + "(" + decimal[2] + ", " + decimal[3] + ")"
	}
	if !c.Required {
		t = py.module("typing", "Optional") + "[" + t + "]"
	}
	if len(metadata) > 0 {
		t = py.annotated(t, metadata...)
	}
	if c.PrimaryKey {
		t = py.use("Key") + "[" + t + "]"
	}
	return t
}

func (py *python) annotated(t string, metadata ...string) string {
	if strings.HasPrefix(t, "Annotated[") {
		return strings.TrimSuffix(t, "]") + ", " + strings.Join(metadata, ", ") + "]"
	}
	return py.module("typing", "Annotated") + "[" + t + ", " + strings.Join(metadata, ", ") + "]"
}

// typeOf writes a type; name is for the class that it may need.
func (py *python) typeOf(t *inframap.ColumnType, name string) string {
	switch {
	case t.Enum != nil:
		return py.enum(t.Enum, name)
	case t.Array != nil:
		element := py.typeOf(&t.Array.Element, name)
		if t.Array.ElementNullable {
			element = py.module("typing", "Optional") + "[" + element + "]"
		}
		return "list[" + element + "]"
	case t.Tuple != nil:
		return py.annotated(py.define(name, fieldColumns(t.Tuple.Fields), ""), `"ClickHouseNamedTuple"`)
	case t.Map != nil:
		return "dict[" + py.typeOf(&t.Map.Key, name+"Key") + ", " + py.typeOf(&t.Map.Value, name+"Value") + "]"
	case t.Nested != nil:
		return py.define(name, t.Nested.Columns, "")
	case t.JSON != nil:
		return py.json(t.JSON, name)
	}
	return py.simple(t.Simple)
}

// define writes the class of a Nested, Tuple or JSON type and returns its name.
func (py *python) define(name string, columns []inframap.Column, config string) string {
	name = py.names.take(name)
	body := py.body(columns, name)
	py.line("class %s(%s):\n%s%s\n", name, py.module("pydantic", "BaseModel"), config, body)
	return name
}

func fieldColumns(fields []inframap.TupleField) []inframap.Column {
	out := make([]inframap.Column, len(fields))
	for i, f := range fields {
		out[i] = inframap.Column{Name: f.Name, DataType: f.Type, Required: true}
	}
	return out
}

func (py *python) json(j *inframap.JSONType, name string) string {
	var options []string
	number := func(option string, n *uint64) {
		if n != nil {
			options = append(options, option+"="+strconv.FormatUint(*n, 10))
		}
	}
	list := func(option string, values []string) {
		if len(values) > 0 {
			options = append(options, option+"=tuple("+pythonSyntax.texts(values)+")")
		}
	}
	number("max_dynamic_paths", j.MaxDynamicPaths)
	number("max_dynamic_types", j.MaxDynamicTypes)
	list("skip_paths", j.SkipPaths)
	list("skip_regexps", j.SkipRegexps)
	base := "dict[str, " + py.module("typing", "Any") + "]"
	if len(j.TypedPaths) > 0 {
		config := "    model_config = " + py.module("pydantic", "ConfigDict") + "(extra=\"allow\")\n\n"
		base = py.define(name, fieldColumns(j.TypedPaths), config)
	} else if len(options) == 0 {
		return base
	}
	return py.annotated(base, py.use("ClickHouseJson")+"("+strings.Join(options, ", ")+")")
}

// pythonTypes are the types that Python itself has.
var pythonTypes = map[string][2]string{
	"String": {"", "str"}, "Boolean": {"", "bool"}, "Float64": {"", "float"}, "UUID": {"uuid", "UUID"}, "Date": {"datetime", "date"},
	"DateTime": {"datetime", "datetime"},
}

func (py *python) simple(t string) string {
	if known, ok := pythonTypes[t]; ok {
		if known[0] == "" {
			return known[1]
		}
		return py.module(known[0], known[1])
	}
	switch {
	case t == "IPv4", t == "IPv6":
		if py.from["ipaddress"] == nil {
			py.from["ipaddress"] = map[string]bool{}
		}
		return "ipaddress." + t + "Address"
	case t == "Date16":
		return py.annotated(py.module("datetime", "date"), py.use("ClickhouseSize")+"(2)")
	case wideIntegers[t]:
		return py.annotated("int", pythonString(strings.ToLower(t)))
	}
	sized := sizedType.FindStringSubmatch(t)
	switch {
	case sized == nil:
		return py.use(t)
	case sized[1] == "DateTime":
		return py.use("clickhouse_datetime64") + "(" + sized[2] + ")"
	case sized[1] == "Decimal":
		// clickhouse_decimal is not seen inside another type; the metadata of a field is.
		return py.annotated(py.module("decimal", "Decimal"), "*"+py.module("pydantic", "Field")+"(max_digits="+sized[2]+", decimal_places="+sized[3]+").metadata")
	}
	return py.annotated("str", py.use("FixedString")+"("+sized[2]+")")
}
