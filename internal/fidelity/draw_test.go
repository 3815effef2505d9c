package fidelity

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// drawer draws random schemas; the same seed draws the same ones.
type drawer struct {
	r *rand.Rand
	// prefix starts the name of every object, so that cases can share a database.
	prefix string
	n      int
}

func newDrawer(seed uint64, prefix string) *drawer {
	return &drawer{r: rand.New(rand.NewPCG(seed, 0x6d6f6f7365)), prefix: prefix}
}

func pick[T any](d *drawer, list ...T) T { return list[d.r.IntN(len(list))] }

func (d *drawer) chance(percent int) bool { return d.r.IntN(100) < percent }

func (d *drawer) name(kind string) string {
	d.n++
	if d.chance(5) {
		return fmt.Sprintf("%s %d'`\\é", kind, d.n)
	}
	return fmt.Sprintf("%s%d", kind, d.n)
}

func ptr[T any](v T) *T { return &v }

func simple(name string) inframap.ColumnType { return inframap.SimpleType(name) }

// keyTypes can be in a sorting key; the number says how to default them.
var keyTypes = []string{"String", "UInt64", "Int32", "UInt8", "DateTime", "Date16", "UUID", "FixedString(8)", "DateTime(3)", "Int256", "Decimal(10, 2)", "Boolean", "IPv4"}

var simpleTypes = append([]string{
	"Int8", "Int16", "Int64", "Int128", "UInt16", "UInt32", "UInt128", "UInt256", "Float32", "Float64", "Date",
	"DateTime(0)", "DateTime(6)", "DateTime(9)", "IPv6", "Decimal(38, 10)", "Decimal(76, 20)", "Decimal(9, 9)", "FixedString(1)",
}, keyTypes...)

// neverNullable cannot stand inside Nullable.
var otherTypes = []string{"Point", "Ring", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}

// opaqueTypes are those that Moose has no name for.
var opaqueTypes = []string{
	"DateTime('Europe/Berlin')", "DateTime64(3, 'Asia/Tokyo')", "Dynamic", "Dynamic(max_types=5)", "Variant(Int64, String)",
	"Tuple(Int8, String)", "Tuple(Array(Tuple(UInt8, Nullable(String))), Int64)", "Time", "Time64(3)", "BFloat16",
	"Array(LowCardinality(String))", "Map(LowCardinality(String), Array(Nullable(Int8)))", "LowCardinality(FixedString(4))",
	"Nullable(Enum8('x' = -1, 'y' = 3))", "LowCardinality(Nullable(String))", "AggregateFunction(quantiles(0.5, 0.9), Float64)",
	"SimpleAggregateFunction(groupArrayArray, Array(String))", "Array(Array(Nullable(DateTime('UTC'))))", "Nullable(Time)",
}

// columnType draws a type; nested ones get simpler with depth.
func (d *drawer) columnType(depth int) inframap.ColumnType {
	if depth <= 0 || d.chance(55) {
		return simple(pick(d, simpleTypes...))
	}
	switch d.r.IntN(9) {
	case 0, 1:
		e := d.columnType(depth - 1)
		return inframap.ColumnType{Array: &inframap.ArrayType{Element: e, ElementNullable: e.Simple != "" && isSimple(e.Simple) && d.chance(40)}}
	case 2:
		return inframap.ColumnType{Map: &inframap.MapType{Key: simple(pick(d, "String", "Int32", "UUID", "Date16")), Value: d.fieldType(depth - 1)}}
	case 3:
		t := &inframap.TupleType{}
		for i := range 1 + d.r.IntN(3) {
			t.Fields = append(t.Fields, inframap.TupleField{Name: fmt.Sprintf("f%d", i), Type: d.fieldType(depth - 1)})
		}
		return inframap.ColumnType{Tuple: t}
	case 4:
		n := &inframap.NestedType{Name: "N"}
		for i := range 1 + d.r.IntN(3) {
			c := inframap.Column{Name: fmt.Sprintf("n%d", i), DataType: d.columnType(depth - 1), Required: true, Annotations: []inframap.Annotation{}}
			if isSimple(c.DataType.Simple) {
				c.Required = d.chance(70)
			}
			n.Columns = append(n.Columns, c)
		}
		return inframap.ColumnType{Nested: n}
	case 5:
		j := &inframap.JSONType{}
		if d.chance(50) {
			j.MaxDynamicPaths = ptr(uint64(pick(d, 8, 256)))
		}
		if d.chance(30) {
			j.MaxDynamicTypes = ptr(uint64(pick(d, 4, 16)))
		}
		if d.chance(50) {
			j.TypedPaths = append(j.TypedPaths, inframap.TupleField{Name: "a.b", Type: simple(pick(d, "String", "Int64", "DateTime"))})
		}
		if d.chance(30) {
			j.SkipPaths = append(j.SkipPaths, "skip.me")
		}
		if d.chance(30) {
			j.SkipRegexps = append(j.SkipRegexps, "^tmp_")
		}
		return inframap.ColumnType{JSON: j}
	case 6:
		return d.enum()
	case 7:
		return simple(pick(d, otherTypes...))
	}
	return simple(pick(d, opaqueTypes...))
}

// fieldType is a type inside another, where Nullable is part of the type.
func (d *drawer) fieldType(depth int) inframap.ColumnType {
	t := d.columnType(depth)
	if isSimple(t.Simple) && d.chance(30) {
		return inframap.ColumnType{Nullable: &t}
	}
	return t
}

func isSimple(name string) bool {
	for _, s := range simpleTypes {
		if s == name {
			return true
		}
	}
	return false
}

func (d *drawer) enum() inframap.ColumnType {
	e := &inframap.EnumType{Name: "Status"}
	ints := d.chance(50)
	for i := range 1 + d.r.IntN(4) {
		m := inframap.EnumMember{Name: fmt.Sprintf("M%d", i)}
		if ints {
			m.Value.Int = ptr(int64(i*pick(d, 1, 100) + i))
		} else {
			m.Value.String = ptr(fmt.Sprintf("m'%d", i))
		}
		e.Values = append(e.Values, m)
	}
	return inframap.ColumnType{Enum: e}
}

// column draws a column that is in no key.
func (d *drawer) column() inframap.Column {
	c := inframap.Column{Name: d.name("c"), DataType: d.columnType(2), Required: true, Annotations: []inframap.Annotation{}}
	d.decorate(&c)
	return c
}

// decorate gives a column everything that does not depend on its name.
func (d *drawer) decorate(c *inframap.Column) {
	c.Annotations = []inframap.Annotation{}
	c.Default, c.Materialized, c.Alias, c.Codec, c.TTL, c.Comment = nil, nil, nil, nil, nil, nil
	plain := isSimple(c.DataType.Simple)
	c.Required = !plain || d.chance(65)
	switch {
	case c.DataType.Simple == "String" && d.chance(25):
		c.Annotations = append(c.Annotations, annotation(inframap.AnnotationLowCardinality, true))
	case plain && d.chance(5):
		function, types := pick(d, "uniq", "any", "argMax"), []string{c.DataType.Simple}
		if function == "argMax" {
			types = append(types, "UInt64")
		}
		c.Required = true
		c.Annotations = append(c.Annotations, annotation(inframap.AnnotationAggregate, map[string]any{"functionName": function, "argumentTypes": types}))
	case c.DataType.Simple == "UInt64" && d.chance(20):
		c.Annotations = append(c.Annotations, annotation(inframap.AnnotationSimpleAggregate, map[string]any{"functionName": pick(d, "sum", "max"), "argumentType": "UInt64"}))
	}
	if len(c.Annotations) == 0 || c.LowCardinality() {
		d.defaults(c)
	}
	if d.chance(15) {
		c.Comment = ptr(pick(d, "plain", "it's", "line\nbreak", `back\slash`, "ünïcode ✓", "[brackets] {\"json\":1}"))
	}
	if d.chance(15) && c.Alias == nil && !c.LowCardinality() {
		c.Codec = ptr(d.codec(c))
	}
	if d.chance(8) && c.Alias == nil {
		c.TTL = ptr(pick(d, "at + INTERVAL 30 DAY", "at + toIntervalMonth(2)", "at + INTERVAL 1 WEEK"))
	}
}

func annotation(name string, value any) inframap.Annotation {
	a, err := inframap.NewAnnotation(name, value)
	if err != nil {
		panic(err)
	}
	return a
}

func (d *drawer) defaults(c *inframap.Column) {
	if !d.chance(25) {
		return
	}
	var expr string
	switch t := c.DataType.Simple; {
	case t == "String":
		expr = pick(d, "'x'", "concat('a', id)", "upper(id)", "''", `'it\'s'`)
	case strings.HasPrefix(t, "Int"), strings.HasPrefix(t, "UInt"), strings.HasPrefix(t, "Float"):
		expr = pick(d, "1", "1 + 1", "length(id)", "if(id = '', 0, 1)", "CAST(3, 'UInt8')", "1=1")
	case strings.HasPrefix(t, "Decimal(10"):
		expr = pick(d, "0", "0.5", "toDecimal64(0.1, 2)")
	case t == "DateTime":
		expr = pick(d, "now()", "NOW()", "toStartOfHour(at)", "at + INTERVAL 1 HOUR")
	case t == "UUID":
		expr = "generateUUIDv4()"
	case c.DataType.Array != nil:
		expr = "[]"
	default:
		return
	}
	switch d.r.IntN(4) {
	case 0:
		c.Materialized = &expr
	case 1:
		c.Alias = &expr
	default:
		c.Default = &expr
	}
}

func (d *drawer) codec(c *inframap.Column) string {
	general := pick(d, "ZSTD", "ZSTD(3)", "LZ4", "LZ4HC(9)", "NONE", "LZ4HC")
	t := c.DataType.Simple
	if len(c.Annotations) > 0 {
		return general
	}
	switch {
	case t == "UInt64", t == "Int32", t == "DateTime", t == "Int16":
		return pick(d, general, "Delta, "+general, "DoubleDelta", "T64, ZSTD(1)", "Delta(4), LZ4", "GCD, LZ4")
	case strings.HasPrefix(t, "Float"):
		return pick(d, general, "Gorilla", "FPC(12), LZ4")
	}
	return general
}
