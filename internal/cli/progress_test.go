package cli_test

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestProgressInALog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, out := newFactory(t, nil, false)
		p := f.Progress()
		p.Step("Compiling TypeScript")
		time.Sleep(3200 * time.Millisecond)
		p.Step("Reading declarations")
		time.Sleep(300 * time.Millisecond)
		p.Done()
		p.Done()
		p.Step("Waiting for the lock")
		time.Sleep(65 * time.Second)
		p.Close(io.EOF)
		time.Sleep(time.Minute) // no timer is left that would write
		const want = "Compiling TypeScript …\nCompiling TypeScript … 3.2s\n" +
			"" +
			"Waiting for the lock …\nWaiting for the lock … failed after 1m05s\n"
		if out.String() != want {
			t.Errorf("%q, want %q", out, want)
		}
	})
}

func TestProgressOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, out := newFactory(t, nil, true)
		p := f.Progress()
		p.Step("Compiling")
		time.Sleep(250 * time.Millisecond)
		p.Close(nil)
		time.Sleep(time.Minute)
		want := "\r\x1b[KCompiling … 0.0s\r\x1b[KCompiling … 0.1s\r\x1b[KCompiling … 0.2s\r\x1b[KCompiling … 0.2s\n"
		if got := out.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if strings.Count(out.String(), "\n") != 1 {
			t.Error("one step is more than one line")
		}
	})
}

func TestProgressIsQuietForJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, out := newFactory(t, nil, true)
		f.Quiet = true
		p := f.Progress()
		p.Step("Compiling")
		time.Sleep(time.Minute)
		p.Done()
		if out.Len() > 0 {
			t.Errorf("%q", out)
		}
	})
}
