package statepb_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// storedState is a state that the real Moose wrote, with the map that it wrote
// it from when there is one.
type storedState struct {
	name string
	data []byte
	// jsonFile is the local_infra_map.json of the migration that stored the state, "" for none.
	jsonFile string
}

const scenarios = "../../../testdata/moose-0.6.533/scenarios"

// storedStates are every state that the real Moose 0.6.533 left in _MOOSE_STATE or in Redis.
func storedStates(t testing.TB) []storedState {
	t.Helper()
	out := []storedState{{
		name: "everything", data: read(t, "testdata/everything-0.6.533.pb"), jsonFile: "testdata/everything-0.6.533.json",
	}}
	files, err := filepath.Glob(scenarios + "/*/*state-*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw := read(t, file)
		if !json.Valid(raw) {
			continue // state-before.json of an empty database is an error message
		}
		scenario, base := filepath.Base(filepath.Dir(file)), filepath.Base(file)
		after := filepath.Join(filepath.Dir(file), "migrations", "local_infra_map.json")
		if base == "redis-state-after.json" {
			s := storedState{scenario + "/redis", redisState(t, raw), ""}
			if migrated(t, filepath.Dir(file)) {
				s.jsonFile = after
			}
			out = append(out, s)
			continue
		}
		rows := clickHouseStates(t, raw)
		for i, data := range rows {
			s := storedState{scenario + "/" + base, data, ""}
			if i == len(rows)-1 && base == "state-after.json" && migrated(t, filepath.Dir(file)) {
				s.jsonFile = after
			}
			out = append(out, s)
		}
	}
	if len(out) < 50 {
		t.Fatalf("only %d stored states found", len(out))
	}
	return out
}

func clickHouseStates(t testing.TB, raw []byte) [][]byte {
	t.Helper()
	var rows []struct{ Key, Value string }
	if err := json.Unmarshal(raw, &rows); err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for _, r := range rows {
		if strings.HasPrefix(r.Key, "infra_map_") {
			out = append(out, decode64(t, r.Value))
		}
	}
	return out
}

func redisState(t testing.TB, raw []byte) []byte {
	t.Helper()
	var keys map[string]struct{ Base64 string }
	if err := json.Unmarshal(raw, &keys); err != nil {
		t.Fatal(err)
	}
	return decode64(t, keys["MS::infrastructure_map"].Base64)
}

// migrated is false for the scenario whose migration fails half-way.
func migrated(t testing.TB, dir string) bool {
	t.Helper()
	return strings.Contains(string(read(t, filepath.Join(dir, "09-migrate.txt"))), "Successfully executed migration plan")
}

func decode64(t testing.TB, s string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
