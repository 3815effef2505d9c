package fidelity

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// silent is a declaration, and a statement that someone wrote differently but that
// means the same.
type silent interface {
	// line is the line of docs/support.md, "section/name".
	line() string
	// objects declares the case at a place and returns the statements by hand.
	objects(p place, m *inframap.Map) []string
	fmt.Stringer
}

// columnPair is a column c, declared and as it stands in a CREATE TABLE.
type columnPair struct {
	row string
	// typ and more are Moose's JSON, see column.
	typ, more string
	sql       string
}

func (c columnPair) line() string   { return c.row }
func (c columnPair) String() string { return c.sql }

func (c columnPair) objects(p place, m *inframap.Map) []string {
	t := p.table()
	var more []string
	if c.more != "" {
		more = append(more, p.fill(c.more))
	}
	t.Columns = append(t.Columns, column("c", c.typ, more...))
	m.Tables[t.ID(m.DefaultDatabase)] = t
	return []string{p.fill("CREATE TABLE {db}.{t} (id String, at DateTime('UTC'), n UInt32, c " + c.sql + ") ENGINE = MergeTree ORDER BY id")}
}

// tablePair is a table, declared by a change of the one that every case starts from,
// and what follows its name in a CREATE TABLE.
type tablePair struct {
	row string
	// form is the declaration in words, and clause the part of the server's statement that shows it, for the documentation.
	form, clause string
	declare      func(t *inframap.Table)
	sql          string
}

func (c tablePair) line() string   { return c.row }
func (c tablePair) String() string { return c.sql }

func (c tablePair) objects(p place, m *inframap.Map) []string {
	t := p.table()
	if c.declare != nil {
		c.declare(t)
	}
	p.fillTable(t)
	m.Tables[t.ID(m.DefaultDatabase)] = t
	var out []string
	for _, sql := range strings.Split(c.sql, ";\n") {
		if strings.HasPrefix(sql, "(") {
			sql = "CREATE TABLE {db}.`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(t.Name) + "` " + sql
		}
		out = append(out, p.fill(sql))
	}
	return out
}

// viewPair is the SQL of a view or, with a target, of a materialized view.
type viewPair struct {
	row string
	// target is a table of the first database, or after a dot of the one before it.
	target string
	// sql is the SQL by hand, or the whole statement.
	declared, sql string
	// name and database are the view's, "" for the case's own name and the first database.
	name, database string
}

func (c viewPair) line() string   { return c.row }
func (c viewPair) String() string { return c.sql }

func (c viewPair) objects(p place, m *inframap.Map) []string {
	name := p.name + c.name
	var database *string
	if c.database != "" {
		database = ptr(p.fill(c.database))
	}
	if c.target == "" {
		m.Views[name] = &inframap.View{Name: name, Database: database, SelectSQL: p.fill(c.declared)}
	} else {
		target := &inframap.MaterializedView{Name: name, Database: database, TargetTable: c.target, SelectSQL: p.fill(c.declared), LifeCycle: inframap.FullyManaged}
		if db, table, ok := strings.Cut(c.target, "."); ok {
			target.TargetDatabase, target.TargetTable = ptr(p.fill(db)), table
		}
		m.MaterializedViews[name] = target
	}
	if strings.HasPrefix(c.sql, "CREATE ") {
		return []string{p.fill(c.sql)}
	}
	if c.target != "" {
		return []string{p.fill("CREATE MATERIALIZED VIEW {db}.{t} TO {db}." + c.target + " AS " + c.sql)}
	}
	return []string{p.fill("CREATE VIEW {db}.{t} AS " + c.sql)}
}
