package fidelity

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// place is where the objects of one case are made: two databases, the second one
// empty until a case uses it, and a name that no other case has.
type place struct {
	db, second, name string
}

// fill puts the names into SQL: {db}, {second} and {t}, the name of the case.
func (p place) fill(sql string) string {
	return strings.NewReplacer("{db}", p.db, "{second}", p.second, "{t}", p.name).Replace(sql)
}

// table is the declaration that every case starts from: a key, a time and a number.
func (p place) table() *inframap.Table {
	t := &inframap.Table{
		Name: p.name, Engine: inframap.Engine{Name: "MergeTree"}, OrderBy: inframap.OrderByColumns("id"), LifeCycle: inframap.FullyManaged,
		SourcePrimitive: inframap.Primitive{Name: p.name, Type: "DataModel"}, TableSettings: map[string]string{},
	}
	for _, c := range [][2]string{{"id", "String"}, {"at", "DateTime"}, {"n", "UInt32"}} {
		t.Columns = append(t.Columns, column(c[0], c[1]))
	}
	return t
}

// fillTable puts the names into a declared table.
func (p place) fillTable(t *inframap.Table) {
	t.Name = p.fill(t.Name)
	if t.Database != nil {
		t.Database = ptr(p.fill(*t.Database))
	}
	for k, v := range t.Engine.Params {
		t.Engine.Params[k] = jsontext.Value(p.fill(string(v)))
	}
	for k, v := range t.TableSettings {
		t.TableSettings[k] = p.fill(v)
	}
}

// column reads a column from Moose's JSON: the type, a plain name or an object, and
// more members of the column. It is required when these do not say otherwise.
func column(name, typ string, more ...string) inframap.Column {
	members := strings.Join(more, ",")
	if !strings.Contains(members, `"required":`) {
		members = strings.TrimPrefix(members+`,"required":true`, ",")
	}
	members += `,"data_type":` + quote(typ)
	c := inframap.Column{Name: name}
	if err := json.Unmarshal([]byte("{"+members+"}"), &c); err != nil {
		panic(typ + ": " + err.Error())
	}
	if c.Annotations == nil {
		c.Annotations = []inframap.Annotation{}
	}
	return c
}

// engine makes an engine with its arguments by Moose's names, from JSON.
func engine(name, params string) inframap.Engine {
	e := inframap.NewEngine(name)
	if params == "" {
		return e
	}
	var members map[string]any
	if err := json.Unmarshal([]byte(params), &members); err != nil {
		panic(params + ": " + err.Error())
	}
	for k, v := range members {
		if err := e.Set(k, v); err != nil {
			panic(params + ": " + err.Error())
		}
	}
	return e
}

// anotherDatabase is an empty database beside d, on the same connection.
func (d *database) another() string {
	d.t.Helper()
	return testparts.Database(d.t, testparts.ClickHouse(d.t))
}

// compare plans over the databases of a corpus.
func (d *database) compare(second string, in planner.Input) *planner.Outcome {
	d.t.Helper()
	in.Databases = append(in.Databases, second)
	out, err := planner.Make(d.t.Context(), d.client, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// clauseOf is a part of a table's CREATE statement as the server formats it: the
// definition of column c or, after ENGINE, the clause of that keyword.
func clauseOf(create, keyword string) string {
	open := strings.Index(create, "(")
	end := strings.LastIndex(create, ") ENGINE")
	if open < 0 || end < 0 {
		return ""
	}
	for _, element := range sqltext.SplitTop(create[open+1 : end]) {
		if strings.HasPrefix(element, keyword) {
			return element
		}
	}
	for _, c := range sqltext.Clauses(create[end+2:], "ENGINE", "PARTITION BY", "PRIMARY KEY", "ORDER BY", "SAMPLE BY", "TTL", "SETTINGS", "COMMENT") {
		if c.Keyword == keyword {
			return strings.TrimSpace(strings.TrimPrefix(c.Text, "="))
		}
	}
	return ""
}

// creates are the CREATE statements of all objects of the databases, by name.
func (d *database) creates(t testing.TB, databases ...string) map[string]string {
	t.Helper()
	list := make([]string, len(databases))
	for i, db := range databases {
		list[i] = sqltext.String(db)
	}
	rows, err := d.client.Conn().Query(t.Context(), "SELECT name, create_table_query FROM system.tables WHERE database IN ("+strings.Join(list, ", ")+")")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for rows.Next() {
		var name, sql string
		if err := rows.Scan(&name, &sql); err != nil {
			t.Fatal(err)
		}
		out[name] = sql
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// quote makes JSON of a type: a plain name is quoted, an object stays.
func quote(typ string) string {
	if strings.HasPrefix(typ, "{") {
		return typ
	}
	raw, err := json.Marshal(typ)
	if err != nil {
		panic(err)
	}
	return string(raw)
}
