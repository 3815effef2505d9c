package codegen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/reverse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// builder works out one table.
type builder struct {
	d    *Declarations
	s    *schema.Table
	like *inframap.Table
	can  ability
}

func (b *builder) note(subject, text string) {
	b.d.Notes = append(b.d.Notes, Note{Table: b.s.Name, Subject: subject, Text: text})
}

// refuse notes that the whole table is not declared, and nothing else about it.
func (b *builder) refuse(text string) { b.d.Refuse(b.s.Name, text) }

// table is the declaration, nil when there is none.
func (b *builder) table() *inframap.Table {
	if !validText(b.s.Name.Object) || !validText(b.s.Name.Database) {
		b.refuse("its name is no valid UTF-8")
		return nil
	}
	t := reverse.Table(b.s, b.d.options.DefaultDatabase, b.like)
	t.EngineParamsHash, t.TableSettingsHash = nil, nil
	engine, err := b.engine()
	if err != nil {
		b.refuse(err.Error())
		return nil
	}
	t.Engine = engine
	t.Columns = nil
	for i := range b.s.Columns {
		if c, ok := b.column(&b.s.Columns[i]); ok {
			t.Columns = append(t.Columns, c)
		}
	}
	if len(t.Columns) == 0 {
		b.refuse("none of its columns can be declared")
		return nil
	}
	if missing := b.engineColumn(t); missing != "" {
		b.refuse(fmt.Sprintf("its engine needs the column %s, which cannot be declared", missing))
		return nil
	}
	b.keys(t)
	b.settings(t)
	b.rest(t)
	return t
}

// engineColumn is a column that the engine names and the declaration does not have.
func (b *builder) engineColumn(t *inframap.Table) string {
	for _, name := range []string{"ver", "is_deleted", "sign", "version"} {
		if column := t.Engine.String(name); t.Engine.IsMergeTree() && column != "" && !hasColumn(t, column) {
			return column
		}
	}
	return ""
}

func hasColumn(t *inframap.Table, name string) bool { return column(t, name) != nil }

func column(t *inframap.Table, name string) *inframap.Column {
	if i := slices.IndexFunc(t.Columns, func(c inframap.Column) bool { return c.Name == name }); i >= 0 {
		return &t.Columns[i]
	}
	return nil
}

// settings leaves out what Moose sets by itself and gives credentials by variables.
func (b *builder) settings(t *inframap.Table) {
	kept := map[string]string{}
	for _, name := range inframap.Keys(t.TableSettings) {
		value := t.TableSettings[name]
		switch {
		case t.Engine.IsMergeTree() && inframap.DefaultMergeTreeSettings[name] == value:
			continue
		case inframap.HidesValue(value):
			value = inframap.RuntimeEnvPrefix + b.variable(name, "setting "+name, b.declaredSetting(name))
		case !validText(name) || !validText(value):
			b.note("setting "+name, "its value is no valid UTF-8")
			continue
		}
		kept[name] = value
	}
	t.TableSettings = kept
}

func (b *builder) declaredSetting(name string) string {
	if b.like == nil {
		return ""
	}
	return b.like.TableSettings[name]
}

// rest declares constraints, and notes what cannot be declared.
func (b *builder) rest(t *inframap.Table) {
	t.Projections = nil
	for _, p := range b.s.Projections {
		if p.Body == "" || !validText(p.Name+p.Body) {
			b.note("projection "+p.Name, "moose-lib cannot declare it")
			continue
		}
		t.Projections = append(t.Projections, inframap.Projection{Name: p.Name, Body: p.Body})
	}
	t.Indexes = slices.DeleteFunc(t.Indexes, func(i inframap.Index) bool {
		bad := !validText(i.Name + i.Expression + i.Type + strings.Join(i.Arguments, ""))
		if bad {
			b.note("index "+i.Name, "it is no valid UTF-8")
		}
		return bad
	})
	t.Constraints = slices.DeleteFunc(t.Constraints, func(c inframap.Constraint) bool {
		bad := !validText(c.Name+c.Expression) || c.Type != "CHECK" && c.Type != "ASSUME"
		if bad {
			b.note("constraint "+c.Name, "moose-lib cannot declare it")
		}
		return bad
	})
	if b.s.Comment != "" {
		b.note("comment", "moose-lib cannot declare the comment of a table: "+b.s.Comment)
	}
	for _, e := range []struct {
		subject string
		expr    **string
	}{{"partition by", &t.PartitionBy}, {"sample by", &t.SampleBy}, {"TTL", &t.TTL}} {
		if *e.expr != nil && !validText(**e.expr) {
			b.note(e.subject, "it is no valid UTF-8")
			*e.expr = nil
		}
	}
}
