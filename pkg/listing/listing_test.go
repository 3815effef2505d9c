package listing_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/listing"
)

const base = "http://localhost:4000"

// kitchen is the map that Moose 0.6.533 made of a project with every kind.
func kitchen(t testing.TB) *inframap.Map {
	t.Helper()
	data, err := os.ReadFile("../../testdata/moose-0.6.533/kitchen-sink/local_infra_map-0.6.533.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := inframap.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func written(t *testing.T, l *listing.Listing, kind listing.Kind) string {
	t.Helper()
	var out bytes.Buffer
	if err := l.WriteJSON(&out, kind); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestHasAllThatMooseLists compares with what `moose ls --json` of Moose 0.6.533
// printed for the same project: same kinds, same resources, and all of Moose's
// keys with the same values.
func TestHasAllThatMooseLists(t *testing.T) {
	data, err := os.ReadFile("testdata/moose-ls-0.6.533.json")
	if err != nil {
		t.Fatal(err)
	}
	var want, got map[string][]map[string]any
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(written(t, listing.New(kitchen(t), base), listing.All)), &got); err != nil {
		t.Fatal(err)
	}
	key := func(r map[string]any) any {
		if name, ok := r["name"]; ok {
			return name
		}
		return r["source"]
	}
	for kind, resources := range want {
		if len(got[kind]) != len(resources) {
			t.Errorf("%s: %d listed, Moose lists %d", kind, len(got[kind]), len(resources))
		}
		for _, theirs := range resources {
			if kind == "consumption_apis" { // the one intended difference
				theirs["url"] = strings.Replace(theirs["url"].(string), base, base+"/api", 1)
			}
			found := false
			for _, ours := range got[kind] {
				if key(ours) != key(theirs) {
					continue
				}
				found = true
				for k, v := range theirs {
					if !reflect.DeepEqual(ours[k], v) {
						t.Errorf("%s %v: %s is %v, Moose has %v", kind, key(theirs), k, ours[k], v)
					}
				}
			}
			if !found {
				t.Errorf("%s: %v is missing", kind, key(theirs))
			}
		}
	}
}

func TestText(t *testing.T) {
	m := kitchen(t)
	m.Dictionaries = map[string]jsontext.Value{
		"local_d1":     jsontext.Value(`{"name":"d1","layout":{"type":"FLAT"},"source":{"table":"D0","type":"TABLE"}}`),
		"analytics_d2": jsontext.Value(`{"name":"d2","database":"analytics","layout":{"type":"COMPLEX_KEY_HASHED"},"source":{"type":"EXTERNAL"}}`),
		"odd":          jsontext.Value(`[1]`),
	}
	var out bytes.Buffer
	if some, err := listing.New(m, base+"/pre/").WriteText(&out, listing.All, strings.ToUpper); err != nil || !some {
		t.Fatal(some, err)
	}
	const golden = "testdata/kitchen-sink.txt"
	if os.Getenv("MOOSE_UPDATE") == "1" {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestOneKindIsAListAlone(t *testing.T) {
	l := listing.New(kitchen(t), base)
	const want = `[
  {
    "name": "AggMV",
    "database": "local",
    "target": "AggT",
    "source_tables": [
      "` + "`analytics`.`Events_1_2`" + `"
    ],
    "life_cycle": "FULLY_MANAGED"
  }
]
`
	if diff := cmp.Diff(want, written(t, l, listing.MaterializedViews)); diff != "" {
		t.Error(diff)
	}
	var out bytes.Buffer
	if _, err := l.WriteText(&out, listing.WebApps, nil); err != nil || !strings.HasPrefix(out.String(), "Web Apps\n") || strings.Contains(out.String(), "Tables") {
		t.Errorf("%v\n%s", err, &out)
	}
}

func TestEmptyKindsAreEmptyLists(t *testing.T) {
	l := listing.New(inframap.New(""), base)
	if got := written(t, l, listing.All); strings.Contains(got, "null") || strings.Count(got, "[]") != len(listing.Kinds()) {
		t.Error(got)
	}
	for _, kind := range listing.Kinds() {
		if got := written(t, l.Filter("x"), kind); got != "[]\n" {
			t.Errorf("%s: %q", kind, got)
		}
	}
	if some, err := l.WriteText(nil, listing.All, nil); some || err != nil || len(l.Counts()) != 0 {
		t.Errorf("%v, %v", some, err)
	}
}

func TestFilterIsACaseSensitiveSubstring(t *testing.T) {
	for part, want := range map[string]int{"": 7, "Events": 1, "events": 0, "T": 4, "analytics.": 1} {
		if got := len(listing.New(kitchen(t), base).Filter(part).Tables); got != want {
			t.Errorf("%q leaves %d tables, want %d", part, got, want)
		}
	}
	if got := listing.New(kitchen(t), base).Filter("Bar").Transformations; len(got) != 2 {
		t.Errorf("%v", got) // Bar's consumer, and Foo's transformation into Bar
	}
}

func TestCounts(t *testing.T) {
	var got []string
	for _, c := range listing.New(kitchen(t), base).Counts() {
		got = append(got, c.Text)
	}
	want := "7 tables, 1 view, 1 materialized view, 5 streams, 1 ingestion API, 1 SQL resource, 1 analytics API, 2 streaming functions, 1 workflow, 1 web app"
	if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
		t.Error(diff)
	}
}

func TestParseKind(t *testing.T) {
	for _, kind := range append(listing.Kinds(), listing.All) {
		if got, err := listing.ParseKind(string(kind)); got != kind || err != nil {
			t.Errorf("%q: %q, %v", kind, got, err)
		}
	}
	if _, err := listing.ParseKind("foo"); err == nil || !strings.Contains(err.Error(), `"foo"; the types are tables, views`) {
		t.Errorf("%v", err)
	}
}

// FuzzMap lists any map that can be read: no panic, valid JSON, and no line of
// text that a name could have broken.
func FuzzMap(f *testing.F) {
	f.Add([]byte(`{"tables":{},"topics":{},"api_endpoints":{},"olap_dictionaries":{"a":7},"views":{"v":{"name":"a\nb\u001b[2J"}}}`))
	f.Add([]byte(`{"tables":{"t":{"name":"t"}},"topics":{},"api_endpoints":{"e":{"api_type":{}}},"function_processes":{"f":{}}}`))
	f.Add([]byte(`{"tables":{"t":null},"topics":{"t":null},"api_endpoints":{"e":null},"function_processes":{"f":null},"web_apps":{"w":null},"topic_to_table_sync_processes":{"s":null}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := inframap.Decode(data)
		if err != nil {
			return
		}
		l := listing.New(m, base)
		if !json.Valid([]byte(written(t, l, listing.All))) {
			t.Error("not JSON")
		}
		var out bytes.Buffer
		if _, err := l.WriteText(&out, listing.All, nil); err != nil || bytes.ContainsRune(out.Bytes(), '\x1b') {
			t.Errorf("%v %q", err, out.String())
		}
	})
}
