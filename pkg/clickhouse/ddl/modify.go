package ddl

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// modifyColumn writes the way from one definition of a column to another, over those
// between them that ClickHouse needs.
func (w writer) modifyColumn(op *plan.ModifyTableColumnOp) ([]string, error) {
	way, err := between(&op.Before, &op.After)
	if err != nil {
		return nil, err
	}
	var out []string
	from := &op.Before
	for _, to := range append(way, &op.After) {
		statements, err := w.modifyStep(op.OnTable, from, to)
		if err != nil {
			return nil, err
		}
		out, from = append(out, statements...), to
	}
	return out, nil
}

// between lists the definitions that a column has on its way: ClickHouse 26.7 does not
// turn a stored column into an ALIAS of another type (code 16) nor an ALIAS into a
// stored column of a type that it cannot be converted to, takes EPHEMERAL away only by
// another default, NULLs only with a default (code 36), and no NULLs together with
// digits of a Decimal (code 48).
func between(before, after *inframap.Column) ([]*inframap.Column, error) {
	was, _, err := DefaultOf(before)
	if err != nil {
		return nil, err
	}
	kind, _, err := DefaultOf(after)
	if err != nil {
		return nil, err
	}
	from, err := ColumnType(before)
	if err != nil {
		return nil, err
	}
	to, err := ColumnType(after)
	if err != nil {
		return nil, err
	}
	required := schema.Nullable(from) && !schema.Nullable(to)
	switch {
	case was == "ALIAS" && kind != "ALIAS" && from != to:
		return []*inframap.Column{computed(after, to)}, nil
	case was != "ALIAS" && kind == "ALIAS" && from != to:
		return []*inframap.Column{computed(before, from)}, nil
	case was == "ALIAS" || kind == "ALIAS":
		return nil, nil
	case was == "EPHEMERAL" && kind == "":
		return []*inframap.Column{filled(after, to)}, nil
	}
	var way []*inframap.Column
	if required && strings.Contains(from, "Decimal(") && strings.HasPrefix(to, "Decimal(") && !strings.Contains(from, to) {
		converted := *after
		converted.Required = false
		way = append(way, &converted)
	}
	if required && kind == "" {
		way = append(way, filled(after, to))
	}
	return way, nil
}

// zero is the expression of a type's default value.
func zero(typ string) *string {
	expr := "defaultValueOfTypeName(" + sqltext.String(typ) + ")"
	return &expr
}

// computed is a column as an ALIAS of its type's default.
func computed(c *inframap.Column, typ string) *inframap.Column {
	out := *c
	out.Default, out.Materialized, out.Ephemeral, out.Codec, out.TTL, out.Alias = nil, nil, nil, nil, nil, zero(typ)
	return &out
}

// filled is a column whose default is that of its type.
func filled(c *inframap.Column, typ string) *inframap.Column {
	out := *c
	out.Ephemeral, out.Default = nil, zero(typ)
	return &out
}

// modifyStep writes the removal of what the column no longer has, each as a statement
// of its own, and then the new definition. A change of the comment alone does not
// touch the type.
func (w writer) modifyStep(on plan.OnTable, before, after *inframap.Column) ([]string, error) {
	name := sqltext.Ident(after.Name)
	old, err := definitionWithout(before)
	if err != nil {
		return nil, err
	}
	bare, err := definitionWithout(after)
	if err != nil {
		return nil, err
	}
	definition, err := ColumnDefinition(after)
	if err != nil {
		return nil, err
	}
	comment := w.alter(on, fmt.Sprintf("COMMENT COLUMN IF EXISTS %s %s", name, sqltext.String(Comment(after))))
	if old == bare {
		if Comment(before) == Comment(after) {
			return []string{w.alter(on, "MODIFY COLUMN IF EXISTS "+definition)}, nil
		}
		return []string{comment}, nil
	}
	var out []string
	removed, left := withoutRemoved(before, after)
	for _, property := range removed {
		out = append(out, w.alter(on, "MODIFY COLUMN "+name+" REMOVE "+property))
	}
	if Comment(before) != "" && Comment(after) == "" {
		out = append(out, comment)
		left.Comment = nil
	}
	if now, err := ColumnDefinition(left); err == nil && now == definition {
		return out, nil
	}
	return append(out, w.alter(on, "MODIFY COLUMN IF EXISTS "+definition)), nil
}

// definitionWithout is a column's definition without its comment.
func definitionWithout(c *inframap.Column) (string, error) {
	definition, err := ColumnDefinition(c)
	return strings.ReplaceAll(definition, " COMMENT "+sqltext.String(Comment(c)), ""), err
}

// withoutRemoved lists the properties that the column no longer has, and returns the
// column as it is without them.
func withoutRemoved(before, after *inframap.Column) ([]string, *inframap.Column) {
	var removed []string
	left := *before
	kindBefore, _, _ := DefaultOf(before)
	kindAfter, _, _ := DefaultOf(after)
	if kindBefore != "" && kindBefore != "EPHEMERAL" && kindBefore != kindAfter {
		removed = append(removed, kindBefore)
		left.Default, left.Materialized, left.Alias = nil, nil, nil
	}
	if has(before.TTL) && !has(after.TTL) {
		removed, left.TTL = append(removed, "TTL"), nil
	}
	if has(before.Codec) && !has(after.Codec) {
		removed, left.Codec = append(removed, "CODEC"), nil
	}
	return removed, &left
}
