package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/cli"
)

// newFactory is one whose standard error is the buffer.
func newFactory(t *testing.T, environ map[string]string, terminal bool) (*cli.Factory, *bytes.Buffer) {
	t.Helper()
	var err bytes.Buffer
	return &cli.Factory{
		Out: io.Discard, Err: &err, Environ: environ, Now: time.Now, Getwd: os.Getwd,
		IsTerminal: func(any) bool { return terminal }, Version: "1.2.3",
	}, &err
}

func TestExitCode(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	locked := &cli.ExitError{Code: cli.ExitLocked, Err: io.EOF}
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		want int
	}{
		"done":                         {t.Context(), nil, 0},
		"an error":                     {t.Context(), io.EOF, 1},
		"a code":                       {t.Context(), locked, 5},
		"a wrapped code":               {t.Context(), fmt.Errorf("apply: %w", locked), 5},
		"a code with a remedy":         {t.Context(), cli.WithRemedy(locked, "wait"), 5},
		"an error after a signal":      {canceled, io.EOF, 130},
		"done in spite of a signal":    {canceled, nil, 0},
		"a code chosen after a signal": {canceled, locked, 5},
	} {
		if got := cli.ExitCode(c.ctx, c.err); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if !errors.Is(locked, io.EOF) || locked.Error() != "EOF" || cli.WithRemedy(nil, "x") != nil {
		t.Error("an exit error hides its cause, or a remedy makes an error of nothing")
	}
}

func TestPrintError(t *testing.T) {
	for want, err := range map[string]error{
		"":                                nil,
		"Error: EOF\n":                    io.EOF,
		"Error: EOF\nTry again.\n":        cli.WithRemedy(io.EOF, "Try again."),
		"Error: a?[2Jb\n":                 errors.New("a\x1b[2Jb"),
		"Error: a\n|   ::error::b\n":      errors.New("a\n  ::error::b\n"),
		"Error: connect ch://u:***@h/d\n": errors.New("connect ch://u:p@ss/w:rd@h/d"),
		"Error: the password is ***\n":    errors.New("the password is hunter22"),
	} {
		f, out := newFactory(t, nil, false)
		f.AddSecrets("hunter22")
		f.PrintError(err)
		if out.String() != want {
			t.Errorf("%v gives %q, want %q", err, out, want)
		}
	}
	f, out := newFactory(t, nil, false)
	if f.PrintError(&cli.ExitError{Code: 2}); out.Len() > 0 {
		t.Errorf("an outcome that was told already is told again: %q", out)
	}
}

func TestRedact(t *testing.T) {
	f, _ := newFactory(t, nil, false)
	f.AddSecrets("first-secret")
	f.AddSecrets("second-secret")
	for text, want := range map[string]string{
		"first-secret second-secret":         "*** ***",
		"redis://:pw@h:1":                    "redis://:***@h:1",
		"https://h:8443/db?password=pw&x=1":  "https://h:8443/db?password=***&x=1",
		"clickhouse://user:***@h":            "clickhouse://user:***@h",
		"clickhouse://USER:PASSWORD@HOST:1":  "clickhouse://USER:PASSWORD@HOST:1",
		"clickhouse://USER:PASSWORD1@h":      "clickhouse://USER:***@h",
		"clickhouse://me:PASSWORD@h":         "clickhouse://me:***@h",
		"https://example.org/a@b and c@d:e@": "https://example.org/a@b and c@d:e@",
		"at 10:30 in https://h:8443/db":      "at 10:30 in https://h:8443/db",
	} {
		if got := f.Redact(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

func TestColourOnlyOnATerminalThatWantsIt(t *testing.T) {
	for _, c := range []struct {
		environ  map[string]string
		terminal bool
		want     string
	}{
		{nil, true, "\x1b[1;92m        Checked\x1b[22;0m x\n"},
		{nil, false, "        Checked x\n"},
		{map[string]string{"NO_COLOR": "1"}, true, "        Checked x\n"},
		{map[string]string{"NO_COLOR": ""}, true, "\x1b[1;92m        Checked\x1b[22;0m x\n"},
		{map[string]string{"TERM": "dumb"}, true, "        Checked x\n"},
	} {
		f, out := newFactory(t, c.environ, c.terminal)
		if f.Message(f.Err, cli.ToneSuccess, "Checked", "x"); out.String() != c.want {
			t.Errorf("%v, terminal %v: %q, want %q", c.environ, c.terminal, out, c.want)
		}
	}
}

func TestDirFollowsC(t *testing.T) {
	work := t.TempDir()
	if err := os.Mkdir(filepath.Join(work, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	f, _ := newFactory(t, nil, false)
	f.Getwd = func() (string, error) { return work, nil }
	for in, want := range map[string]string{"": work, "sub": filepath.Join(work, "sub"), filepath.Join(work, "sub/.."): work} {
		f.ChangeDir = in
		if got, err := f.Dir(); got != want || err != nil {
			t.Errorf("-C %q: %q, %v", in, got, err)
		}
	}
	f.ChangeDir = "nowhere"
	if _, err := f.Dir(); err == nil || !strings.Contains(err.Error(), filepath.Join(work, "nowhere")) {
		t.Errorf("%v", err)
	}
}

func TestLogHasNoSecret(t *testing.T) {
	home := t.TempDir()
	f, out := newFactory(t, map[string]string{"HOME": home}, false)
	f.Now = func() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC) }
	f.Log().Info("before it is open") // goes nowhere
	f.OpenLog(true)
	f.AddSecrets("hunter22")
	f.Warn("hunter22 is a bad password")
	f.Log().Debug("details", "url", "clickhouse://u:pw@h")
	f.CloseLog()
	data, err := os.ReadFile(filepath.Join(home, ".moose", "2026-02-03-cli.log"))
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"log": string(data), "standard error": out.String()} {
		if !strings.Contains(text, "is a bad password") || !strings.Contains(text, "clickhouse://u:***@h") ||
			strings.Contains(text, "hunter22") || strings.Contains(text, "before") {
			t.Errorf("%s:\n%s", where, text)
		}
	}
}

func TestALogThatCannotBeWrittenDisturbsNobody(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, environ := range []map[string]string{nil, {"HOME": file}} {
		f, out := newFactory(t, environ, false)
		f.OpenLog(false)
		f.Log().Error("lost")
		f.CloseLog()
		if out.Len() > 0 {
			t.Errorf("%q", out)
		}
	}
}

func FuzzSafeLine(f *testing.F) {
	for _, seed := range []string{"::set-env name=A::b", "\r  ::error::", "##[error]x", "a\x1b[31mb", "\u202eabc", "ü\ta"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.Contains(line, "\n") {
			return
		}
		got := cli.SafeLine(line)
		if strings.ContainsAny(got, "\x1b\r\n\x00\u202e") || strings.Contains(got, "##[") || strings.HasPrefix(strings.TrimSpace(got), "::") {
			t.Errorf("%q gives %q", line, got)
		}
	})
}
