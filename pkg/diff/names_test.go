package diff_test

import (
	"slices"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func TestNamesAreSourcesOnly(t *testing.T) {
	known := map[schema.Name]bool{}
	for _, n := range []string{"A", "B", "C", "daily", "agg", "numbers", "x y"} {
		known[schema.Name{Database: "d", Object: n}] = true
	}
	known[schema.Name{Database: "e", Object: "A"}] = true
	for sql, want := range map[string][]string{
		"SELECT daily, `agg`, A.C FROM B":                                                                         {"d.B"},
		"SELECT 1 FROM d.A AS daily INNER JOIN e.A AS agg USING (daily, agg), C":                                  {"d.A", "e.A", "d.C"},
		"SELECT toDayOfMonth(C) FROM A FINAL SAMPLE 1 / 10, B ARRAY JOIN daily AS C, agg":                         {"d.A", "d.B"},
		"SELECT a IS DISTINCT FROM agg, substring(s FROM daily) FROM A":                                           {"d.A"},
		"WITH daily AS (SELECT 1 FROM d.daily), 5 AS agg SELECT * FROM daily, agg":                                {"d.daily", "d.agg"},
		"WITH daily AS (SELECT 1 FROM A) SELECT * FROM daily WHERE id IN (SELECT id FROM daily)":                  {"d.A"},
		"SELECT id FROM A WHERE (id IN (B)) AND (id GLOBAL NOT IN (d.C)) AND id IN (daily, agg) AND id IN (1, 2)": {"d.A", "d.B", "d.C"},
		"SELECT 1 FROM (SELECT 2) AS a, A, numbers(3) AS n, `x y`":                                                {"d.A", "d.x y"},
		"SELECT 1 FROM A LEFT ARRAY JOIN agg AS z INNER JOIN C ON (A.daily = C.daily) AND (A.b IN (1, 2)), B":     {"d.A", "d.C", "d.B"},
		"SELECT 1 FROM A UNION ALL SELECT 2, daily FROM B ORDER BY agg, daily LIMIT 1 BY C, agg":                  {"d.A", "d.B"},
		"SELECT (SELECT max(id) FROM C) AS m, daily FROM other.A":                                                 {"d.C"},
		"SELECT 1 FROM remote('h', d, A)":                                                                         nil, "FROM": nil, "JOIN": nil, ")": nil, "SELECT FROM": nil, "SELECT 1 IN": nil, "": nil,
	} {
		var got []string
		for _, n := range diff.Names(sql, "d", known) {
			got = append(got, n.String())
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", sql, got, want)
		}
	}
}
