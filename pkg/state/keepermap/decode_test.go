package keepermap

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

func FuzzDecodeLock(f *testing.F) {
	f.Add(base64.StdEncoding.EncodeToString([]byte(`{"machine_id":"m","started_at":"2026-11-22T12:00:00Z","expires_at":"2026-11-22T12:05:00Z"}`)))
	f.Add("bm90IEpTT04=")
	f.Add("not base64!")
	f.Add("")
	f.Fuzz(func(t *testing.T, value string) {
		record, err := decodeLock(value)
		if err == nil && record.ExpiresAt.IsZero() {
			t.Fatal("a lock without an end was accepted")
		}
	})
}

func FuzzDecodeMap(f *testing.F) {
	f.Add("infra_map_1795373287649", "eA==")
	f.Add("infra_map_", "eA==")
	f.Add("infra_map_99999999999999999999", "!")
	s, err := New(nil, Options{Database: "db"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		blob, err := s.decodeMap(key, value)
		if err == nil {
			if blob.Key != key || len(blob.Data) > len(value) {
				t.Fatalf("%q became %d bytes under %q", value, len(blob.Data), blob.Key)
			}
			return
		}
		var corrupt *state.CorruptError
		if !errors.As(err, &corrupt) || !strings.Contains(corrupt.Where, key) {
			t.Fatalf("the error does not name the row: %v", err)
		}
	})
}
