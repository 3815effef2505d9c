package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
	validate "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/lineage"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// schemaFile is the published schema of the report, from the root of the repository.
const schemaFile = "docs/schemas/report.schema.json"

// words are the types of which all values are known.
var words = map[reflect.Type][]any{
	reflect.TypeFor[finding.Severity]():   {finding.Block, finding.Warn, finding.Info},
	reflect.TypeFor[finding.Conclusion](): {finding.Pass, finding.Blocked, finding.Failed},
	reflect.TypeFor[diff.Action]():        {diff.Add, diff.Remove, diff.Update, diff.Recreate},
	reflect.TypeFor[lineage.Use]():        {lineage.Reads, lineage.Fills, lineage.Filters},
}

// schemaOf makes the schema from the structs and their comments. A closed one allows no
// members beside those of the structs.
func schemaOf(t *testing.T, closed bool) []byte {
	t.Helper()
	r := &jsonschema.Reflector{AllowAdditionalProperties: !closed, Mapper: func(typ reflect.Type) *jsonschema.Schema {
		if values, ok := words[typ]; ok {
			return &jsonschema.Schema{Type: "string", Enum: values}
		}
		return nil
	}}
	for _, dir := range []string{"pkg/report", "pkg/finding", "pkg/inframap", "pkg/diff", "pkg/plan"} {
		if err := r.AddGoComments("github.com/moose-migrate/moose-migrate", "./"+dir); err != nil {
			t.Fatal(err)
		}
	}
	s := r.Reflect(&report.Report{})
	s.ID = ""
	s.Title = "Report of moose-migrate"
	s.Description = "What moose plan --format json prints. Members can be added; readers ignore those that they do not know."
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(raw, '\n')
}

func compiled(t *testing.T, raw []byte) *validate.Schema {
	t.Helper()
	doc, err := validate.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := validate.NewCompiler()
	if err := c.AddResource("report.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheSchemaIsThatOfTheStructs(t *testing.T) {
	reports := map[string][]byte{}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.Contains(file, "sarif") {
			if reports[file], err = os.ReadFile(file); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, r := range map[string]*report.Report{"reviewed": reviewedReport(t), "hostile": hostileFindings(t), "graph": connected(t)} {
		if name == "hostile" {
			for i := range r.Findings {
				r.Findings[i].Severity = finding.Warn // a hostile one is none of the words
			}
		}
		var b bytes.Buffer
		if err := r.JSON(&b); err != nil {
			t.Fatal(err)
		}
		reports[name] = b.Bytes()
	}
	if !bytes.Contains(reports["graph"], []byte(`"edges"`)) {
		t.Error("no report has a graph")
	}
	t.Chdir("../..")
	raw := schemaOf(t, false)
	if *update {
		if err := os.MkdirAll(filepath.Dir(schemaFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(schemaFile, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatalf("%v; run the test with -update to write it", err)
	}
	if d := cmp.Diff(string(want), string(raw)); d != "" {
		t.Errorf("%s differs (-want +got); run the test with -update if that is meant:\n%s", schemaFile, d)
	}
	open, closed := compiled(t, want), compiled(t, schemaOf(t, true))
	if len(reports) < 9 {
		t.Errorf("%d reports", len(reports))
	}
	for name, text := range reports {
		doc, err := validate.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*validate.Schema{open, closed} {
			if err := s.Validate(doc); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		doc.(map[string]any)["verdict"] = 1.0
		if open.Validate(doc) == nil {
			t.Error("a verdict that is a number passes")
		}
	}
}
