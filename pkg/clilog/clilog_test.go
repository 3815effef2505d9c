package clilog

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNewest(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"2026-03-01-cli.log", "2025-12-31-cli.log", "2026-13-01-cli.log", "zzz.log", "2026-3-02-cli.log", "config.toml"} {
		put(t, dir, name, "x\n")
	}
	if err := os.Mkdir(filepath.Join(dir, "2027-01-01-cli.log"), 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := Newest(dir)
	if err != nil || filepath.Base(got) != "2026-03-01-cli.log" {
		t.Errorf("Newest = %s, %v", got, err)
	}
	f, err := OpenNewest(dir)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	for _, empty := range []string{t.TempDir(), filepath.Join(dir, "absent")} {
		if _, err := OpenNewest(empty); !errors.Is(err, ErrNoLog) || !strings.Contains(err.Error(), empty) {
			t.Errorf("no log: %v", err)
		}
	}
}

func TestCopy(t *testing.T) {
	tests := []struct{ name, in, filter, want string }{
		{"all", "a\nb\n", "", "a\nb\n"},
		{"filter", "INFO a\nWARN b\nINFO c", "INFO", "INFO a\nINFO c\n"},
		{"windows line ends", "a\r\nb\r\n", "", "a\nb\n"},
		{"blank lines stay", "a\n\nb\n", "", "a\n\nb\n"},
		{"nothing", "", "", ""},
		{"long line", strings.Repeat("x", 10000) + "y\nz\n", "y", strings.Repeat("x", 10000) + "y\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Copy(t.Context(), &out, strings.NewReader(tt.in), tt.filter); err != nil {
				t.Fatal(err)
			}
			if out.String() != tt.want {
				t.Errorf("got %q", out.String())
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Copy(ctx, &bytes.Buffer{}, strings.NewReader("a\n"), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestTail plays one step of the world between two polls.
func TestTail(t *testing.T) {
	const day1, day2 = "2026-03-01-cli.log", "2026-03-02-cli.log"
	tests := []struct {
		name    string
		fromEnd bool
		filter  string
		before  string
		steps   []func(t *testing.T, dir string)
		want    string
	}{
		{"grows", false, "", "old\n", []func(*testing.T, string){
			func(t *testing.T, dir string) { put(t, dir, day1, "new\n") },
		}, "old\nnew\n"},
		{"from the end", true, "", "old\n", []func(*testing.T, string){
			func(t *testing.T, dir string) { put(t, dir, day1, "new\n") },
		}, "new\n"},
		{"half a line waits for its rest", false, "whole", "", []func(*testing.T, string){
			func(t *testing.T, dir string) { put(t, dir, day1, "who") },
			func(t *testing.T, dir string) { put(t, dir, day1, "le\nother\n") },
		}, "whole\n"},
		{"midnight", false, "", "a\n", []func(*testing.T, string){
			func(t *testing.T, dir string) { put(t, dir, day1, "last"); put(t, dir, day2, "first\n") },
			func(t *testing.T, dir string) { put(t, dir, day2, "second\n") },
		}, "a\nlast\nfirst\nsecond\n"},
		{"no file at first", true, "", "", []func(*testing.T, string){
			func(t *testing.T, dir string) { put(t, dir, day1, "first\n") },
		}, "first\n"},
		{"truncated", false, "", "long line\n", []func(*testing.T, string){
			func(t *testing.T, dir string) {
				if err := os.Truncate(filepath.Join(dir, day1), 0); err != nil {
					t.Fatal(err)
				}
				put(t, dir, day1, "new\n")
			},
		}, "long line\nnew\n"},
		{"removed, then the next day", false, "", "a\n", []func(*testing.T, string){
			func(t *testing.T, dir string) {
				if err := os.Remove(filepath.Join(dir, day1)); err != nil {
					t.Fatal(err)
				}
			},
			func(t *testing.T, dir string) { put(t, dir, day2, "b\n") },
		}, "a\nb\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.before != "" {
				put(t, dir, day1, tt.before)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			step := 0
			wait := func(context.Context) error {
				if step == len(tt.steps) {
					cancel()
					return ctx.Err()
				}
				tt.steps[step](t, dir)
				step++
				return nil
			}
			var out bytes.Buffer
			if err := (Tail{Dir: dir, Filter: tt.filter, FromEnd: tt.fromEnd, Wait: wait}).Run(ctx, &out); err != nil {
				t.Fatal(err)
			}
			if out.String() != tt.want {
				t.Errorf("got %q, want %q", out.String(), tt.want)
			}
		})
	}
}

func TestTailStopsOnRealClock(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := (Tail{Dir: t.TempDir()}).Run(ctx, &bytes.Buffer{}); err != nil {
		t.Error(err)
	}
}
