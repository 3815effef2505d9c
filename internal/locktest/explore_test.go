package locktest

import (
	"testing"
	"time"
)

// found is what a search came to.
type found struct {
	states int
	wrong  string // empty when nothing is
	steps  int    // on the shortest way to what is wrong
	last   any    // the state in which it is
}

// explore visits every state that can follow start, breadth first, until something is wrong. A
// state is a comparable value; next calls its second argument for each successor, with what
// went wrong in the step; check looks at a state.
func explore[S comparable](t *testing.T, start S, next func(S, func(S, string)), check func(S) string) found {
	t.Helper()
	began := time.Now()
	seen := map[S]struct{}{start: {}}
	level := []S{start}
	var result found
	for ; len(level) > 0 && result.wrong == ""; result.steps++ {
		var following []S
		for _, s := range level {
			next(s, func(n S, wrong string) {
				if _, known := seen[n]; known && wrong == "" {
					return
				}
				seen[n] = struct{}{}
				if wrong == "" {
					wrong = check(n)
				}
				if wrong != "" && result.wrong == "" {
					result.wrong, result.last = wrong, n
				}
				following = append(following, n)
			})
			if result.wrong != "" {
				break
			}
		}
		level = following
	}
	result.states = len(seen)
	t.Logf("%d states in %.1f s, %d steps deep: %s", result.states, time.Since(began).Seconds(), result.steps, result.wrong)
	return result
}

func (f found) mustHold(t *testing.T) {
	t.Helper()
	if f.wrong != "" {
		t.Errorf("after %d steps %s: %+v", f.steps, f.wrong, f.last)
	}
	if f.states < 1000 {
		t.Errorf("only %d states were visited", f.states)
	}
}

func (f found) mustFail(t *testing.T) {
	t.Helper()
	if f.wrong == "" {
		t.Errorf("nothing was found in %d states", f.states)
	}
}
