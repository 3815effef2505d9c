package policy_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	generate "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/moose-migrate/moose-migrate/pkg/policy"
)

var update = flag.Bool("update", false, "write docs/schemas/moose-migrate.schema.json")

const schemaFile = "../../docs/schemas/moose-migrate.schema.json"

// generated is the schema of the struct, with its comments as descriptions.
func generated(t *testing.T) []byte {
	t.Helper()
	r := &generate.Reflector{FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, ExpandedStruct: true, Anonymous: true}
	if err := r.AddGoComments("github.com/moose-migrate/moose-migrate/pkg/policy", "."); err != nil {
		t.Fatal(err)
	}
	for key := range r.CommentMap { // the module's path is that of the working directory
		if name := strings.TrimPrefix(key, "github.com/moose-migrate/moose-migrate/pkg/policy/."); name != key {
			r.CommentMap["github.com/moose-migrate/moose-migrate/pkg/policy"+name] = r.CommentMap[key]
		}
	}
	s := r.Reflect(&policy.Policy{})
	s.ID, s.Title = "https://raw.githubusercontent.com/moose-migrate/moose-migrate/main/docs/schemas/moose-migrate.schema.json", policy.File
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

func TestTheSchemaIsUpToDate(t *testing.T) {
	want := generated(t)
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the struct says (%v); write it with: go test ./pkg/policy -run Schema -update", schemaFile, err)
	}
	var known map[string]any
	if err := json.Unmarshal(want, &known); err != nil {
		t.Fatal(err)
	}
	properties := known["properties"].(map[string]any)
	fields := reflect.TypeFor[policy.Policy]()
	for i := range fields.NumField() {
		key := fields.Field(i).Tag.Get("yaml")
		if p, ok := properties[key].(map[string]any); !ok || p["description"] == nil {
			t.Errorf("the key %s has no description in the schema", key)
		}
	}
}

// validate checks a text of YAML against the schema.
func validate(t *testing.T, text string) error {
	t.Helper()
	c := jsonschema.NewCompiler()
	var raw any
	if err := json.Unmarshal(generated(t), &raw); err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("policy.json", raw); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("policy.json")
	if err != nil {
		t.Fatal(err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return err
	}
	plainDates(&document)
	var value any
	if err := document.Decode(&value); err != nil {
		return err
	}
	if value == nil {
		value = map[string]any{}
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		return err
	}
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(decoded)
}

// plainDates makes dates text, as they are in YAML 1.2, which editors follow.
func plainDates(n *yaml.Node) {
	if n.Tag == "!!timestamp" {
		n.Tag = "!!str"
	}
	for _, c := range n.Content {
		plainDates(c)
	}
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// TestExamplesAreValid reads every example of the file in the documentation.
func TestExamplesAreValid(t *testing.T) {
	examples := map[string]string{"everything": everything}
	documents, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(documents) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	inDocs := 0
	for _, path := range documents {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range yamlBlock.FindAllStringSubmatch(string(text), -1) {
			if filepath.Base(path) == "policy.md" || strings.Contains(m[1], "\nignore:") {
				inDocs++
				examples[m[1]] = m[1]
			}
		}
	}
	if inDocs < 2 {
		t.Errorf("%d examples in the documentation, want some", inDocs)
	}
	for name, text := range examples {
		if err := validate(t, text); err != nil {
			t.Errorf("%s\nthe schema: %v", name, err)
		}
		if _, err := policy.Parse([]byte(text)); err != nil {
			t.Errorf("%s\nthe parser: %v", name, err)
		}
	}
}

// TestWhatTheSchemaRefusesIsRefused: an editor and the program agree.
func TestWhatTheSchemaRefusesIsRefused(t *testing.T) {
	for _, text := range []string{
		"ignores: []", "ignore: 3", "ignore: [{object: x}]", "fail_on: maybe", "fail_on: [block]",
		"rules: [{rule: LC201}]", "rules: [{rule: LC201, severity: loud}]", "rules: [{severity: warn}]", "rules: [{rule: 'a b', severity: warn}]", "rules: [{rule: LC201, severity: warn, objects: x}]",
		"rules: [{rule: LC201, severity: warn, objects: [3]}]", "safe_below: {rows: 1}", "safe_below: [{rows: [1]}]", "safe_below: [{rows: 1, table: x}]",
		"freeze: [{from: 2026-12-20, to: 2026-12-21}]", "freeze: [{days: [friday], reason: x}]", "freeze: [{days: [], reason: x}]",
		"approvals: [{rules: [DS101]}]", "approvals: [{count: 0}]", "approvals: [{count: 21}]", "approvals: [{count: two}]", "approvals: [{count: 2, not_author: perhaps}]",
		"overrides: [{rule: DS101, object: x, digest: 0123456z, reason: y, expires: 2026-12-31}]", "overrides: [{rule: DS1*, digest: 01234567, reason: y, expires: 2026-12-31}]",
		"overrides: [{rule: DS101, digest: '01234567', expires: 2026-12-31}]", "overrides: [{rule: DS101, digest: '01234567', reason: y}]",
		"overrides: [{rule: DS101, digest: '01234567', reason: y, expires: tomorrow}]", "overrides: [{rule: DS101, fingerprint: '0123456701234567', reason: y, expires: 2026-12-31}]",
		"probes: {seconds: 0}", "probes: {seconds: 3601}", "probes: {examples: some}", "probes: [1]", "renames: [{to: x}]", "3", "[]", "rules:", "rules: [null]",
	} {
		if validate(t, text) == nil {
			t.Errorf("%s: the schema takes it", text)
		}
		if _, err := policy.Parse([]byte(text)); err == nil {
			t.Errorf("%s: the parser takes it", text)
		}
	}
}
