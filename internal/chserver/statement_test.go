package chserver

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseStatementQueries(t *testing.T) {
	for _, c := range []struct{ text, sql, format, verb string }{
		{"SELECT 1", "SELECT 1", "", "SELECT"},
		{"select 1 ; -- done", "select 1 ", "", "SELECT"},
		{"/* a */ SELECT ';' /* ; */ # x\n", "/* a */ SELECT ';' /* ; */ # x\n", "", "SELECT"},
		{"SELECT 1 FORMAT JSON", "SELECT 1  ", "JSON", "SELECT"},
		{"SELECT 1 format Native SETTINGS max_threads=1;", "SELECT 1   SETTINGS max_threads=1", "Native", "SELECT"},
		{"SELECT format FROM t", "SELECT format FROM t", "", "SELECT"},
		{"SELECT format f FROM t FORMAT TSV", "SELECT format f FROM t  ", "TSV", "SELECT"},
		{"SELECT * FROM t ORDER BY format DESC", "SELECT * FROM t ORDER BY format DESC", "", "SELECT"},
		{"SELECT (SELECT 1 FORMAT x)", "SELECT (SELECT 1 FORMAT x)", "", "SELECT"},
		{"ALTER TABLE t ADD COLUMN format String", "ALTER TABLE t ADD COLUMN format String", "", "ALTER"},
		{"(SELECT 1) UNION ALL (SELECT 2) FORMAT TSV", "(SELECT 1) UNION ALL (SELECT 2)  ", "TSV", ""},
		{"SELECT $$ ; $$, $a$ $$ ; $a$", "SELECT $$ ; $$, $a$ $$ ; $a$", "", "SELECT"},
		{`SELECT 'a\';', "b"";", ` + "`c\\`;`", `SELECT 'a\';', "b"";", ` + "`c\\`;`", "", "SELECT"},
		{"SELECT {a:String} FROM {t:Identifier}", "SELECT {a:String} FROM {t:Identifier}", "", "SELECT"},
		{"INSERT INTO t SELECT 1 FORMAT TSV", "INSERT INTO t SELECT 1 FORMAT TSV", "", "INSERT"},
		{"INSERT INTO t (a) WITH 1 AS x SELECT x;", "INSERT INTO t (a) WITH 1 AS x SELECT x", "", "INSERT"},
		{"INSERT INTO t (SELECT 1)", "INSERT INTO t (SELECT 1)", "", "INSERT"},
		{"INSERT INTO t FROM INFILE 'x' FORMAT CSV", "INSERT INTO t FROM INFILE 'x' FORMAT CSV", "", "INSERT"},
		{"", "", "", ""},
		{"'open", "'open", "", ""},
	} {
		st, err := parseStatement(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if st.insert != nil {
			t.Errorf("%q: taken for an INSERT with data: %+v", c.text, *st.insert)
		}
		got := struct{ text, sql, format, verb string }{c.text, st.sql, st.format, st.verb}
		if got != c {
			t.Errorf("got %+v\nwant %+v", got, c)
		}
	}
}

func TestParseStatementInserts(t *testing.T) {
	for text, want := range map[string]insertParts{
		"INSERT INTO t VALUES":                                      {head: "INSERT INTO t ", target: "t", values: true},
		"insert into t (a, `b)`) values (1, ';')":                   {head: "insert into t (a, `b)`) ", target: "t", columns: "a, `b)`", data: " (1, ';')", values: true},
		"INSERT INTO TABLE db.`t` FORMAT CSV\n1,2\n":                {head: "INSERT INTO TABLE db.`t` ", target: "db.`t`", data: "1,2\n"},
		"INSERT INTO values VALUES (1)":                             {head: "INSERT INTO values ", target: "values", data: " (1)", values: true},
		"INSERT INTO format.format FORMAT Native":                   {head: "INSERT INTO format.format ", target: "format.format"},
		"INSERT INTO table FORMAT TSV ; \r\nx":                      {head: "INSERT INTO table ", target: "table", data: "x"},
		"INSERT INTO FUNCTION file('x', CSV) FORMAT X":              {head: "INSERT INTO FUNCTION file('x', CSV) ", target: "FUNCTION file('x', CSV)"},
		"INSERT INTO t SETTINGS a = 1, b='values' FORMAT RowBinary": {head: "INSERT INTO t SETTINGS a = 1, b='values' ", target: "t"},
		"INSERT INTO {t:Identifier} (a) FORMAT X":                   {head: "INSERT INTO {t:Identifier} (a) ", target: "{t:Identifier}", columns: "a"},
		"INSERT INTO t (a)":                                         {head: "INSERT INTO t (a)", target: "t", columns: "a"},
		"INSERT INTO t FORMAT Values (1); ":                         {head: "INSERT INTO t ", target: "t", data: "(1); ", values: true},
	} {
		st, err := parseStatement(text)
		if err != nil || st.insert == nil {
			t.Errorf("%q: %+v, %v", text, st, err)
			continue
		}
		if diff := cmp.Diff(want, *st.insert, cmp.AllowUnexported(insertParts{})); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestParseStatementRefusesSeveral(t *testing.T) {
	for _, text := range []string{"SELECT 1; SELECT 2", "SELECT 1;;", "INSERT INTO t VALUES (1); DROP TABLE t", "INSERT INTO t (a); DROP TABLE t", "DROP TABLE a; DROP TABLE b"} {
		if _, err := parseStatement(text); !errors.Is(err, errMulti) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestUnquote(t *testing.T) {
	for in, want := range map[string]string{
		`'a'`: "a", `''`: "", `'it\'s'`: "it's", `'it''s'`: "it's", `'\n\t\\'`: "\n\t\\", "`a\\`b`": "a`b", `"x"`: "x", `bare`: "bare", `'`: `'`, `'\q'`: "q",
	} {
		if got := unquote(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestColumnList(t *testing.T) {
	names, plain := columnList("a, `b,c`, \"d\"\"e\", n.x")
	if diff := cmp.Diff([]string{"a", "b,c", `d"e`, "n.x"}, names); diff != "" || !plain {
		t.Error(plain, diff)
	}
	if _, plain := columnList("* EXCEPT (a)"); plain {
		t.Error("a matcher was taken for names")
	}
}

// FuzzParseStatement: every part is a piece of the text, and what is quoted
// stays together.
func FuzzParseStatement(f *testing.F) {
	for _, seed := range []string{"SELECT 1 FORMAT TSV;", "INSERT INTO `a``b` (x) VALUES (1, 'a\\'b');", "INSERT INTO FUNCTION f(1) FORMAT X\n\n", "SELECT $a$;$a$; ", "--", "/*", "{a:b}", "INSERT INTO t(", "\ufeffSELECT\u00a01", "((("} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		st, err := parseStatement(text)
		if err != nil {
			return
		}
		if st.insert == nil {
			if len(st.sql) > len(text)+1 {
				t.Fatalf("%q grew to %q", text, st.sql)
			}
			return
		}
		for _, part := range []string{st.insert.head, st.insert.target, st.insert.columns, st.insert.data, st.format} {
			if !strings.Contains(text, part) && part != "Values" {
				t.Fatalf("%q has no part %q", text, part)
			}
		}
		columnList(st.insert.columns)
		unquote(st.insert.target)
	})
}
