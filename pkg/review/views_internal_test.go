package review

import (
	"slices"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// subject knows the tables A, B and other.A.
func subject() *Subject {
	known := map[schema.Name]bool{{Database: "db", Object: "A"}: true, {Database: "db", Object: "B"}: true, {Database: "other", Object: "A"}: true}
	return &Subject{Outcome: &planner.Outcome{Result: &diff.Result{}, Desired: inframap.New("db"), Before: diff.Side{Known: known}}}
}

// TestTrigger finds the table whose inserts a materialized view sees.
func TestTrigger(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT id FROM A": "db.A",
		"SELECT id FROM db.A AS a JOIN B ON a.id = B.id":                       "db.A",
		"SELECT id FROM (SELECT id FROM B WHERE 1) AS x JOIN A ON x.id = A.id": "db.B",
		"WITH x AS (SELECT id FROM A) SELECT id FROM B JOIN x ON B.id = x.id":  "db.B",
		"WITH x AS (SELECT id FROM A) SELECT id FROM x":                        "db.A",
		"SELECT (SELECT max(id) FROM A) AS m, id FROM other.A":                 "other.A",
		"SELECT substring(s FROM 2) AS s FROM B":                               "db.B",
		"SELECT 1":                                                             "",
		"SELECT id FROM nowhere":                                               "",
	} {
		n, ok := subject().Trigger(&schema.View{Select: sql})
		if !ok {
			n = schema.Name{}
		}
		if n.String() != want {
			t.Errorf("%s: %s, want %s", sql, n, want)
		}
	}
}

// TestQueryOfWhatWillBe puts a changed table before a query as its types.
func TestQueryOfWhatWillBe(t *testing.T) {
	a, otherA := schema.Name{Database: "db", Object: "A"}, schema.Name{Database: "other", Object: "A"}
	column := func(name, typ, kind string) schema.Column {
		return schema.Column{Name: name, Type: typ, DefaultKind: kind}
	}
	after := schemaAfter{
		subject: subject(), views: map[schema.Name]ViewEdit{},
		before: map[schema.Name]*schema.Table{a: {Columns: []schema.Column{column("id", "Int8", "")}}, otherA: {Columns: []schema.Column{column("id", "Int8", "")}}},
		tables: map[schema.Name]*schema.Table{
			a:      {Columns: []schema.Column{column("id", "Int8", ""), column("m`", "Enum8('x' = 1)", "MATERIALIZED"), column("e", "Int8", "EPHEMERAL")}},
			otherA: {Columns: []schema.Column{column("id", "Int16", "")}},
		},
	}
	for sql, want := range map[string]string{
		"SELECT id FROM A":     "WITH `A` AS (SELECT materialize(defaultValueOfTypeName('Int8')) AS `id`) SELECT * FROM (SELECT id FROM A\n)",
		"SELECT `m\\`` FROM A": "WITH `A` AS (SELECT materialize(defaultValueOfTypeName('Int8')) AS `id`, materialize(defaultValueOfTypeName('Enum8(\\'x\\' = 1)')) AS `m\\``) SELECT * FROM (SELECT `m\\`` FROM A\n)",
		"SELECT A.id, other.A.id FROM db.A JOIN other.A ON 1": "WITH `A` AS (SELECT materialize(defaultValueOfTypeName('Int8')) AS `id`), `other.A` AS (SELECT materialize(defaultValueOfTypeName('Int16')) AS `id`) " +
			"SELECT * FROM (SELECT A.id, `other.A`.id FROM `A` JOIN `other.A` ON 1\n)",
		"SELECT id FROM B": "SELECT id FROM B",
	} {
		got, ok := after.query(&schema.View{Select: sql}, 0)
		if !ok || got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", sql, got, want)
		}
	}
	delete(after.tables, a)
	if got, ok := after.query(&schema.View{Select: "SELECT id FROM A"}, 0); ok {
		t.Errorf("a table that goes can be asked: %s", got)
	}
}

func TestParseStatement(t *testing.T) {
	for sql, want := range map[string][]string{
		"drop /* x */ table t -- all of it": {"DROP", "TABLE", "T"},
		"SELECT '--', `/* a`":               {"SELECT", "'--'", ",", "`/* a`"},
		"# note\nSELECT 1":                  {"SELECT", "1"},
		"":                                  nil,
	} {
		if got := ParseStatement(sql).Words; !slices.Equal(got, want) {
			t.Errorf("%q: %q", sql, got)
		}
	}
}

func FuzzParseStatement(f *testing.F) {
	f.Add("/* x */ DROP TABLE `a` -- b")
	f.Add("/*")
	f.Add("'")
	f.Fuzz(func(_ *testing.T, sql string) { ParseStatement(sql) })
}
