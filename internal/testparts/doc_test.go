package testparts

import (
	"errors"
	"fmt"
	"runtime"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// recorder is a test that notes how it was ended.
type recorder struct {
	testing.TB
	ended string
}

func (r *recorder) Helper()              {}
func (r *recorder) Skipf(string, ...any) { r.end("skipped") }
func (r *recorder) Fatal(...any)         { r.end("failed") }
func (r *recorder) end(how string)       { r.ended = how; runtime.Goexit() }

func TestOnlyAMissingPartSkipsAndOnlyUnlessStrict(t *testing.T) {
	missing := fmt.Errorf("fetching: %w", &parts.Unavailable{Part: "x", Why: "y", Remedy: "z"})
	for _, c := range []struct {
		strict string
		err    error
		want   string
	}{
		{"", nil, ""},
		{"", missing, "skipped"},
		{"0", missing, "skipped"},
		{"1", missing, "failed"},
		{"", errors.New("it crashed"), "failed"},
		{"1", errors.New("it crashed"), "failed"},
	} {
		t.Setenv(EnvStrict, c.strict)
		r := &recorder{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			need(r, c.err)
		}()
		<-done
		if r.ended != c.want {
			t.Errorf("strict=%q, %v: %q, want %q", c.strict, c.err, r.ended, c.want)
		}
	}
}
