package migrate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// resource is a SQL resource; DB in its statements is the bench's database.
func resource(b *bench, name string, setup, teardown []string) *inframap.SQLResource {
	fill := func(in []string) []string {
		out := []string{}
		for _, sql := range in {
			out = append(out, strings.ReplaceAll(sql, "DB", b.db))
		}
		return out
	}
	return &inframap.SQLResource{Name: name, Setup: fill(setup), Teardown: fill(teardown), PullsDataFrom: []inframap.Signature{}, PushesDataTo: []inframap.Signature{}}
}

func withResources(b *bench, resources ...*inframap.SQLResource) *inframap.Map {
	m := withDictionaries(b)
	for _, r := range resources {
		m.SQLResources[r.Name] = r
	}
	return m
}

// recognised are resources with the same object made by hand in another spelling,
// and with another object of its name.
var recognised = map[string]struct {
	setup, teardown, same, other, drop string
}{
	"function": {
		"CREATE FUNCTION IF NOT EXISTS DB_f AS (x) -> x*2+LENGTH('a')", "DROP FUNCTION IF EXISTS DB_f",
		"CREATE OR REPLACE FUNCTION DB_f AS x -> ((x * 2) + length('a'))", "CREATE OR REPLACE FUNCTION DB_f AS x -> x * 3", "DROP FUNCTION DB_f",
	},
	"view": {
		"create view if not exists v as select id, name from DB.Products where id>1", "DROP VIEW IF EXISTS DB.v",
		"CREATE OR REPLACE VIEW DB.v AS SELECT id, name FROM DB.Products WHERE id > 1", "CREATE OR REPLACE VIEW DB.v AS SELECT id FROM DB.Products", "DROP VIEW DB.v",
	},
	"dictionary": {
		"CREATE DICTIONARY IF NOT EXISTS DB.d (id UInt64, name String) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products' db 'DB')) LAYOUT(FLAT()) LIFETIME(10)", "DROP DICTIONARY IF EXISTS DB.d",
		"CREATE OR REPLACE DICTIONARY DB.d (id UInt64, name TEXT) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE Products)) LAYOUT(FLAT()) LIFETIME(MIN 0 MAX 10)",
		"CREATE OR REPLACE DICTIONARY DB.d (id UInt64, name String) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(FLAT()) LIFETIME(11)", "DROP DICTIONARY DB.d",
	},
	"materialized view": {
		"CREATE MATERIALIZED VIEW IF NOT EXISTS DB.mv TO DB.Copy AS SELECT id FROM DB.Products", "DROP VIEW IF EXISTS DB.mv",
		"CREATE MATERIALIZED VIEW DB.mv TO DB.Copy AS SELECT id FROM DB.Products", "CREATE MATERIALIZED VIEW DB.mv TO DB.Copy AS SELECT parent AS id FROM DB.Products", "DROP VIEW DB.mv",
	},
}

func TestSQLResourcesAreRecognised(t *testing.T) {
	for name, c := range recognised {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			run := func(sql string) { b.exec(strings.ReplaceAll(sql, "DB", b.db)) }
			m := withResources(b, resource(b, "R", []string{c.setup}, []string{c.teardown}))
			m.Tables["Copy"] = plainTable("Copy", "id")
			without := withDictionaries(b)
			without.Tables["Copy"] = m.Tables["Copy"]
			b.to(without)

			// (a) never recorded, but there: adopted.
			run(c.same)
			out := b.plan(m)
			if len(out.Operations) > 0 || len(out.Result.Changes) > 0 || len(out.Status.Adopted) != 1 || len(out.Status.Unmanaged) > 0 {
				t.Fatalf("operations %s, adopted %v, unmanaged %v", described(out.Operations), out.Status.Adopted, out.Status.Unmanaged)
			}
			b.to(m)

			// (b) recorded, and gone: set up again.
			run(c.drop)
			out = b.plan(m)
			if len(out.Status.Drift) != 1 || described(out.Operations) != "Running setup SQL for resource R" {
				t.Fatalf("drift %+v, operations %s", out.Status.Drift, described(out.Operations))
			}
			b.to(m)

			// (c) recorded, and another one: torn down and set up again.
			run(c.drop)
			run(c.other)
			out = b.plan(m)
			if len(out.Status.Drift) != 1 || len(out.Status.Drift[0].Why) == 0 || described(out.Operations) != "Running teardown SQL for resource R; Running setup SQL for resource R" {
				t.Fatalf("drift %+v, operations %s", out.Status.Drift, described(out.Operations))
			}
			if why := out.Status.Drift[0].Why[0]; why.Before == why.After || why.Before == "" || why.After == "" {
				t.Errorf("drift says %+v", why)
			}
			b.to(m)

			// Never recorded, and another one.
			run(c.drop)
			b.to(without)
			run(c.other)
			b.to(m)
			if got := described(b.to(without).Operations); got != "Running teardown SQL for resource R" {
				t.Errorf("operations %s", got)
			}
		})
	}
}

// (d) What cannot be looked up stays as the record says.
func TestSQLResourcesThatCannotBeLookedUp(t *testing.T) {
	b := newBench(t, nil)
	m := withResources(b,
		resource(b, "Insert", []string{"INSERT INTO DB.Products (id, parent, name, price) VALUES (1, 1, 'a', 1)"}, nil),
		resource(b, "System", []string{"SYSTEM FLUSH LOGS"}, nil),
		resource(b, "Mixed", []string{"CREATE TABLE IF NOT EXISTS DB.Mixed (id UInt8) ENGINE = Memory", "ALTER TABLE DB.Mixed COMMENT COLUMN id 'x'"}, []string{"DROP TABLE IF EXISTS DB.Mixed"}),
		resource(b, "Passing", []string{"CREATE TABLE DB.Passing (id UInt8) ENGINE = Memory", "DROP TABLE DB.Passing"}, nil),
	)
	if got := described(b.to(m).Operations); strings.Count(got, "setup SQL") != 4 {
		t.Errorf("operations %s", got)
	}
	// A statement that someone else changed afterwards is no difference as long as its object is there.
	b.exec("ALTER TABLE " + b.db + ".Mixed ADD COLUMN b UInt8")
	b.mustBeEmpty(m)
	b.exec("DROP TABLE " + b.db + ".Mixed")
	if got := described(b.to(m).Operations); got != "Running setup SQL for resource Mixed" {
		t.Errorf("operations %s", got)
	}
	if got := b.one("SELECT toString(count()) FROM " + b.db + ".Products"); got != "1" {
		t.Errorf("the INSERT ran %s times", got)
	}
}

func TestASQLResourceDoesNotDropATableThatIsNotItsOwn(t *testing.T) {
	b := newBench(t, nil)
	b.to(withDictionaries(b))
	b.exec("CREATE TABLE " + b.db + ".Own (id UInt8, more String) ENGINE = MergeTree ORDER BY id")
	m := withResources(b, resource(b, "R", []string{"CREATE TABLE IF NOT EXISTS DB.Own (id UInt8) ENGINE = MergeTree ORDER BY id"}, []string{"DROP TABLE IF EXISTS DB.Own"}))
	out := b.plan(m)
	if len(out.Result.Invalid) != 1 || !strings.Contains(out.Result.Invalid[0], "it is not dropped") {
		t.Errorf("invalid %q", out.Result.Invalid)
	}
	b.exec("ALTER TABLE " + b.db + ".Own DROP COLUMN more")
	if out = b.to(m); len(out.Operations) > 0 || len(out.Status.Adopted) != 1 {
		t.Errorf("operations %s, adopted %v", described(out.Operations), out.Status.Adopted)
	}
	b.mustBeEmpty(m)
}

func TestACredentialOfASQLResourceIsNoDifference(t *testing.T) {
	b := newBench(t, nil)
	m := func(secret string) *inframap.Map {
		return withResources(b, resource(b, "R", []string{
			"CREATE DICTIONARY IF NOT EXISTS DB.d (id UInt64, name String) PRIMARY KEY id SOURCE(MYSQL(HOST 'h' PORT 3306 USER 'u' PASSWORD '" + secret + "' db 'd' TABLE 't')) LAYOUT(FLAT()) LIFETIME(10)",
			"CREATE TABLE IF NOT EXISTS DB.q (id UInt64) ENGINE = S3('https://bucket.s3.amazonaws.com/q.csv', 'AKIA" + secret + "', '" + secret + "', 'CSV')",
		}, []string{"DROP DICTIONARY IF EXISTS DB.d", "DROP TABLE IF EXISTS DB.q"}))
	}
	b.to(m("S3CRETVALUE"))
	b.mustBeEmpty(m("OTHERVALUE"))
	// Nothing was recorded: the same objects are adopted.
	out, err := planner.Make(t.Context(), b.client, planner.Input{Desired: m("OTHERVALUE")})
	if err != nil || len(out.Operations) > 0 {
		t.Errorf("operations %s: %v", described(out.Operations), err)
	}
	b.exec("CREATE OR REPLACE DICTIONARY " + b.db + ".d (id UInt64, name String) PRIMARY KEY id SOURCE(MYSQL(HOST 'h2' PORT 3306 USER 'u' PASSWORD 'S3CRETVALUE' db 'd' TABLE 't')) LAYOUT(FLAT()) LIFETIME(10)")
	drifted := b.plan(m("S3CRETVALUE"))
	if len(drifted.Status.Drift) != 1 || !slices.Equal(kinds(drifted.Operations), []plan.Kind{plan.RawSQL, plan.RawSQL}) {
		t.Errorf("drift %+v", drifted.Status.Drift)
	}
	b.to(m("S3CRETVALUE"))
}
