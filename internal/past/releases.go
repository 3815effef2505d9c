package past

import (
	"cmp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// entry is a run or a lock that a person released.
type entry struct {
	run     *journal.Run
	release *state.Release
}

// merged are runs, the newest first, and releases, the newest last, as one list, the
// newest first. When older runs are not shown, releases before the oldest shown run are
// left out, too.
func merged(runs []*journal.Run, releases []state.Release, more int) []entry {
	var out []entry
	left := slices.Clone(releases)
	slices.Reverse(left)
	for _, r := range runs {
		for len(left) > 0 && left[0].At.After(r.Started) {
			out = append(out, entry{release: &left[0]})
			left = left[1:]
		}
		out = append(out, entry{run: r})
	}
	for i := range left {
		if more == 0 {
			out = append(out, entry{release: &left[i]})
		}
	}
	return out
}

func (t *lines) release(r *state.Release) {
	t.add("%s  lock released by %s: %s", clock(r.At), cmp.Or(r.By.Actor, r.By.Machine, "somebody"),
		cmp.Or(strings.ReplaceAll(r.Reason, "\n", " "), "no reason was given"))
	t.add("  it was held by %s", r.Holder.Name())
}
