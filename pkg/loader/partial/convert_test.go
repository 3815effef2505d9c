package partial_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader/partial"
)

const fixtures = "../../../testdata/moose-0.6.533"

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixtures, path))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func typescript() partial.Options {
	return partial.Options{
		Language: partial.TypeScript, MainFile: "app/index.ts", DefaultDatabase: "local",
		Path: partial.Relative("/srv/project", "/project"),
	}
}

var absFile = regexp.MustCompile(`"abs_file_path":(\s*)"(?:/srv)?/project/`)

func TestConvertHasTheBytesOfMoose(t *testing.T) {
	small := read(t, "small/serializer.stdout")
	small = small[bytes.IndexByte(small, '{') : bytes.LastIndexByte(small, '}')+1]
	for _, tc := range []struct {
		name     string
		in, want []byte
	}{
		{"kitchen-sink", read(t, "kitchen-sink/ts-partial-0.6.533.json"), read(t, "kitchen-sink/ts-infrastructure_map-0.6.533.json")},
		{"small", small, read(t, "small/infrastructure_map.json")},
		// What Moose made of a file written to touch every rule; see the interop test of the loader.
		{"everything", read(t, "../../pkg/loader/partial/testdata/everything.json"), read(t, "../../pkg/loader/partial/testdata/everything-map-0.6.533.json")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, err := partial.Convert(tc.in, typescript())
			if err != nil {
				t.Fatal(err)
			}
			encode := inframap.Encode
			if !bytes.Contains(bytes.TrimSpace(tc.want), []byte("\n")) {
				encode = func(m *inframap.Map) ([]byte, error) { return inframap.Canonical(m) }
			}
			got, err := encode(out.Map.Masked())
			if err != nil {
				t.Fatal(err)
			}
			want := absFile.ReplaceAll(bytes.TrimSpace(tc.want), []byte(`"abs_file_path":$1"`))
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("not Moose's bytes (-want +got):\n%s", diff)
			}
			if len(out.Warnings) > 0 {
				t.Errorf("warnings: %q", out.Warnings)
			}
		})
	}
}

func TestConvertIsDeterministic(t *testing.T) {
	in := read(t, "kitchen-sink/ts-partial-0.6.533.json")
	var first []byte
	for range 20 {
		out, err := partial.Convert(in, typescript())
		if err != nil {
			t.Fatal(err)
		}
		got, err := inframap.Encode(out.Map)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		} else if !bytes.Equal(first, got) {
			t.Fatal("two conversions of the same input differ")
		}
	}
}

const column = `"columns":[{"name":"id","data_type":"String","required":true,"unique":false,"primary_key":true,"default":null,"annotations":[]}]`

func TestConvertSpellings(t *testing.T) {
	camel := `{"tables":{"T":{"name":"T",` + column + `,"orderBy":["id"],"partitionBy":"id","engineConfig":{"engine":"VersionedCollapsingMergeTree","sign":"s","ver":"v"},
	  "tableSettings":{"a":"1"},"lifeCycle":"EXTERNALLY_MANAGED","seedFilter":{"limit":3},"constraints":[{"name":"c","expression":"1","constraint_type":"CHECK"}]}},"unloadedFiles":["app/x.ts"]}`
	python := `{"tables":{"T":{"name":"T",` + column + `,"order_by":["id"],"partition_by":"id","engine_config":{"engine":"VersionedCollapsingMergeTree","sign":"s","ver":"v"},
	  "table_settings":{"a":"1"},"life_cycle":"EXTERNALLY_MANAGED","seed_filter":{"limit":3,"where":null},"database":null,"metadata":null,"ttl":null,"indexes":null,
	  "constraints":[{"name":"c","expression":"1","type":"CHECK"}]}},"unloaded_files":["app/x.ts"],"topics":null}`
	var got [2][]byte
	for i, in := range []string{camel, python} {
		out, err := partial.Convert([]byte(in), typescript())
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Warnings) > 0 {
			t.Errorf("warnings: %q", out.Warnings)
		}
		if diff := cmp.Diff([]string{"app/x.ts"}, out.UnloadedFiles); diff != "" {
			t.Error(diff)
		}
		if got[i], err = inframap.Encode(out.Map); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(got[0]), string(got[1])); diff != "" {
		t.Error(diff)
	}
	if !bytes.Contains(got[0], []byte(`"version": "v"`)) || !bytes.Contains(got[0], []byte(`"type": "CHECK"`)) {
		t.Errorf("engine version or constraint lost:\n%s", got[0])
	}
}

func TestConvertKeepsAndReportsUnknownMembers(t *testing.T) {
	in := `{"future":{"a":1},"tables":{"Events":{"name":"Events",` + column + `,"foo":[1],"nothing":null,
	  "engineConfig":{"engine":"ReplacingMergeTree","ver":null,"newArg":"x"}},
	 "Other":{"name":"Other","columns":[{"name":"id","data_type":"String","required":true,"unique":false,"primary_key":true,"bar":1}],"engineConfig":{"engine":"MoonTree","moonPhase":"full"}}}}`
	out, err := partial.Convert([]byte(in), typescript())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`table Events: engineConfig: unknown member "newArg", written by a newer moose-lib; kept`,
		`table Events: unknown member "foo", written by a newer moose-lib; kept`,
		`table Other: column id: unknown member "bar", written by a newer moose-lib; kept`,
		`table Other: unknown engine "MoonTree", written by a newer moose-lib; kept`,
		`the project's declarations: unknown member "future", written by a newer moose-lib; kept`,
	}
	if diff := cmp.Diff(want, out.Warnings); diff != "" {
		t.Error(diff)
	}
	got, err := inframap.Encode(out.Map)
	if err != nil {
		t.Fatal(err)
	}
	for _, kept := range []string{`"foo": [`, `"new_arg": "x"`, `"bar": 1`, `"moon_phase": "full"`, `"future": {`} {
		if !bytes.Contains(got, []byte(kept)) {
			t.Errorf("%s was lost:\n%s", kept, got)
		}
	}
}

func TestConvertErrors(t *testing.T) {
	table := `"name":"T",` + column
	topic := `"name":"S",` + column
	for name, tc := range map[string]struct{ in, want string }{
		"not JSON":                {`{`, "must be a JSON object"},
		"list":                    {`[]`, "must be a JSON object"},
		"section of wrong type":   {`{"tables":[]}`, "tables must be an object"},
		"table without name":      {`{"tables":{"T":{}}}`, "table T: name is missing"},
		"table is a number":       {`{"tables":{"T":1}}`, "table T: must be a JSON object"},
		"column without type":     {`{"tables":{"T":{"name":"T","columns":[{"name":"id"}]}}}`, "table T: column id: data_type is missing"},
		"engine argument":         {`{"tables":{"T":{` + table + `,"engineConfig":{"engine":"ReplacingMergeTree","ver":1}}}}`, "engine ReplacingMergeTree: ver has the wrong type"},
		"life cycle":              {`{"tables":{"T":{` + table + `,"lifeCycle":"FREE"}}}`, `lifeCycle "FREE" is none of`},
		"ingest without topic":    {`{"ingestApis":{"A":{"name":"A","columns":[],"writeTo":{"kind":"stream","name":"Gone"}}}}`, `ingest API A: writes to the stream "Gone", which is not declared`},
		"ingest without target":   {`{"ingestApis":{"A":{"name":"A","columns":[]}}}`, "ingest API A: writeTo is missing"},
		"sync without table":      {`{"topics":{"S":{` + topic + `,"targetTable":"T","targetTableVersion":"2"}}}`, `topic S: writes to the table "T" in version 2, which is not declared`},
		"sync of other version":   {`{"topics":{"S":{` + topic + `,"version":"1","targetTable":"T"}},"tables":{"T":{` + table + `}}}`, `topic S: has version 1 but its table "T" has no version`},
		"transform without topic": {`{"topics":{"S":{` + topic + `,"transformationTargets":[{"kind":"stream","name":"Gone"}]}}}`, `topic S: transforms into the stream "Gone"`},
		"consumer without queue":  {`{"topics":{"S":{` + topic + `,"consumers":[{"deadLetterQueue":"Gone"}]}}}`, `dead letter queue "Gone"`},
		"two tables, one name": {
			`{"tables":{"T_1":{"name":"T","version":"1",` + column + `},"T_1b":{"name":"T_1",` + column + `}}}`,
			"is the ClickHouse table local.T_1, which table T_1 is already",
		},
		"two tables, one id": {`{"tables":{"a":{` + table + `},"b":{` + table + `}}}`, "table b: is the ClickHouse table local.T"},
		"deep":               {`{"tables":` + strings.Repeat("[", 600), "nested deeper than 500"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := partial.Convert([]byte(tc.in), typescript())
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestConvertListsEveryProblem(t *testing.T) {
	var in strings.Builder
	in.WriteString(`{"tables":{`)
	for i := range 14 {
		if i > 0 {
			in.WriteByte(',')
		}
		in.WriteString(`"T` + string(rune('a'+i)) + `":{"columns":[]}`)
	}
	in.WriteString(`}}`)
	_, err := partial.Convert([]byte(in.String()), typescript())
	if err == nil || !strings.Contains(err.Error(), "and 4 more") || !strings.Contains(err.Error(), "table Tj: ") {
		t.Errorf("error %v", err)
	}
}

func TestConvertPaths(t *testing.T) {
	for path, want := range map[string]string{
		"ingest/a/1": "ingest/a/1", "a": "ingest/a/1", "a/": "ingest/a/1", "a1": "ingest/a1/1",
	} {
		in := `{"topics":{"S":{"name":"S",` + column + `}},"ingestApis":{"A":{"name":"A",` + column + `,"version":"1","path":"` + path + `","writeTo":{"name":"S"}}}}`
		out, err := partial.Convert([]byte(in), typescript())
		if err != nil {
			t.Fatal(err)
		}
		if got := out.Map.APIEndpoints["INGRESS_A_1"].Path; got != want {
			t.Errorf("path %q: %q, want %q", path, got, want)
		}
	}
}

func TestRelative(t *testing.T) {
	rel := partial.Relative("/srv/project", "/private/srv/project")
	for in, want := range map[string]string{
		"/srv/project/app/index.ts":                "app/index.ts",
		"/private/srv/project/dist/app/index.js":   "dist/app/index.js",
		"file:///srv/project/app/with%20space.mjs": "app/with space.mjs",
		"/srv/project-2/app/index.ts":              "/srv/project-2/app/index.ts",
		"/elsewhere":                               "/elsewhere",
		"app/index.ts":                             "app/index.ts",
	} {
		if got := rel(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func FuzzConvert(f *testing.F) {
	f.Add(read(f, "kitchen-sink/ts-partial-0.6.533.json"))
	f.Add(read(f, "../../pkg/loader/partial/testdata/everything.json"))
	f.Add([]byte(`{"tables":{"T":{"name":"T",` + column + `,"engineConfig":{"engine":"Buffer","numLayers":1}}}}`))
	f.Add([]byte(`{"topics":{"S":{"name":"S","columns":[],"targetTable":"S","consumers":[null]}}}`))
	f.Add([]byte(`{"olapDictionaries":{"d":{"metadata":{"source":{"file":"x"}}}},"views":{"v":{}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := partial.Convert(data, typescript())
		if err != nil {
			return
		}
		first, err := inframap.Encode(out.Map)
		if err != nil {
			t.Fatalf("a converted map cannot be written: %v", err)
		}
		if _, err := inframap.Decode(first); err != nil {
			t.Fatalf("a converted map cannot be read: %v\n%s", err, first)
		}
		again, err := partial.Convert(data, typescript())
		if err != nil {
			t.Fatal(err)
		}
		second, err := inframap.Encode(again.Map)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("two conversions differ: %v", err)
		}
	})
}

// TestConvertReadsTheSampleProjects reads what the real libraries printed for the
// sample projects, in both languages.
func TestConvertReadsTheSampleProjects(t *testing.T) {
	for name, tables := range map[string][]string{
		"small-ts": {"local_PageViews", "local_Users"}, "small-py": {"local_PageViews", "local_Users"},
		"shop-ts-main": nil, "shop-ts-pr": nil,
	} {
		t.Run(name, func(t *testing.T) {
			out, err := partial.Convert(read(t, "../serializer/"+name+".json"), typescript())
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Warnings) > 0 || len(out.Map.Tables) == 0 {
				t.Errorf("%d tables, warnings %q", len(out.Map.Tables), out.Warnings)
			}
			if got := inframap.Keys(out.Map.Tables); tables != nil && !cmp.Equal(tables, got) {
				t.Errorf("tables %q", got)
			}
			data, err := inframap.Encode(out.Map)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(data, []byte(`"/project`)) {
				t.Errorf("an absolute path stayed:\n%s", data)
			}
		})
	}
}
