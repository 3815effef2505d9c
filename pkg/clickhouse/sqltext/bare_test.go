package sqltext_test

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

func TestBare(t *testing.T) {
	for in, want := range map[string]string{
		"(-1)":                      "-1",
		"((a = 1) AND (b != 2))":    "(a = 1) AND (b != 2)",
		"((a + 1)) * 2":             "(a + 1) * 2",
		"f((a), ((b)))":             "f(a, b)",
		"(b) = (1 + (2))":           "b = (1 + 2)",
		"(a) IN (1)":                "a IN (1)",
		"a IN ((1))":                "a IN (1)",
		"NOT (a)":                   "NOT (a)",
		"(1, 2)":                    "(1, 2)",
		"((1, 2))":                  "(1, 2)",
		"(1,)":                      "(1,)",
		"()":                        "()",
		"f()":                       "f()",
		"(a).1":                     "(a).1",
		"(f(x)).1":                  "(f(x)).1",
		"[(1), (a + b)]":            "[1, a + b]",
		"':('":                      "':('",
		"(unbalanced":               "(unbalanced",
		"unbalanced)":               "unbalanced)",
		"a + (b * c)":               "a + (b * c)",
		"(a + b) + c":               "(a + b) + c",
		"arrayMap(x -> (x + 1), y)": "arrayMap(x -> (x + 1), y)",
		"(SELECT 1)":                "(SELECT 1)",
		"((SELECT 1) + 1)":          "((SELECT 1) + 1)",
		"at + toIntervalDay(5) WHERE (id = ''), (at)":                        "at + toIntervalDay(5) WHERE id = '', at",
		"SELECT (a + 1) AS x, (b) FROM t WHERE (a = 1) GROUP BY (a)":         "SELECT a + 1 AS x, b FROM t WHERE a = 1 GROUP BY a",
		"SELECT a FROM t LEFT JOIN u ON (t.a = u.a) WHERE (a IN (SELECT 1))": "SELECT a FROM t LEFT JOIN u ON t.a = u.a WHERE a IN (SELECT 1)",
		"SELECT a FROM (SELECT b FROM c) ORDER BY (a) DESC":                  "SELECT a FROM (SELECT b FROM c) ORDER BY a DESC",
		"SELECT a FROM t INNER JOIN u USING (id)":                            "SELECT a FROM t INNER JOIN u USING (id)",
		"WITH (SELECT max(n) FROM s) AS top SELECT top":                      "WITH (SELECT max(n) FROM s) AS top SELECT top",
	} {
		if got := sqltext.Bare(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
		if again := sqltext.Bare(want); again != want {
			t.Errorf("%s is bare and becomes %s", want, again)
		}
	}
}

// FuzzBare demands that a second time takes nothing more off, and that no text grows.
func FuzzBare(f *testing.F) {
	for _, s := range []string{"((a))", "f((a), (b, c))", "SELECT (a) WHERE (b = (1))", "x IN ((1), (2))", "((SELECT 1))", "(((", "'(' || (a)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := sqltext.Bare(text)
		if twice := sqltext.Bare(once); twice != once || len(once) > len(text) {
			t.Errorf("%q → %q → %q", text, once, twice)
		}
	})
}
