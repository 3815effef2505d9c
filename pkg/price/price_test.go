package price

import (
	"errors"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var table1 = schema.Name{Database: "db", Object: "T"}

// facts are those of a table of 1,000 bytes in 4 parts, of which one of 200 bytes keeps all
// columns in one file.
func facts() *probe.Facts {
	f := &probe.Facts{}
	f.Parts.Value = map[schema.Name]probe.Parts{table1: {Rows: 100, Bytes: 1000, Largest: 500, Count: 4}}
	f.Layouts.Value = map[schema.Name]probe.Layout{table1: {Compact: 1, CompactBytes: 200, CompactRows: 20}}
	f.Columns.Value = map[schema.Name]map[string]probe.Column{table1: {"a": {Compressed: 300}, "b": {Compressed: 400}}}
	f.Speed.Value = probe.Speed{Bytes: 2 << 20, Seconds: 4, Parts: 3, Source: "system.part_log"}
	return f
}

func TestCostOf(t *testing.T) {
	for name, c := range map[string]struct {
		extent                   extent
		bytes, rows, parts, free uint64
	}{
		"a column":                             {extent{any: true, columns: []string{"a"}}, 500, 100, 4, 550},
		"two columns":                          {extent{any: true, columns: []string{"a", "b"}}, 900, 100, 4, 900},
		"all":                                  {extent{any: true, whole: true}, 1000, 100, 4, 1000},
		"only parts that keep all in one file": {extent{any: true}, 200, 20, 1, 550},
	} {
		got, ok := costOf(c.extent, table1, facts())
		if !ok || got.Bytes != c.bytes || got.Rows != c.rows || got.Parts != c.parts || got.FreeNeeded != c.free {
			t.Errorf("%s: %+v", name, got)
		}
	}
	f := facts()
	f.Layouts.Value[table1] = probe.Layout{}
	if got, ok := costOf(extent{any: true}, table1, f); ok {
		t.Errorf("nothing is written, and has a price: %+v", got)
	}
	if got, ok := costOf(extent{any: true, whole: true}, schema.Name{Object: "other"}, f); ok {
		t.Errorf("a table that nobody looked at has a price: %+v", got)
	}
	if got, ok := costOf(extent{}, table1, facts()); ok {
		t.Errorf("an operation that rewrites nothing has a price: %+v", got)
	}
}

func TestTimeRestsOnWhatTheServerDid(t *testing.T) {
	f := facts()
	if seconds, basis := estimate(1<<20, f); seconds != 2 || basis != "as fast as the last 3 parts that it rewrote, by system.part_log" {
		t.Errorf("%v %s", seconds, basis)
	}
	f.Speed.Value.Bytes = 1000
	if seconds, basis := estimate(1<<20, f); seconds != 0 || !strings.Contains(basis, "too little") {
		t.Errorf("%v %s", seconds, basis)
	}
	f.Speed.Err = errors.New("denied")
	if seconds, basis := estimate(1<<20, f); seconds != 0 || !strings.Contains(basis, "denied") {
		t.Errorf("%v %s", seconds, basis)
	}
}

// TestSameStorage has what the server rewrites and what not, as package hazards shows.
func TestSameStorage(t *testing.T) {
	for _, c := range []struct {
		from, to string
		same     bool
	}{
		{"Int32", "Int32", true},
		{"Int32", "Int64", false},
		{"Int32", "Nullable(Int32)", false},
		{"Enum8('a' = 1)", "Enum8('a' = 1, 'b' = 2)", true},
		{"Enum8('a' = 1)", "Enum8('z' = 1)", true},
		{"Enum8('a' = 1, 'b' = 2)", "Enum8('a' = 1)", false},
		{"Enum8('a = 1' = 1, 'b' = 2)", "Enum8('a = 1' = 1, 'c' = 2)", true},
		{"Enum8('a' = 1)", "Enum16('a' = 1)", false},
		{"Enum8('a' = 1)", "Int8", true},
		{"Int8", "Enum8('a' = 1)", false},
		{"Enum8('a' = 1)", "Int16", false},
		{"Nullable(Enum8('a' = 1))", "Nullable(Enum8('a' = 1, 'b' = 2))", true},
		{"Array(Enum8('a' = 1))", "Array(Enum8('a' = 1, 'b' = 2))", true},
		{"DateTime", "DateTime('UTC')", true},
		{"DateTime('UTC')", "UInt32", true},
		{"DateTime64(3)", "DateTime64(3, 'UTC')", true},
		{"DateTime64(3)", "DateTime64(6)", false},
		{"DateTime", "DateTime64(3)", false},
		{"Date", "UInt16", true},
		{"Date", "Date32", false},
		{"SimpleAggregateFunction(max, UInt64)", "SimpleAggregateFunction(sum, UInt64)", true},
		{"SimpleAggregateFunction(max, UInt64)", "UInt64", true},
		{"SimpleAggregateFunction(max, UInt64)", "UInt32", false},
		{"String", "LowCardinality(String)", false},
		{"Map(String, DateTime)", "Map(String, DateTime('UTC'))", true},
		{"Tuple(a Int8)", "Tuple(b Int8)", false},
	} {
		if got := SameStorage(c.from, c.to); got != c.same {
			t.Errorf("%s -> %s: %v", c.from, c.to, got)
		}
	}
}

func FuzzSameStorage(f *testing.F) {
	f.Add("Enum8('a' = 1)", "Enum8('a' = 1, 'b' = 2)")
	f.Add("Array(Nullable(DateTime('UTC')))", "Array(")
	f.Fuzz(func(t *testing.T, from, to string) {
		SameStorage(from, to)
		if !SameStorage(from, from) {
			t.Errorf("%q is not stored as itself", from)
		}
	})
}
