package codegen

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// keys declares the sorting key by columns where it can, and marks the columns of the
// primary key where that gives the same key: moose-lib takes them in the order of the table.
func (b *builder) keys(t *inframap.Table) {
	if t.OrderBy.IsExpression || slices.ContainsFunc(t.OrderBy.Columns, func(c string) bool { return !hasColumn(t, c) }) {
		t.OrderBy = inframap.OrderByExpression("(" + strings.Join(b.s.OrderBy, ", ") + ")")
	}
	if t.OrderBy.Empty() && t.Engine.IsMergeTree() {
		t.OrderBy = inframap.OrderByExpression("tuple()")
	}
	t.PrimaryKeyExpression = nil
	marks := b.keyMarks(t)
	for i := range t.Columns {
		t.Columns[i].PrimaryKey = slices.Contains(marks, t.Columns[i].Name)
	}
	if marks == nil && !slices.Equal(b.s.PrimaryKey, b.s.OrderBy) {
		key := "(" + strings.Join(b.s.PrimaryKey, ", ") + ")"
		t.PrimaryKeyExpression = &key
	}
}

// keyMarks are the columns of the primary key, nil when marking them cannot declare it.
func (b *builder) keyMarks(t *inframap.Table) []string {
	var marks []string
	at := -1
	for _, element := range b.s.PrimaryKey {
		name := sqltext.Unquote(element)
		i := slices.IndexFunc(t.Columns, func(c inframap.Column) bool { return c.Name == name })
		if i <= at || !canBeKey(&t.Columns[i]) {
			return nil
		}
		at = i
		marks = append(marks, name)
	}
	return marks
}

// canBeKey reports whether Key<T> takes the column: its type is a text, a number or a date.
func canBeKey(c *inframap.Column) bool {
	return c.Required && c.Alias == nil && c.DataType.Simple != "" && c.DataType.Simple != "Boolean" && !geometry[c.DataType.Simple] &&
		!hasAnnotation(c, inframap.AnnotationAggregate)
}

func hasAnnotation(c *inframap.Column, name string) bool {
	_, ok := c.Annotation(name)
	return ok
}
