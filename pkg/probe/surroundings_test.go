package probe_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// TestWhatSurroundsATable asks the real server for all that is around a table.
func TestWhatSurroundsATable(t *testing.T) {
	s := newServer(t)
	s.exec("CREATE TABLE Sales (id UInt32, n Int64) ENGINE = MergeTree ORDER BY id PARTITION BY id % 2 SETTINGS min_bytes_for_wide_part = '100M'",
		"SYSTEM STOP MERGES Sales", "INSERT INTO Sales SELECT number, number FROM numbers(10)", "INSERT INTO Sales VALUES (1, 1)",
		"CREATE TABLE `B``'b` (id UInt32) ENGINE = MergeTree ORDER BY id",
		"CREATE MATERIALIZED VIEW V TO `B``'b` AS SELECT id FROM Sales", "CREATE VIEW W AS SELECT 'Sales' AS a", "CREATE VIEW other AS SELECT 1 AS x",
		"ALTER TABLE Sales UPDATE n = 1 WHERE 1 SETTINGS mutations_sync = 0")
	a, b := s.name("Sales"), s.name("B`'b")
	f := s.gather(probe.Request{Tables: []schema.Name{a, b}, Limits: probe.DefaultLimits, Clusters: true})
	for name, err := range map[string]error{
		"views": f.Views.Err, "layouts": f.Layouts.Err, "disks": f.Disks.Err, "mutations": f.Mutations.Err, "speed": f.Speed.Err,
		"replicas": f.Replicas.Err, "clusters": f.Clusters.Err,
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if v := f.Views.Value[s.name("V")]; v == nil || v.Target != b || !v.Materialized || !strings.Contains(v.Select, "FROM "+s.db+".Sales") {
		t.Errorf("view %+v", v)
	}
	if f.Views.Value[s.name("W")] == nil || f.Views.Value[s.name("other")] != nil {
		t.Error("the views that name the tables are others")
	}
	l := f.Layouts.Value[a]
	if l.Compact != 3 || l.CompactRows != 11 || l.CompactBytes == 0 || l.InPartition != 2 || l.Delay == 0 || l.Throw < l.Delay {
		t.Errorf("layout %+v", l)
	}
	if age := l.Now.Sub(l.Inserted); age < 0 || age > 10*time.Minute {
		t.Errorf("inserted %s, now %s", l.Inserted, l.Now)
	}
	if _, ok := f.Layouts.Value[b]; ok {
		t.Error("a table without parts has a layout")
	}
	if d := f.Disks.Value[a]; d.Policy != "default" || d.Free == 0 || d.Largest > d.Free || d.Remote {
		t.Errorf("disk %+v", d)
	}
	if m := f.Mutations.Value[a]; len(m) != 1 || m[0].PartsToDo != 3 || !strings.Contains(m[0].Command, "UPDATE") || m[0].FailReason != "" {
		t.Errorf("mutations %+v", m)
	}
	if len(f.Replicas.Value) != 0 {
		t.Errorf("replicas %+v", f.Replicas.Value)
	}
}

// TestSpeedIsThatOfRealMutations rewrites 3 MB in some seconds.
func TestSpeedIsThatOfRealMutations(t *testing.T) {
	s := newServer(t)
	s.exec("CREATE TABLE A (id UInt32, n String) ENGINE = MergeTree ORDER BY id SETTINGS min_bytes_for_wide_part = '100M'",
		"INSERT INTO A SELECT number, randomPrintableASCII(1000000) FROM numbers(3)",
		"ALTER TABLE A UPDATE n = concat(n, toString(sleepEachRow(0.5))) WHERE 1 SETTINGS mutations_sync = 2")
	f := s.gather(probe.Request{Tables: []schema.Name{s.name("A")}, Limits: probe.DefaultLimits})
	v := f.Speed.Value
	// Other tests of the same server may have rewritten something, too.
	if f.Speed.Err != nil || v.Bytes < 2_000_000 || v.Seconds < 1 || v.Parts == 0 || v.Source == "" {
		t.Errorf("%+v %v", v, f.Speed.Err)
	}
}

// TestColumnsOfQueries has queries that the server can run, and others.
func TestColumnsOfQueries(t *testing.T) {
	s := newServer(t)
	s.exec("CREATE TABLE A (id UInt32, n Int64) ENGINE = MergeTree ORDER BY id")
	list := []probe.Select{
		{ID: "one", SQL: "SELECT id, n + 1 AS m, tuple(1, 'a')::Tuple(x Int8, `y z` String) AS t FROM A"},
		{ID: "two", SQL: "WITH A AS (SELECT materialize(defaultValueOfTypeName('String')) AS id) SELECT * FROM (SELECT id FROM A -- all\n)"},
		{ID: "three", SQL: "SELECT count() AS id FROM A GROUP BY n"},
	}
	ask := func(list []probe.Select) *probe.Facts {
		return s.gather(probe.Request{
			Limits: probe.DefaultLimits, Selects: func(*probe.Facts) []probe.Select { return list },
			Casts: func(f *probe.Facts) []clickhouse.Conversion {
				return []clickhouse.Conversion{{From: "Int32", To: "String"}, {From: "Int32", To: "UUID"}}
			},
		})
	}
	want := map[string][]probe.SelectColumn{
		"one": {{Name: "id", Type: "UInt32"}, {Name: "m", Type: "Int64"}, {Name: "t", Type: "Tuple(x Int8, `y z` String)"}},
		"two": {{Name: "id", Type: "String"}}, "three": {{Name: "id", Type: "UInt64"}},
	}
	check := func(f *probe.Facts) {
		t.Helper()
		for id, columns := range want {
			if got := f.Select(id); !got.Known() || !slices.Equal(got.List, columns) {
				t.Errorf("%s: %+v", id, got)
			}
		}
	}
	check(ask(list))
	broken := ask(append(list, probe.Select{ID: "broken", SQL: "SELECT nothing FROM A"}, probe.Select{ID: "gone", SQL: "SELECT 1 FROM B"}))
	check(broken)
	for id, code := range map[string]int32{"broken": 47, "gone": 60} {
		if got := broken.Select(id); got.Known() || got.Refused == nil || got.Refused.Code != code {
			t.Errorf("%s: %+v", id, got)
		}
	}
	if got := broken.Select("other"); got.Known() || got.Err == nil {
		t.Errorf("a query that nobody asked for: %+v", got)
	}
	if refused, err := broken.Cast("Int32", "String"); refused != "" || err != nil {
		t.Errorf("%q %v", refused, err)
	}
	if refused, err := broken.Cast("Int32", "UUID"); !strings.Contains(refused, "not supported") || err != nil {
		t.Errorf("%q %v", refused, err)
	}
	if _, err := broken.Cast("Int8", "Int16"); err == nil {
		t.Error("a conversion that nobody asked for is known")
	}
}

// TestManyQueriesAreFewQuestions describes more queries than fit in one question.
func TestManyQueriesAreFewQuestions(t *testing.T) {
	s := newServer(t)
	var list []probe.Select
	for i := range 45 {
		list = append(list, probe.Select{ID: fmt.Sprint(i), SQL: fmt.Sprintf("SELECT toUInt%d(1) AS a, 'x' AS b%d", []int{8, 16, 32}[i%3], i)})
	}
	f := s.gather(probe.Request{Limits: probe.DefaultLimits, Selects: func(*probe.Facts) []probe.Select { return list }})
	for i := range list {
		c := f.Select(fmt.Sprint(i))
		typ, ok := c.Type("a")
		if _, other := c.Type(fmt.Sprintf("b%d", i)); !ok || !other || len(c.List) != 2 || typ != []string{"UInt8", "UInt16", "UInt32"}[i%3] {
			t.Errorf("%d: %+v", i, c)
		}
	}
}
