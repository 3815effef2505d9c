package state_test

import (
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

func TestOutdated(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	maps := func(n, size int, age time.Duration) []state.MapInfo {
		out := make([]state.MapInfo, n)
		for i := range out {
			out[i] = state.MapInfo{Key: string(rune('a' + i)), Size: size, StoredAt: now.Add(-time.Duration(i) * age)}
		}
		return out
	}
	const day = 24 * time.Hour
	unknown := maps(12, 10, time.Hour)
	for i := range unknown {
		unknown[i].StoredAt = time.Time{}
	}
	for _, c := range []struct {
		name string
		maps []state.MapInfo
		kept int
	}{
		{"none", nil, 0},
		{"few and old", maps(10, 100, 365*day), 10},
		{"many and old", maps(20, 100, 365*day), 10},
		{"many within 90 days", maps(40, 100, day), 40},
		{"those of 90 days", maps(40, 100, 6*day), 16},
		{"very many within a day", maps(70, 100, time.Minute), 50},
		{"of unknown age", unknown, 10},
		{"large", maps(20, 2<<20, time.Minute), 5},
		{"larger than the bound", maps(20, 60<<20, time.Minute), 3},
	} {
		gone := state.Outdated(c.maps, now)
		if len(c.maps)-len(gone) != c.kept {
			t.Errorf("%s: %d of %d are kept, want %d", c.name, len(c.maps)-len(gone), len(c.maps), c.kept)
		}
		for i, m := range gone {
			if m.Key != c.maps[c.kept+i].Key {
				t.Errorf("%s: %v is removed before older ones", c.name, m)
			}
		}
	}
}
