package fidelity

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// TestBareKeepsTheMeaning draws expressions with brackets at random, and takes the
// SQL of the corpora: without the brackets that sqltext.Bare takes off, ClickHouse
// understands the same.
func TestBareKeepsTheMeaning(t *testing.T) {
	db := newDatabase(t)
	var queries []string
	for _, v := range silentViews() {
		queries = append(queries, v.declared, v.sql)
	}
	r := rand.New(rand.NewPCG(7, 11))
	for range 400 {
		e := expression(r, 4)
		queries = append(queries, "SELECT "+e, "SELECT (a) AS x FROM t WHERE ("+e+") GROUP BY ("+expression(r, 1)+") ORDER BY ("+expression(r, 2)+") DESC, (b)")
	}
	p := place{db: "db", second: "second", name: "t"}
	shorter := 0
	for _, sql := range queries {
		sql = p.fill(sql)
		formatted := db.text(t, "SELECT ifNull(formatQuerySingleLineOrNull("+sqltext.String(sql)+"), '')")
		if formatted == "" {
			t.Errorf("ClickHouse does not understand %s", sql)
			continue
		}
		bare := sqltext.Bare(formatted)
		if bare == formatted {
			continue
		}
		shorter++
		if before, after := db.text(t, "EXPLAIN AST "+formatted), db.text(t, "EXPLAIN AST "+bare); before != after || before == "" {
			t.Errorf("%s\nmeans something else as\n%s", formatted, bare)
		}
		if again := sqltext.Bare(bare); again != bare {
			t.Errorf("%s is not yet bare: %s", bare, again)
		}
	}
	if shorter < len(queries)/3 {
		t.Errorf("only %d of %d have brackets that mean nothing", shorter, len(queries))
	}
}

// expression draws an expression of names, literals, operators and functions.
func expression(r *rand.Rand, depth int) string {
	if depth == 0 || r.IntN(6) == 0 {
		return brackets(r, []string{"a", "b", "`c d`", "t.a", "1", "-2", "3.5", "'x'", "'it''s ('", "NULL", "true"}[r.IntN(11)])
	}
	e := func() string { return expression(r, depth-1) }
	forms := []func() string{
		func() string {
			return e() + []string{" + ", " - ", " * ", " / ", " % ", " || "}[r.IntN(6)] + e()
		},
		func() string { return e() + []string{" = ", " != ", " < ", " >= "}[r.IntN(4)] + e() },
		func() string { return e() + []string{" AND ", " OR "}[r.IntN(2)] + e() },
		func() string { return "NOT " + e() },
		func() string { return "- (" + e() + ")" },
		func() string { return "a IN (" + e() + ")" },
		func() string { return "(" + e() + ") IN (" + e() + ", " + e() + ")" },
		func() string { return "a IN (SELECT (" + e() + "))" },
		func() string { return "(SELECT " + e() + ")" },
		func() string { return "f(" + e() + ", " + e() + ")" },
		func() string { return "quantile(0.5)(" + e() + ")" },
		func() string { return "arrayMap(x -> " + e() + ", [" + e() + "])" },
		func() string { return "arrayMap((x, y) -> " + e() + ", " + e() + ", b)" },
		func() string { return "(" + e() + ", " + e() + ")" },
		func() string { return "tuple(" + e() + ")" },
		func() string { return "(" + e() + ", " + e() + ").1" },
		func() string { return "(" + e() + ")[" + e() + "]" },
		func() string { return "CASE WHEN " + e() + " THEN " + e() + " ELSE " + e() + " END" },
		func() string { return "CAST(" + e() + " AS String)" },
		func() string { return "(" + e() + ")::UInt8" },
		func() string { return "(" + e() + ") BETWEEN (" + e() + ") AND (" + e() + ")" },
		func() string { return "(" + e() + ") LIKE (" + e() + ")" },
		func() string { return "(" + e() + ") IS NOT NULL" },
		func() string { return "a + INTERVAL (" + e() + ") DAY" },
		func() string { return "if(" + e() + ", " + e() + ", " + e() + ")" },
		func() string { return "count(DISTINCT " + e() + ")" },
		func() string { return "sum(" + e() + ") OVER (PARTITION BY (" + e() + ") ORDER BY (" + e() + "))" },
	}
	return brackets(r, forms[r.IntN(len(forms))]())
}

func brackets(r *rand.Rand, text string) string {
	for r.IntN(3) == 0 {
		text = "(" + text + ")"
	}
	return text
}

// text is what a query answers, its rows one below the other.
func (d *database) text(t *testing.T, sql string) string {
	t.Helper()
	rows, err := d.client.Conn().Query(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}
