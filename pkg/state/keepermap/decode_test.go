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
	small, parted := newHead([]byte("data")), newHead(make([]byte, partSize+1))
	f.Add("infra_map_1795373287649", "eA==")
	f.Add("infra_map_", "!")
	f.Add("moose_migrate_map_1795373287649", small.encode())
	f.Add("moose_migrate_map_1795373287649", parted.encode())
	f.Add("moose_migrate_map_1", strings.Repeat("0", 32)+" "+strings.Repeat("f", 64)+" 99999999999999999999 -1 ")
	f.Fuzz(func(t *testing.T, key, value string) {
		h, err := decodeMap(key, value)
		if _, bad := errors.AsType[badData](err); err != nil && !bad {
			t.Fatalf("the error says nothing about the data: %v", err)
		}
		if err != nil || !strings.HasPrefix(key, LargePrefix) {
			return
		}
		if h.size < 1 || h.size > state.MaxSize || h.parts > h.size || h.parts == 0 && h.check(h.data) != nil {
			t.Fatalf("%q was accepted: %+v", value, h)
		}
		if again, err := decodeHead(h.encode()); err != nil || again.sum != h.sum || again.parts != h.parts {
			t.Fatalf("%q became %+v, %v", value, again, err)
		}
	})
}

func TestStoredAt(t *testing.T) {
	for key, want := range map[string]int64{"infra_map_1795373287649": 1795373287649, "moose_migrate_map_5": 5, "infra_map_x": 0, "migration_lock": 0} {
		if at := storedAt(key); want != 0 && at.UnixMilli() != want || (want == 0) != at.IsZero() {
			t.Errorf("%s: %v", key, at)
		}
	}
}
