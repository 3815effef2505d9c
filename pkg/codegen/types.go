package codegen

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// plainTypes are the types with a name only that both languages can declare.
var plainTypes = map[string]bool{
	"String": true, "Boolean": true, "UUID": true, "IPv4": true, "IPv6": true,
	"Int8": true, "Int16": true, "Int32": true, "Int64": true, "UInt8": true, "UInt16": true, "UInt32": true, "UInt64": true,
	"Float32": true, "Float64": true, "Date": true, "Date16": true, "DateTime": true,
	"Point": true, "Ring": true, "LineString": true, "MultiLineString": true, "Polygon": true, "MultiPolygon": true,
}

var wideIntegers = map[string]bool{"Int128": true, "Int256": true, "UInt128": true, "UInt256": true}

// sizedType is a type with numbers between its brackets.
var sizedType = regexp.MustCompile(`^(DateTime|Decimal|FixedString)\(([0-9]+)(?:, ([0-9]+))?\)$`)

// unsupported is a type that moose-lib cannot declare in the language.
func unsupported(sql string) error {
	return fmt.Errorf("moose-lib has no declaration for the type %s", sql)
}

// check reports why a type cannot be declared.
func (c ability) check(t *inframap.ColumnType) error {
	switch {
	case t.Enum != nil:
		return c.checkEnum(t)
	case t.Array != nil:
		return c.check(&t.Array.Element)
	case t.Nullable != nil:
		return fmt.Errorf("moose-lib has no declaration for a Nullable type there")
	case t.Tuple != nil:
		return c.checkFields(t.Tuple.Fields, c.nullableFields)
	case t.Map != nil:
		return c.checkMap(t.Map)
	case t.Nested != nil:
		return c.checkNested(t.Nested)
	case t.JSON != nil:
		for _, text := range append(append([]string{}, t.JSON.SkipPaths...), t.JSON.SkipRegexps...) {
			if !validText(text) {
				return fmt.Errorf("a path of the JSON type is no valid UTF-8")
			}
		}
		return c.checkFields(t.JSON.TypedPaths, false)
	case plainTypes[t.Simple], c.wideIntegers && wideIntegers[t.Simple], sizedType.MatchString(t.Simple):
		return nil
	}
	return unsupported(t.Simple)
}

func (c ability) checkFields(fields []inframap.TupleField, nullable bool) error {
	for i := range fields {
		f := &fields[i]
		t := &f.Type
		if nullable && t.Nullable != nil {
			t = t.Nullable
		}
		if why := c.fieldName(f.Name); why != "" {
			return fmt.Errorf("field %q: %s", f.Name, why)
		}
		if err := c.check(t); err != nil {
			return fmt.Errorf("field %q: %w", f.Name, err)
		}
	}
	return nil
}

func (c ability) checkMap(m *inframap.MapType) error {
	if err := c.check(&m.Key); err != nil {
		return fmt.Errorf("key of the map: %w", err)
	}
	if name, _, _ := strings.Cut(m.Key.Simple, "("); !c.anyMapKey && (name == "" || name == "DateTime" || name == "Boolean") {
		return fmt.Errorf("the key of a map can only be a text or a number in TypeScript")
	}
	if err := c.check(&m.Value); err != nil {
		return fmt.Errorf("value of the map: %w", err)
	}
	return nil
}

func (c ability) checkNested(n *inframap.NestedType) error {
	for i := range n.Columns {
		f := &n.Columns[i]
		if why := c.fieldName(f.Name); why != "" {
			return fmt.Errorf("field %q: %s", f.Name, why)
		}
		if err := c.check(&f.DataType); err != nil {
			return fmt.Errorf("field %q: %w", f.Name, err)
		}
	}
	return nil
}

// withoutZones puts the time zones that moose-lib can declare in the place of all
// others: UTC for DateTime, none for DateTime64. It reports whether the type changed.
func withoutZones(sql string) (string, bool) {
	tokens := sqltext.Tokens(sql)
	var out []sqltext.Token
	changed := false
	for i := 0; i < len(tokens); i++ {
		name := tokens[i].Text
		if tokens[i].Kind != sqltext.Word || name != "DateTime" && name != "DateTime64" || isFieldName(tokens, i) {
			out = append(out, tokens[i])
			continue
		}
		end := i + 1
		var args []string
		if end < len(tokens) && tokens[end].Kind == sqltext.Open {
			for end < len(tokens) && tokens[end].Kind != sqltext.Close {
				end++
			}
			args = sqltext.SplitTop(sqltext.Join(tokens[i+2 : end]))
			end++
		}
		now := "DateTime('UTC')"
		if name == "DateTime64" && len(args) > 0 {
			now = "DateTime64(" + args[0] + ")"
		}
		changed = changed || sqltext.Join(tokens[i:min(end, len(tokens))]) != now
		out = append(out, sqltext.Token{Kind: sqltext.Word, Text: now})
		i = end - 1
	}
	return sqltext.Join(out), changed
}

// isFieldName reports whether the word at i is the name of a field, which a type follows.
func isFieldName(tokens []sqltext.Token, i int) bool {
	return i+2 < len(tokens) && tokens[i+1].Kind == sqltext.Space && (tokens[i+2].Kind == sqltext.Word || tokens[i+2].Kind == sqltext.QuotedName)
}

// geometry are the types for which moose-lib has a name of its own in each language.
var geometry = map[string]bool{
	"Point": true, "Ring": true, "LineString": true, "MultiLineString": true, "Polygon": true, "MultiPolygon": true,
}
