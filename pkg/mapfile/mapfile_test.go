package mapfile_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
	"github.com/moose-migrate/moose-migrate/pkg/mapfile"
)

// sample is a map with one table and one view.
func sample() *inframap.Map {
	m := inframap.New("local")
	m.Tables["local_T"] = &inframap.Table{
		Name: "T", Engine: inframap.Engine{Name: "MergeTree"}, LifeCycle: inframap.FullyManaged,
		Columns: []inframap.Column{{Name: "a", DataType: inframap.SimpleType("String"), Required: true}},
	}
	m.Views["V"] = &inframap.View{Name: "V", SelectSQL: "SELECT 1"}
	return m
}

func encode(t testing.TB, m *inframap.Map) string {
	t.Helper()
	data, err := inframap.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "map.json")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestMoosesOwnMapsAreRead(t *testing.T) {
	var found int
	for _, pattern := range []string{"../../testdata/moose-0.6.533/*/*infra*map*.json", "../../testdata/moose-0.6.533/scenarios/*/*/local_infra_map.json"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			found++
			m, err := mapfile.Read(name, 0)
			if err != nil {
				t.Errorf("%v", err)
				continue
			}
			copied := filepath.Join(t.TempDir(), "map.json")
			if err := mapfile.Write(copied, m); err != nil {
				t.Error(err)
			}
			if again, err := mapfile.Read(copied, 0); err != nil || encode(t, again) != encode(t, m) {
				t.Errorf("%s: written and read again it is another map: %v", name, err)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d maps found", found)
	}
}

func TestWhatIsNoRegularFileIsRefused(t *testing.T) {
	good := file(t, encode(t, sample()))
	dir := t.TempDir()
	link, pipe := filepath.Join(dir, "link"), filepath.Join(dir, "pipe")
	if err := errors.Join(os.Symlink(good, link), syscall.Mkfifo(pipe, 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		link: "symbolic link", pipe: "no regular file", dir: "no regular file", "/dev/zero": "no regular file", filepath.Join(dir, "missing"): "no such file",
	} {
		if _, err := mapfile.Read(name, 0); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
	if _, err := mapfile.Read(good, 0); err != nil {
		t.Error(err)
	}
	if _, err := mapfile.Read(good, 100); err == nil || !strings.Contains(err.Error(), "more than 100 bytes") {
		t.Errorf("error %v", err)
	}
}

func text(s string) *string { return &s }

func TestMapsThatConfuseOrCostTooMuchAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(m *inframap.Map)
		want   string
	}{
		"id of another table":   {func(m *inframap.Map) { m.Tables["local_U"] = m.Tables["local_T"]; delete(m.Tables, "local_T") }, `the object under "local_U" has names that make the id "local_T"`},
		"id of another view":    {func(m *inframap.Map) { m.Views["W"] = m.Views["V"] }, `the id "V"`},
		"one name, two objects": {func(m *inframap.Map) { m.Views["T"] = &inframap.View{Name: "T", SelectSQL: "SELECT 1"} }, "are both local.T to ClickHouse"},
		"one table, two ids": {func(m *inframap.Map) {
			m.Tables["local_T_1_1"] = &inframap.Table{Name: "T", Version: text("1.1"), Engine: m.Tables["local_T"].Engine, Columns: m.Tables["local_T"].Columns}
		}, "are both local.T to ClickHouse"},
		"newline in a name": {func(m *inframap.Map) { m.Views["a\nb"] = &inframap.View{Name: "a\nb"} }, "cannot be seen"},
		"text direction":    {func(m *inframap.Map) { m.Views["a\u202eb"] = &inframap.View{Name: "a\u202eb"} }, "cannot be seen"},
		"NUL":               {func(m *inframap.Map) { m.Views["V"].SelectSQL = "SELECT '\x00'" }, "holds a NUL"},
		"NUL in a name":     {func(m *inframap.Map) { m.Tables["local_T"].Columns[0].Name = "a\x00" }, "NUL"},
		"long name":         {func(m *inframap.Map) { n := strings.Repeat("x", 300); m.Views[n] = &inframap.View{Name: n} }, "has 300 bytes"},
		"empty name":        {func(m *inframap.Map) { m.Views[""] = &inframap.View{} }, "empty name"},
		"column twice":      {func(m *inframap.Map) { x := m.Tables["local_T"]; x.Columns = append(x.Columns, x.Columns[0]) }, `declares the column "a" twice`},
		"file above":        {func(m *inframap.Map) { m.Tables["local_T"].Metadata = source("dist/../../x.ts") }, "outside of the project"},
		"file elsewhere":    {func(m *inframap.Map) { m.Tables["local_T"].Metadata = source("/etc/passwd") }, "outside of the project"},
		"backslash":         {func(m *inframap.Map) { m.Tables["local_T"].Metadata = source(`..\x`) }, "outside of the project"},
		"type of a megabyte": {func(m *inframap.Map) {
			m.Tables["local_T"].Columns[0].DataType = inframap.SimpleType(strings.Repeat("x", 2<<20))
		}, "a text of 2097152 bytes"},
		"nested type":           {func(m *inframap.Map) { m.Tables["local_T"].Columns[0].DataType = nested(100) }, "nested deeper than 64 levels"},
		"enum of two megabytes": {func(m *inframap.Map) { m.Tables["local_T"].Columns[0].DataType = enum(60_000) }, "more than the 1048576 that a column"},
		"brackets":              {func(m *inframap.Map) { m.Views["V"].SelectSQL = strings.Repeat("(", 10_000) }, "10000 brackets in one another"},
		"columns":               {func(m *inframap.Map) { m.Tables["local_T"].Columns = columns(100_000) }, "100000 columns"},
		"objects": {func(m *inframap.Map) {
			for i := range 20_001 {
				n := fmt.Sprint("V", i)
				m.Views[n] = &inframap.View{Name: n}
			}
		}, "at most 20000 are read"},
		"dictionary": {func(m *inframap.Map) { m.Dictionaries["d"] = jsontext.Value(`{"name":7}`) }, "d"},
	} {
		t.Run(name, func(t *testing.T) {
			m := sample()
			c.change(m)
			began := time.Now()
			_, err := mapfile.Read(file(t, encode(t, m)), 0)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if err != nil && (len(err.Error()) > 2000 || strings.ContainsAny(err.Error(), "\n\x00\u202e")) {
				t.Errorf("the error is %d bytes: %q", len(err.Error()), err)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("took %s", took)
			}
			if err := mapfile.Write(filepath.Join(t.TempDir(), "out.json"), m); err == nil {
				t.Error("it is written")
			}
		})
	}
	for content, want := range map[string]string{
		"":                         "EOF",
		"{":                        "not valid JSON",
		`{"a":1,"a":2}`:            "duplicate",
		`{"tables":{}}`:            "is missing",
		"{\"a\":\"\xff\"}":         "UTF-8",
		strings.Repeat("[", 1000):  "nested deeper",
		encode(t, sample()) + "{}": "after top-level value",
		`{"tables":{"x":null},"topics":{},"api_endpoints":{}}`: "null",
	} {
		if _, err := mapfile.Read(file(t, content), 0); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, want %q", content, err, want)
		}
	}
}

func source(name string) *inframap.Metadata {
	return &inframap.Metadata{Source: &inframap.SourceLocation{File: name}}
}

func nested(n int) inframap.ColumnType {
	t := inframap.SimpleType("String")
	for range n {
		t = inframap.ColumnType{Array: &inframap.ArrayType{Element: t}}
	}
	return t
}

func enum(n int) inframap.ColumnType {
	e := &inframap.EnumType{Name: "E"}
	for i := range n {
		value := int64(i)
		e.Values = append(e.Values, inframap.EnumMember{Name: fmt.Sprint("member", i), Value: inframap.EnumValue{Int: &value}})
	}
	return inframap.ColumnType{Enum: e}
}

func columns(n int) []inframap.Column {
	out := make([]inframap.Column, n)
	for i := range out {
		out[i] = inframap.Column{Name: fmt.Sprint("c", i), DataType: inframap.SimpleType("String")}
	}
	return out
}

func TestNoCredentialIsWritten(t *testing.T) {
	m := sample()
	bucket := inframap.Engine{Name: "S3"}
	for name, value := range map[string]string{"path": "https://b/x", "format": "CSV", "aws_access_key_id": "CANARYKEY", "aws_secret_access_key": "CANARYSECRET"} {
		if err := bucket.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	m.Tables["local_S"] = &inframap.Table{Name: "S", Engine: bucket, Columns: m.Tables["local_T"].Columns, TableSettings: map[string]string{"kafka_sasl_password": "CANARYPASS"}}
	m.Views["V"].SelectSQL = "SELECT * FROM url('https://u:CANARYURL@h/x', CSV)"
	m.SQLResources["R"] = &inframap.SQLResource{Name: "R", Setup: []string{"CREATE TABLE x AS s3('https://b', 'CANARYKEY', 'CANARYSECRET')"}}
	name := filepath.Join(t.TempDir(), "out", "map.json")
	if err := mapfile.Write(name, m); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(name)
	if err != nil || strings.Contains(string(data), "CANARY") || !strings.Contains(string(data), inframap.Hidden) {
		t.Errorf("%v: %s", err, data)
	}
	if _, err := mapfile.Read(name, 0); err != nil {
		t.Error(err)
	}
}

// TestAMapNamesNoVariable names the variables of tokens wherever a map can name one.
func TestAMapNamesNoVariable(t *testing.T) {
	m := sample()
	bucket := inframap.Engine{Name: "S3"}
	for name, value := range map[string]string{"path": "https://b/x", "aws_secret_access_key": loaderMark + "MOOSE_ADMIN_TOKEN", "format": loaderMark + "GITHUB_TOKEN"} {
		if err := bucket.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	m.Tables["local_T"].TableSettings = map[string]string{"index_granularity": loaderMark + "GITHUB_TOKEN", "a": "1"}
	m.Tables["local_S"] = &inframap.Table{
		Name: "S", Engine: bucket, Columns: m.Tables["local_T"].Columns, EngineParamsHash: text("guess"),
		TableSettings: map[string]string{"kafka_sasl_password": loaderMark + "INPUT_TOKEN"}, TableSettingsHash: text("guess"),
	}
	warnings, err := mapfile.Adopt(m, "local")
	if err != nil || len(warnings) != 2 {
		t.Errorf("%q, %v", warnings, err)
	}
	if refs := loader.RuntimeRefs(m); len(refs) > 0 {
		t.Errorf("references are left: %v", refs)
	}
	asked := func(name string) (string, bool) { t.Errorf("asked for %s", name); return "x", true }
	if _, err := loader.ResolveAvailable(m, asked); err != nil {
		t.Error(err)
	}
	if s := encode(t, m); strings.Contains(s, "TOKEN") || strings.Contains(s, "guess") {
		t.Error(s)
	}
	if got := m.Tables["local_T"].TableSettings["a"]; got != "1" {
		t.Errorf("another setting became %q", got)
	}
}

const loaderMark = inframap.RuntimeEnvPrefix

func TestAdoptMovesToTheDatabaseOfTheConnection(t *testing.T) {
	m := sample()
	m.Tables["other_T"] = &inframap.Table{Name: "T", Database: text("other"), Engine: m.Tables["local_T"].Engine, Columns: m.Tables["local_T"].Columns}
	m.TopicToTableSyncs["X_local_T"] = &inframap.TopicToTableSync{SourceTopicID: "X", TargetTableID: "local_T"}
	if _, err := mapfile.Adopt(m, "prod"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"other_T", "prod_T"}, inframap.Keys(m.Tables)); diff != "" {
		t.Error(diff)
	}
	if s := m.TopicToTableSyncs["X_prod_T"]; s == nil || s.TargetTableID != "prod_T" || m.DefaultDatabase != "prod" {
		t.Errorf("syncs %v in %q", inframap.Keys(m.TopicToTableSyncs), m.DefaultDatabase)
	}
	m = sample()
	m.Tables["other_T"] = &inframap.Table{Name: "T", Database: text("other"), Engine: m.Tables["local_T"].Engine, Columns: m.Tables["local_T"].Columns}
	if _, err := mapfile.Adopt(m, "other"); err == nil {
		t.Error("two tables became one")
	}
}

// FuzzDecode checks that nothing makes Decode panic, and that what it takes survives
// Adopt, Write and Read.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(encode(f, sample())))
	if data, err := os.ReadFile("../../testdata/moose-0.6.533/small/infrastructure_map.json"); err == nil {
		f.Add(data)
	}
	f.Add([]byte(`{"tables":{},"topics":{},"api_endpoints":{},"olap_dictionaries":{"d":{"name":"d"}},"select_row_policies":{"p":{}}}`))
	name := filepath.Join(f.TempDir(), "map.json")
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := mapfile.Decode(data)
		if err != nil {
			if len(err.Error()) > 10_000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		if _, err := mapfile.Adopt(m, m.DefaultDatabase); err != nil {
			t.Fatalf("decoded but not adopted: %v", err)
		}
		if err := mapfile.Write(name, m); err != nil {
			t.Fatalf("decoded but not written: %v", err)
		}
		if _, err := mapfile.Read(name, 0); err != nil {
			t.Fatalf("written but not read: %v", err)
		}
		if len(loader.RuntimeRefs(m)) > 0 {
			t.Error("a reference is left")
		}
	})
}
