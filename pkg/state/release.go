package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Release is the record of a lock that a person took away from its holder.
type Release struct {
	// At is when the lock was looked at before, by the clock of the server; by that of the
	// person's machine when the store did not say.
	At time.Time `json:"at"`
	// By is who did it, as far as the environment tells.
	By Owner `json:"by"`
	// Reason is what was given as one.
	Reason string `json:"reason"`
	// Holder is whose lock it was, as Holder.Shown.
	Holder Holder `json:"holder"`
}

// KeepReleases is how many records of releases are kept, the newest.
const KeepReleases = 100

// releasePrefix begins the names of the records on the shelf; a time in Unix milliseconds
// follows.
const releasePrefix = "releases/"

// maxReason bounds the reason of a release, in runes.
const maxReason = 1000

// RecordRelease writes r down and returns its name on the shelf. Call it before the lock is
// removed: nothing is removed unless it is known by whom.
func RecordRelease(ctx context.Context, shelf Shelf, r Release) (string, error) {
	r.At = r.At.UTC()
	r.By, r.Holder = Holder{Owner: r.By}.Shown().Owner, r.Holder.Shown()
	if runes := []rune(r.Reason); len(runes) > maxReason {
		r.Reason = string(runes[:maxReason])
	}
	data, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("encoding the record of a release: %w", err)
	}
	var name string
	for ms := r.At.UnixMilli(); ; ms++ {
		name = fmt.Sprintf("%s%013d", releasePrefix, ms)
		if err = shelf.Swap(ctx, name, nil, data); !errors.Is(err, ErrChanged) {
			break // the name was free
		}
	}
	if err != nil {
		return "", fmt.Errorf("recording the release of the lock: %w", err)
	}
	if names, err := shelf.Names(ctx, releasePrefix); err == nil && len(names) > KeepReleases {
		// A record too many disturbs nobody, and the next release prunes again.
		_ = shelf.Remove(ctx, names[:len(names)-KeepReleases]...)
	}
	return name, nil
}

// Releases returns the recorded releases, oldest first, and nothing when there was none.
func Releases(ctx context.Context, shelf Shelf) ([]Release, error) {
	names, err := shelf.Names(ctx, releasePrefix)
	if err != nil {
		return nil, fmt.Errorf("listing the releases of the lock: %w", err)
	}
	var out []Release
	for _, name := range names {
		data, err := shelf.Get(ctx, name)
		if errors.Is(err, ErrNone) {
			continue // pruned since
		}
		if err != nil {
			return nil, fmt.Errorf("reading the record of a release: %w", err)
		}
		var r Release
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, fmt.Errorf("reading the record %s of a release: it is not JSON: %w", name, err)
		}
		out = append(out, r)
	}
	return out, nil
}
