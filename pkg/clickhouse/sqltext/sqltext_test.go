package sqltext

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQuotingSurvivesHostileNames(t *testing.T) {
	for _, name := range []string{"plain", "we ird", "back`tick", `sla\sh`, `quo'te`, "new\nline", `"`, "`; DROP TABLE x; --"} {
		if got := Unquote(Ident(name)); got != name {
			t.Errorf("Ident(%q) reads back as %q", name, got)
		}
		if got := Unquote(String(name)); got != name {
			t.Errorf("String(%q) reads back as %q", name, got)
		}
		if tokens := Tokens(Ident(name) + " " + String(name)); len(tokens) != 3 {
			t.Errorf("%q does not stay one token: %v", name, tokens)
		}
	}
}

func TestSplitTop(t *testing.T) {
	for in, want := range map[string][]string{
		"":                              nil,
		"a":                             {"a"},
		"a, b":                          {"a", "b"},
		"f(a, b), `x,y`, 'p,q', [1, 2]": {"f(a, b)", "`x,y`", "'p,q'", "[1, 2]"},
		`'it\'s, so', b`:                {`'it\'s, so'`, "b"},
	} {
		if diff := cmp.Diff(want, SplitTop(in)); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func TestElements(t *testing.T) {
	for in, want := range map[string][]string{
		"tuple()": nil, "()": nil, "id": {"id"}, "(id)": {"id"}, "((id))": {"id"}, "(id, ts)": {"id", "ts"},
		"id, ts": {"id", "ts"}, "tuple(a, b)": {"a", "b"}, "cityHash64(a, b)": {"cityHash64(a, b)"},
		"(cityHash64(id), t)": {"cityHash64(id)", "t"}, "(a) + (b)": {"(a) + (b)"}, "tupleElement(a, 1)": {"tupleElement(a, 1)"},
	} {
		if diff := cmp.Diff(want, Elements(in)); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func TestClauses(t *testing.T) {
	got := Clauses("ReplacingMergeTree(ts) PARTITION BY toYYYYMM(ts) ORDER BY (id, `ORDER BY`) TTL ts + toIntervalDay(90) SETTINGS a = 'TTL x'",
		"PARTITION BY", "ORDER BY", "TTL", "SETTINGS")
	want := []Clause{
		{"", "ReplacingMergeTree(ts)"},
		{"PARTITION BY", "toYYYYMM(ts)"},
		{"ORDER BY", "(id, `ORDER BY`)"},
		{"TTL", "ts + toIntervalDay(90)"},
		{"SETTINGS", "a = 'TTL x'"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"a, 'b\\", "`x``y`", "((((", "CREATE TABLE x (`a` Int32)", "\xff'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b strings.Builder
		for _, tok := range Tokens(s) {
			b.WriteString(tok.Text)
		}
		if b.String() != s {
			t.Fatalf("tokens of %q give %q", s, b.String())
		}
		SplitTop(s)
		Elements(s)
		Clauses(s, "ORDER BY", "TTL")
		Unquote(s)
	})
}
