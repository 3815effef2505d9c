package state_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

func FuzzDecodeUsed(f *testing.F) {
	f.Add([]byte(`{"at":"2026-11-27T12:00:00Z","digest":"0a","code":"DS101","fingerprint":"0b","by":"bob","later":1}` + "\n{}\n"))
	f.Add([]byte("[]"))
	f.Fuzz(func(t *testing.T, record []byte) {
		used, err := state.DecodeUsed(record)
		if err != nil || len(used) == 0 {
			return
		}
		again, err := state.EncodeUsed(used)
		if err != nil || len(again) == 0 {
			return // a year beyond 9999
		}
		var got []state.Used
		for _, r := range again {
			more, err := state.DecodeUsed(r)
			if err != nil {
				t.Fatalf("what was written cannot be read: %v", err)
			}
			got = append(got, more...)
		}
		first, err := state.EncodeUsed(got)
		if err != nil || len(got) != len(used) || cmp.Diff(again, first) != "" {
			t.Errorf("%d decisions became %d, %v", len(used), len(got), err)
		}
	})
}
