package state

import (
	"context"
	"time"
)

// History lists the maps that are kept. Every store of this module is one.
type History interface {
	// Maps lists the maps that are kept, the newest first: the one that Load returns, then
	// those before it. It only reads.
	Maps(ctx context.Context) ([]MapInfo, error)
	// MapAt returns one of them by its key, or an error that wraps ErrNone when it is not
	// kept any more. It only reads.
	MapAt(ctx context.Context, key string) (Blob, error)
}

// MapInfo describes a stored map.
type MapInfo struct {
	// Key is what MapAt takes.
	Key string
	// StoredAt is as in Blob: zero when the store does not know it.
	StoredAt time.Time
	// Size is that of the map in bytes.
	Size int
}

// Bounds of how many maps are kept, see Outdated.
const (
	// KeepNewest maps are kept whatever their age and size.
	KeepNewest = 3
	// KeepMaps maps are kept whatever their age.
	KeepMaps = 10
	// KeepMapsMost is how many are kept at most.
	KeepMapsMost = 50
	// KeepMapsFor is the age up to which more than KeepMaps are kept.
	KeepMapsFor = 90 * 24 * time.Hour
	// KeepMapsBytes bounds all maps but the newest together, in bytes.
	KeepMapsBytes = 8 << 20
)

// Outdated returns those of the maps, listed newest first, that a store may remove: all
// behind KeepMapsMost, all behind those that together reach KeepMapsBytes, and behind
// KeepMaps those that are older than KeepMapsFor or of unknown age. The KeepNewest newest
// are never among them.
func Outdated(maps []MapInfo, now time.Time) []MapInfo {
	var out []MapInfo
	size := 0
	for i, m := range maps {
		if i > 0 {
			size += m.Size
		}
		old := m.StoredAt.IsZero() || now.Sub(m.StoredAt) > KeepMapsFor
		if i >= KeepNewest && (i >= KeepMapsMost || size > KeepMapsBytes || i >= KeepMaps && old) {
			out = append(out, m)
		}
	}
	return out
}
