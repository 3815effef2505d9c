package ky

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/recreate"
)

var ky306 = engineRule()

func engineRule() *review.Rule {
	r := recreate.Rule(review.Rule{
		Code: "KY306", Name: "engine changed",
		Detects: "The engine of a table changes, or its arguments do. The Keeper path and the name of a replica are none of this: they stay as they are.",
		Happens: "No ALTER can change an engine. The table is dropped and made anew, empty. With another engine the same rows can mean something else: ReplacingMergeTree drops all but the newest row of a key, MergeTree keeps them all.",
		Remedy:  recreate.Beside,
		Demo: review.Demo{
			{Say: "three versions of one order", SQL: "CREATE TABLE orders (id UInt8, version UInt8) ENGINE = MergeTree ORDER BY id"},
			{SQL: "INSERT INTO orders VALUES (1, 1), (1, 2), (1, 3)"},
			{Say: "there is no such statement", SQL: "ALTER TABLE orders MODIFY ENGINE = ReplacingMergeTree(version)", Fails: 62},
			{Say: "copied into the other engine, two of the three rows go", SQL: "CREATE TABLE latest (id UInt8, version UInt8) ENGINE = ReplacingMergeTree(version) ORDER BY id"},
			{SQL: "INSERT INTO latest SELECT * FROM orders"},
			{SQL: "SELECT count() FROM orders", Want: "3"},
			{SQL: "SELECT version FROM latest FINAL", Want: "3"},
		},
	}, attribute("engine", "ClickHouse cannot change the engine in place (%s)"))
	check := r.Check
	r.Check = func(s *review.Subject) []review.Hit {
		hits := check(s)
		for _, t := range recreate.Tables(s, r.Code) {
			before, after, _ := t.Differs("engine")
			for i := range hits {
				if hits[i].Object == s.Object(t) && replicates(before, after) {
					hits[i].Remedy = "turn it into a replicated table by hand, which keeps the rows: DETACH TABLE, then ATTACH TABLE … AS REPLICATED"
				}
			}
		}
		return hits
	}
	return r
}

// replicates reports whether the new engine is the replicated form of the old one.
func replicates(before, after string) bool {
	name := func(engine string) string { n, _, _ := strings.Cut(engine, "("); return n }
	return name(after) == "Replicated"+name(before)
}
