package inframap_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// everything is a map that Moose 0.6.533 wrote from a project with every engine,
// type, dictionary source and layout that it knows.
const everything = "statepb/testdata/everything-0.6.533.json"

func decodeEverything(t testing.TB) (*inframap.Map, string) {
	t.Helper()
	data, err := os.ReadFile(everything)
	if err != nil {
		t.Fatal(err)
	}
	m, err := inframap.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return m, string(data)
}

func TestEverythingRoundTripsByteForByte(t *testing.T) {
	m, want := decodeEverything(t)
	got, err := inframap.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestEveryEngineHashIsThatOfMoose(t *testing.T) {
	m, _ := decodeEverything(t)
	for id, table := range m.Tables {
		// The fixture hides the credentials that the hash was taken with.
		for name, value := range map[string]string{"aws_access_key_id": "AK", "aws_secret_access_key": "SK"} {
			if table.Engine.Has(name) {
				if err := table.Engine.Set(name, value); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got := table.Engine.Hash(); got != *table.EngineParamsHash {
			t.Errorf("%s: engine hash %s, want %s", id, got, *table.EngineParamsHash)
		}
		if want := table.TableSettingsHash; want != nil && !strings.Contains(table.Engine.Name, "Kafka") {
			if got := inframap.SettingsHash(table.TableSettings); *got != *want {
				t.Errorf("%s: settings hash %s, want %s", id, *got, *want)
			}
		}
		if got := table.ID(m.DefaultDatabase); got != id {
			t.Errorf("table id %q, want %q", got, id)
		}
	}
}

func TestDictionaryCredentialsAreMasked(t *testing.T) {
	m, want := decodeEverything(t)
	const secret = "correct-horse-battery"
	for id, raw := range m.Dictionaries {
		m.Dictionaries[id] = []byte(strings.ReplaceAll(string(raw), inframap.Hidden, secret))
	}
	masked := m.Masked()
	got, err := inframap.Encode(masked)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	if n := len(m.Secrets()); n != 8 {
		t.Errorf("%d secrets found, want 8", n)
	}
	if n := len(masked.Secrets()); n != 0 {
		t.Errorf("%d secrets left", n)
	}
}
