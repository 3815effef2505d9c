package plan_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

func moosePlans(t testing.TB) []string {
	t.Helper()
	files, _ := filepath.Glob("../../testdata/moose-0.6.533/scenarios/*/migrations*/plan.yaml")
	kitchen, _ := filepath.Glob("../../testdata/moose-0.6.533/*/plan*.yaml")
	files = append(files, kitchen...)
	if len(files) < 20 {
		t.Fatalf("only %d plan files found", len(files))
	}
	return files
}

func TestPlansOfMooseReadAndWriteTheSame(t *testing.T) {
	for _, file := range moosePlans(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := plan.DecodeYAML(data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		again, err := p.EncodeYAML()
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := yaml.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(again, &got); err != nil {
			t.Fatal(err)
		}
		hideSecrets(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", file, diff)
		}
	}
}

func hideSecrets(v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, c := range v {
			if s, ok := c.(string); ok && strings.HasPrefix(k, "aws_") && s != "" {
				v[k] = inframap.Hidden
			}
			hideSecrets(c)
		}
	case []any:
		for _, c := range v {
			hideSecrets(c)
		}
	}
}

func TestHandWrittenFlowStyle(t *testing.T) {
	p, err := plan.DecodeYAML([]byte(`{created_at: 2026-01-31T12:00:00Z, operations: [{DropTable: {table: Old}}, ` +
		`{RenameTableColumn: {table: T, before_column_name: a, after_column_name: b, database: null}}, {RawSql: {sql: ["SELECT 1"], description: yes}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, op := range p.Operations {
		got = append(got, string(op.Kind())+" "+op.Target().String())
	}
	if diff := cmp.Diff([]string{"DropTable Old", "RenameTableColumn T", "RawSql yes"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestBadPlansSayWhatIsWrong(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "empty",
		"- a":                                "created_at",
		"created_at: 1\noperations: []":      "/created_at",
		"operations: []":                     "no \"created_at\"",
		"created_at: 2026-01-31T12:00:00Z\n": "no \"operations\"",
		"created_at: 2026-01-31T12:00:00Z\noperations:\n- Explode: {table: x}":                                               "operation 1: unknown operation \"Explode\"",
		"created_at: 2026-01-31T12:00:00Z\noperations:\n- DropTable: {}":                                                     "operation 1: DropTable: \"table\" is missing",
		"created_at: 2026-01-31T12:00:00Z\noperations:\n- DropTable":                                                         "operation 1",
		"created_at: 2026-01-31T12:00:00Z\noperations:\n- AddTableColumn: {table: t, column: {name: x}}":                     "\"data_type\" is missing",
		"created_at: 2026-01-31T12:00:00Z\noperations:\n- CreateTable: {table: {name: t, columns: [], engine: !Foo {a: 1}}}": "tag !Foo",
		"a: [":       "not valid YAML",
		"a: &x [*x]": "nested too deeply",
	} {
		_, err := plan.DecodeYAML([]byte(in))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", in, err, want)
		}
	}
}

func TestSaveAndLoad(t *testing.T) {
	root := t.TempDir()
	if _, err := plan.Load(root); err == nil || !strings.Contains(err.Error(), "moose generate migration") {
		t.Errorf("no plan: %v", err)
	}
	engine := inframap.NewEngine("S3Queue")
	_ = engine.Set("aws_secret_access_key", "SECRET1234567890")
	table := &inframap.Table{Name: "Q", Engine: engine, Columns: []inframap.Column{{Name: "a", DataType: inframap.SimpleType("String")}}}
	desired := inframap.New("local")
	desired.Tables["local_Q"] = table
	f := &plan.Files{
		Plan:    &plan.Plan{CreatedAt: time.Unix(1_700_000_000, 0), Operations: []plan.Operation{&plan.CreateTableOp{Table: table}}},
		Before:  inframap.New("local"),
		Desired: desired,
	}
	if err := f.Save(root); err != nil {
		t.Fatal(err)
	}
	entries, _ := filepath.Glob(filepath.Join(root, "*", "*"))
	for _, e := range entries {
		if data, _ := os.ReadFile(e); strings.Contains(string(data), "SECRET") {
			t.Errorf("%s contains a credential", e)
		}
	}
	loaded, err := plan.Load(root)
	if err != nil {
		t.Fatal(err)
	}
	if edited, err := loaded.Edited(); edited || err != nil {
		t.Errorf("a fresh plan counts as edited: %v %v", edited, err)
	}
	loaded.Plan.Operations = nil
	if edited, _ := loaded.Edited(); !edited {
		t.Error("a changed plan does not count as edited")
	}
	if err := os.Remove(filepath.Join(root, plan.Dir, plan.BeforeFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Load(root); err == nil || !strings.Contains(err.Error(), "migrations/remote_state.json") {
		t.Errorf("incomplete plan: %v", err)
	}
}

func FuzzDecodeYAML(f *testing.F) {
	for _, file := range moosePlans(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := plan.DecodeYAML(data)
		if err != nil {
			return
		}
		out, err := p.EncodeYAML()
		if err != nil {
			return
		}
		q, err := plan.DecodeYAML(out)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, out)
		}
		if len(q.Operations) != len(p.Operations) {
			t.Fatalf("%d operations became %d", len(p.Operations), len(q.Operations))
		}
	})
}
