package inframap_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// mooseFiles are the maps that the real Moose wrote.
func mooseFiles(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, pattern := range []string{
		"../../testdata/moose-0.6.533/*/*infra*map*.json", "../../testdata/moose-0.6.533/*/remote_state*.json",
		"../../testdata/moose-0.6.533/scenarios/*/migrations*/*.json",
	} {
		m, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m...)
	}
	if len(out) < 20 {
		t.Fatalf("only %d fixtures found", len(out))
	}
	return out
}

func TestFixturesRoundTripByteForByte(t *testing.T) {
	for _, file := range mooseFiles(t) {
		t.Run(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m, err := inframap.Decode(want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := inframap.Encode(m)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(want, []byte("\n")) {
				if got, err = inframap.Canonical(m); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(bytes.TrimSpace(want)), string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestIDsAndHashesAreThoseOfMoose(t *testing.T) {
	for _, file := range mooseFiles(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := inframap.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		for id, table := range m.Tables {
			if got := table.ID(m.DefaultDatabase); got != id {
				t.Errorf("%s: table id %q, want %q", file, got, id)
			}
			if table.EngineParamsHash != nil && len(table.Engine.Masked().Params["aws_access_key_id"]) < 8 {
				if got := table.Engine.Hash(); got != *table.EngineParamsHash {
					t.Errorf("%s: %s engine hash %s, want %s", file, id, got, *table.EngineParamsHash)
				}
			}
			if want := table.TableSettingsHash; want != nil && len(*want) == 64 {
				if got := inframap.SettingsHash(table.TableSettings); *got != *want {
					t.Errorf("%s: %s settings hash %s, want %s", file, id, *got, *want)
				}
			}
		}
		for id, topic := range m.Topics {
			if got := topic.ID(); got != id {
				t.Errorf("%s: topic id %q, want %q", file, got, id)
			}
		}
		for id, e := range m.APIEndpoints {
			if got := e.ID(); got != id {
				t.Errorf("%s: endpoint id %q, want %q", file, got, id)
			}
		}
		for id, f := range m.FunctionProcesses {
			if got := f.ID(); got != id {
				t.Errorf("%s: function id %q, want %q", file, got, id)
			}
		}
		for id, s := range m.TopicToTableSyncs {
			if got := s.ID(); got != id {
				t.Errorf("%s: sync id %q, want %q", file, got, id)
			}
		}
	}
}
