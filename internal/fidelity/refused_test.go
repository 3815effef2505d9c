package fidelity

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// refusal is a change that the plan must refuse, in words that contain text.
func refusal(row, what, text string, before, after tableChange) seen {
	return seen{row: row, what: what, before: table(before), after: table(after), refused: text}
}

const convert, keyType = "ClickHouse cannot convert ", "ClickHouse cannot change the type of a column that belongs to a key: c ("

func refusedCorpus() []seen {
	keyed := func(typ string) tableChange { return all(c(typ), orderBy("id", "c")) }
	flat := refusal("types/Nested", "flattened, as arrays", "the table has it flattened (c.a", all(), c(nestedOf("a", "Int8")))
	flat.rows = "ALTER TABLE {db}.{t} ADD COLUMN `c.a` Array(Int8)"
	return []seen{
		flat,
		refusal("types/UUID", "to a number", convert+"UUID to Int64", c("UUID"), c("Int64")),
		refusal("types/DateTime", "to UUID", convert+"DateTime('UTC') to UUID", c("DateTime"), c("UUID")),
		refusal("types/Array", "to a single value", convert+"Array(Int32) to Int32", c(array("Int32", false)), c("Int32")),
		refusal("types/Map", "to a number", convert+"Map(String, Int32) to Int32", c(mapOf("String", "Int32")), c("Int32")),
		refusal("types/Tuple without names", "an element more", convert+"Tuple(Int8, String)", c("Tuple(Int8, String)"), c("Tuple(Int8, String, Int8)")),
		refusal("types/Geometry", "to Polygon", convert+"Point to Polygon", c("Point"), c("Polygon")),
		refusal("types/AggregateFunction", "function", convert+"AggregateFunction(avg, Float64)", c("Float64", aggregate("avg", "Float64")), c("Float64", aggregate("max", "Float64"))),
		refusal("types/AggregateFunction", "argument type", convert+"AggregateFunction(sum, UInt32)", c("UInt32", aggregate("sum", "UInt32")), c("UInt64", aggregate("sum", "UInt64"))),
		refusal("types/AggregateFunction", "to a plain column", convert+"AggregateFunction(avg, Float64)", c("Float64", aggregate("avg", "Float64")), c("Float64")),
		refusal("types/JSON", "to a number", convert+"JSON to Int64", c("Json"), c("Int64")),
		refusal("types/IPv4, IPv6", "to a date", convert+"IPv6 to Date32", c("IPv6"), c("Date")),
		refusal("types/Int8 … Int256", "to Array", convert+"Int64 to Array(Int64)", c("Int64"), c(array("Int64", false))),
		refusal("types/Enum of numbers", "numbers swapped", convert+"Enum8('A' = 1, 'B' = 2) to Enum8('B' = 1, 'A' = 2)", c(members("A", 1, "B", 2)), c(members("B", 1, "A", 2))),
		refusal("types/Other scalar types of ClickHouse", "fewer types in Variant", convert+"Variant(Float64, Int64, String)", c("Variant(String, Int64, Float64)"), c("Variant(String, Int64)")),
		refusal("tables/order by", "a member less for the enum of its column", keyType, keyed(members("A", "a", "B", "b", "C", "c")), keyed(letters)),
		refusal("tables/order by", "Enum8 to Enum16", keyType, keyed(members("A", 1)), keyed(members("A", 1, "B", 1000))),
		refusal("tables/order by an expression", "LowCardinality of a column in it", keyType, all(c("String"), orderByExpression("(id, lower(c))")), all(c("String", low), orderByExpression("(id, lower(c))"))),
		refusal("engines/ReplacingMergeTree", "narrower type of the ver column", keyType, all(c("UInt32"), engineOf("ReplacingMergeTree", `{"ver":"c"}`)), all(c("UInt16"), engineOf("ReplacingMergeTree", `{"ver":"c"}`))),
		refusal("engines/ReplacingMergeTree", "other kind of type of the ver column", keyType, all(c("DateTime"), engineOf("ReplacingMergeTree", `{"ver":"c"}`)), all(c("DateTime(3)"), engineOf("ReplacingMergeTree", `{"ver":"c"}`))),
		refusal("engines/VersionedCollapsingMergeTree", "signed type of the version column", keyType, all(c("UInt32"), with("s", "Int8"), engineOf("VersionedCollapsingMergeTree", `{"sign":"s","version":"c"}`)), all(c("Int64"), with("s", "Int8"), engineOf("VersionedCollapsingMergeTree", `{"sign":"s","version":"c"}`))),
		refusal("tables/order by", "type of its column", keyType, keyed("Int32"), keyed("Int64")),
		refusal("tables/order by an expression", "type of a column in it", keyType, all(c("Int32"), orderByExpression("(id, c % 7)")), all(c("Int64"), orderByExpression("(id, c % 7)"))),
		refusal("tables/partition by", "type of its column", keyType, all(c("Date16"), partitionBy("toYYYYMM(c)")), all(c("Date"), partitionBy("toYYYYMM(c)"))),
		refusal("tables/sample by", "type of its column", keyType, all(c("UInt32"), orderBy("id", "c"), sampleBy("c")), all(c("UInt64"), orderBy("id", "c"), sampleBy("c"))),
		refusal("tables/primary key", "not the beginning of the sorting key", "must be the beginning of the sorting key", orderBy("id", "at"), all(orderBy("id", "at"), keyColumns("at"))),
	}
}

// TestMustBeRefused demands that what the server would refuse half-way is refused by
// the plan, and that the server does refuse it.
func TestMustBeRefused(t *testing.T) {
	w := newSeenWorld(t, refusedCorpus())
	out := w.compare(w.second, planner.Input{Recorded: w.before, Desired: w.after})
	w.execute(t, out)
	for i, k := range w.cases {
		var said []string
		for _, why := range out.Result.Invalid {
			if strings.Contains(why, w.places[i].name) {
				said = append(said, why)
			}
		}
		if !strings.Contains(strings.Join(said, "\n"), k.refused) {
			t.Errorf("%s: %s: the plan says %q, want %q; the server: %s", k.row, k.what, said, k.refused, w.failed[i])
		}
		if w.failed[i] == "" {
			t.Errorf("%s: %s: the server takes what is refused: %s", k.row, k.what, strings.Join(w.ran[i], "\n"))
		}
	}
	if len(w.cases) < 12 {
		t.Errorf("only %d refusals", len(w.cases))
	}
}

// TestMustBeRefusedForItsRows are changes that the server would take, and that would
// lose what rows hold, or come up again in every plan.
func TestMustBeRefusedForItsRows(t *testing.T) {
	w := newSeenWorld(t, keptCorpus())
	out := w.compare(w.second, planner.Input{Recorded: w.before, Desired: w.after})
	for i, k := range w.cases {
		if text := w.places[i].fill(k.refused); !strings.Contains(strings.Join(out.Result.Invalid, "\n"), text) {
			t.Errorf("%s: %s: the plan says %q, want %q", k.row, k.what, out.Result.Invalid, text)
		}
	}
}

func keptCorpus() []seen {
	nulls := refusal("types/String", "optional → required, with NULLs in it", `"{t}", column "c": it becomes required, and 1 row holds NULL`, c("String", optional), c("String"))
	nulls.rows = "INSERT INTO {db}.{t} (id, c) VALUES ('a', NULL)"
	number := refusal("types/Int8 … Int256", "optional → required, with NULLs in it", `"{t}", column "c": it becomes required, and 2 rows hold NULL`, c("Int32", optional), c("Int64"))
	number.rows = "INSERT INTO {db}.{t} (id, c) VALUES ('a', NULL), ('b', NULL), ('c', 3)"
	kept := refusal("engines/Engines that Moose cannot declare", "optional → required in a Memory table, with NULLs in it", `"{t}", column "c": it becomes required, and 1 row holds NULL`,
		all(c("Int32", optional), opaque("Memory")), all(c("Int32", `"default":"7"`), opaque("Memory")))
	kept.rows = "INSERT INTO {db}.{t} (id, c) VALUES ('a', NULL)"
	keep := materialized("_m", "_d", "SELECT id, sum(n) AS n FROM {t} GROUP BY id")
	protect := func(p place, m *inframap.Map) {
		keep(p, m)
		m.MaterializedViews[p.name+"_m"].LifeCycle = inframap.DeletionProtected
	}
	source, target := tableNamed(""), tableNamed("_d", without("at"), without("n"), with("n", "UInt64"))
	return []seen{
		nulls, number, kept,
		refusal("engines/S3Queue", "a setting goes", `"{t}": ClickHouse cannot take the setting loading_retries back`, all(queue, setting("mode", "unordered"), setting("loading_retries", "3")), all(queue, setting("mode", "unordered"))),
		{
			row: "views/materialized view", what: "protected, and its target goes", refused: `the materialized view "{t}_m", which is protected, uses it`,
			before: []object{source, target, protect}, after: []object{source},
		},
		{
			row: "views/materialized view", what: "keeps its rows in a hidden table", refused: `materialized view "{t}_m" keeps its rows in a hidden table of its own`,
			before: []object{source, target}, after: []object{source, target, keep},
			rows: "CREATE MATERIALIZED VIEW {db}.{t}_m ENGINE = SummingMergeTree ORDER BY id AS SELECT id, sum(n) AS n FROM {db}.{t} GROUP BY id",
		},
	}
}
