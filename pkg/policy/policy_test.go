package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

const everything = `
ignore:
  - objects: ["raw_*", "analytics.*"]
  - objects: [Orders]
    attributes: ["column note: comment", "TTL"]
renames:
  - table: Orders
    columns: {note: remark}
  - table: analytics.Old
    to: New
`

func TestRulesBecomeOptions(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, policy.File), []byte(everything), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got diff.Options
	p.Apply(&got, "local")
	want := diff.Options{
		Ignore: []diff.IgnoreRule{
			{Objects: []string{"raw_*", "analytics.*"}}, {Objects: []string{"Orders"}, Attributes: []string{"column note: comment", "TTL"}},
		},
		Renames: []diff.Rename{
			{Table: schema.Name{Database: "local", Object: "Orders"}, To: schema.Name{Database: "local", Object: "Orders"}, Columns: map[string]string{"note": "remark"}},
			{Table: schema.Name{Database: "analytics", Object: "Old"}, To: schema.Name{Database: "analytics", Object: "New"}},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAProjectWithoutTheFileHasNoRules(t *testing.T) {
	p, err := policy.Load(t.TempDir())
	if err != nil || len(p.Ignore)+len(p.Renames) > 0 {
		t.Errorf("%+v %v", p, err)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"ignores: []":                            "line 1: the key \"ignores\" is not known here; known are ignore, renames",
		"ignore:\n  - object: x":                 "line 2: the key \"object\" is not known here; known are objects, attributes",
		"ignore:\n  - {}":                        "an empty entry would ignore everything",
		"ignore:\n  - objects: ['[']":            `"[" is no pattern`,
		"ignore:\n  - objects: ['']":             `"" is no pattern`,
		"renames:\n  - to: x":                    "entry 1: table is missing",
		"renames:\n  - table: x":                 "(x): say the new name",
		"renames:\n  - {table: x, to: x}":        "the same name before and after",
		"renames: [{table: x, columns: {a: a}}]": `column "a": "a" is no new name`,
		"ignore: 3":                              "line 1: cannot unmarshal",
		"{":                                      "line 1",
		"ignore: []\n---\nignore: []":            "second document",
	} {
		if _, err := policy.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte("ignore: [{objects: [x]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := policy.Parse(data)
		if err == nil {
			var o diff.Options
			p.Apply(&o, "db")
			if len(o.Ignore) != len(p.Ignore) || len(o.Renames) != len(p.Renames) {
				t.Error("a rule is lost")
			}
		}
	})
}
