package contract

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Kind is in what way a field no longer fits.
type Kind int

// The kinds of differences. A field that comes and need not be there is none.
const (
	// Missing is a field that was there and goes.
	Missing Kind = iota
	// Demanded is a field that must be there from now on: a new one, or one that could be
	// left out.
	Demanded
	// Narrowed is a field whose type no longer takes every value.
	Narrowed
	// Optional is a field that was always there and can be left out.
	Optional
)

// Difference is one field that no longer fits.
type Difference struct {
	Kind Kind
	// Path is the field's name, with those of what it stands in: "address.city".
	Path string
	// Before and After are the types, empty where the field is missing.
	Before, After string
}

// String says what differs in the middle of a sentence.
func (d Difference) String() string {
	switch d.Kind {
	case Missing:
		return d.Path + " is gone"
	case Demanded:
		if d.Before == "" {
			return d.Path + " is new and must be there"
		}
		return d.Path + " must be there from now on"
	case Optional:
		return d.Path + " can be left out"
	}
	return fmt.Sprintf("%s is %s instead of %s", d.Path, d.After, d.Before)
}

// Text lists differences in a sentence.
func Text(list []Difference) string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = d.String()
	}
	return strings.Join(out, ", ")
}

// What are the differences for a fingerprint.
func What(list []Difference) []string {
	var out []string
	for _, d := range list {
		out = append(out, fmt.Sprint(d.Kind), d.Path, d.Before, d.After)
	}
	return out
}

// Fields are the differences between the fields of two messages that matter to whoever
// still sends or reads the old one, in the order of the old fields.
func Fields(before, after []inframap.Column) []Difference { return fields("", before, after) }

func fields(path string, before, after []inframap.Column) []Difference {
	var out []Difference
	now, old := byName(after), byName(before)
	for i := range before {
		b := &before[i]
		a := now[b.Name]
		at := path + b.Name
		switch {
		case a == nil:
			out = append(out, Difference{Kind: Missing, Path: at, Before: TypeText(&b.DataType)})
			continue
		case demanded(a) && !demanded(b):
			out = append(out, Difference{Kind: Demanded, Path: at, Before: TypeText(&b.DataType), After: TypeText(&a.DataType)})
		}
		inner, was := nestedOf(&a.DataType), nestedOf(&b.DataType)
		switch {
		case inner != nil && was != nil:
			out = append(out, fields(at+".", was.Columns, inner.Columns)...)
		case !Takes(&a.DataType, &b.DataType):
			out = append(out, Difference{Kind: Narrowed, Path: at, Before: TypeText(&b.DataType), After: TypeText(&a.DataType)})
		}
	}
	for i := range after {
		if a := &after[i]; old[a.Name] == nil && demanded(a) {
			out = append(out, Difference{Kind: Demanded, Path: path + a.Name, After: TypeText(&a.DataType)})
		}
	}
	return out
}

func byName(columns []inframap.Column) map[string]*inframap.Column {
	out := map[string]*inframap.Column{}
	for i := range columns {
		out[columns[i].Name] = &columns[i]
	}
	return out
}

// demanded reports whether Moose refuses a message without the field (framework-cli,
// utilities/validate_passthrough.rs). What a token says fills the fields of a JWT type.
func demanded(c *inframap.Column) bool {
	filled := c.Default != nil || c.Materialized != nil || c.Alias != nil
	return c.Required && !filled && (c.DataType.Nested == nil || !c.DataType.Nested.JWT)
}

// nestedOf is the structure that a field, or each element of a list, has.
func nestedOf(t *inframap.ColumnType) *inframap.NestedType {
	for t != nil {
		switch {
		case t.Nested != nil:
			return t.Nested
		case t.Array != nil:
			t = &t.Array.Element
		case t.Nullable != nil:
			t = t.Nullable
		default:
			return nil
		}
	}
	return nil
}

// Takes reports whether every value of a type, as it is written in JSON, is one of
// another type.
func Takes(to, from *inframap.ColumnType) bool {
	a, b := TypeText(to), TypeText(from)
	switch {
	case a == b:
		return true
	case to.Nullable != nil:
		inner := from
		if from.Nullable != nil {
			inner = from.Nullable
		}
		return Takes(to.Nullable, inner)
	case form(to) != form(from):
		return false
	case form(to) == "number" && strings.HasPrefix(a, "Float64"):
		return true
	case to.Enum != nil && from.Enum != nil:
		return members(to.Enum, from.Enum)
	}
	return chtype.Widens(b, a)
}

// members reports whether an enum has every member of another one.
func members(to, from *inframap.EnumType) bool {
	has := map[string]bool{}
	for _, m := range to.Values {
		has[memberText(m)] = true
	}
	for _, m := range from.Values {
		if !has[memberText(m)] {
			return false
		}
	}
	return true
}

// memberText is what stands in a message for a member: its value.
func memberText(m inframap.EnumMember) string {
	switch {
	case m.Value.String != nil:
		return "text " + *m.Value.String
	case m.Value.Int != nil:
		return fmt.Sprint(*m.Value.Int)
	}
	return "text " + m.Name
}

// form is how the values of a type are written in JSON.
func form(t *inframap.ColumnType) string {
	switch {
	case t.Array != nil:
		return "array"
	case t.Tuple != nil, t.Map != nil, t.Nested != nil, t.JSON != nil:
		return "object"
	case t.Nullable != nil:
		return form(t.Nullable)
	case t.Enum != nil:
		if len(t.Enum.Values) > 0 && t.Enum.Values[0].Value.Int != nil {
			return "number"
		}
		return "string"
	case strings.HasPrefix(t.Simple, "Bool"):
		return "boolean"
	}
	for _, prefix := range []string{"Int", "UInt", "Float", "Decimal", "BigInt"} {
		if strings.HasPrefix(t.Simple, prefix) {
			return "number"
		}
	}
	return "string"
}

// TypeText is a type as ClickHouse spells it; for one that it has no word for, as
// Moose does.
func TypeText(t *inframap.ColumnType) string {
	text, err := ddl.ColumnType(&inframap.Column{DataType: *t, Required: true})
	if err != nil {
		return t.Simple
	}
	return text
}
