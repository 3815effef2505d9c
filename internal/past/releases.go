package past

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// releasePrefix begins the names of the records of released locks.
const releasePrefix = "releases/"

// Release is a lock that a person took away from its holder.
type Release struct {
	At     time.Time `json:"at"`
	By     string    `json:"by,omitzero"`
	Reason string    `json:"reason,omitzero"`
	// Holder is who held it, in words.
	Holder string `json:"holder,omitzero"`
}

// Releases are the locks that people released by hand, the newest first.
func Releases(ctx context.Context, shelf state.Shelf) ([]Release, error) {
	names, err := shelf.Names(ctx, releasePrefix)
	if err != nil {
		return nil, fmt.Errorf("read which locks were released: %w", err)
	}
	slices.Reverse(names)
	var out []Release
	for _, name := range names {
		data, err := shelf.Get(ctx, name)
		if errors.Is(err, state.ErrNone) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read which locks were released: %w", err)
		}
		var r Release
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, fmt.Errorf("the record of a released lock, %s, cannot be read: %w", name, err)
		}
		out = append(out, r)
	}
	return out, nil
}

// entry is a run or a release.
type entry struct {
	run     *journal.Run
	release *Release
}

// merged are runs and releases, the newest first. Releases older than the oldest run shown
// are left out: they belong to runs that are not shown either.
func merged(runs []*journal.Run, releases []Release) []entry {
	var out []entry
	for _, r := range runs {
		for len(releases) > 0 && releases[0].At.After(r.Started) {
			out = append(out, entry{release: &releases[0]})
			releases = releases[1:]
		}
		out = append(out, entry{run: r})
	}
	if len(runs) == 0 {
		for i := range releases {
			out = append(out, entry{release: &releases[i]})
		}
	}
	return out
}

func (t *lines) release(r *Release) {
	by := ""
	if r.By != "" {
		by = " by " + r.By
	}
	text := fmt.Sprintf("%s  lock released%s", clock(r.At), by)
	if r.Reason != "" {
		text += ": " + strings.ReplaceAll(r.Reason, "\n", " ")
	}
	t.add("%s", text)
	if r.Holder != "" {
		t.add("  it was held by %s", r.Holder)
	}
}
