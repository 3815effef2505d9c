package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// run executes the command on an empty cache and a PATH without programs.
func run(t *testing.T, environ []string, args ...string) (string, error) {
	t.Helper()
	store, err := parts.New(parts.Options{Environ: environ, Dir: filepath.Join(t.TempDir(), "it's a cache")})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	cmd := newCommand(store)
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	err = cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func library(t *testing.T) string {
	t.Helper()
	lib := filepath.Join(t.TempDir(), "libchdb.so")
	if err := os.WriteFile(lib, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return lib
}

func TestFetchPrintsNameAndPath(t *testing.T) {
	lib := library(t)
	out, err := run(t, []string{parts.EnvChdbLib + "=" + lib}, "fetch", "--only", "libchdb")
	if err != nil || out != "libchdb "+lib+"\n" {
		t.Errorf("%q, %v", out, err)
	}
}

func TestFetchGoesOnAfterAFailureAndReportsIt(t *testing.T) {
	lib := library(t)
	out, err := run(t, []string{parts.EnvChdbLib + "=" + lib}, "fetch", "--only", "redis,libchdb")
	var missing *parts.Unavailable
	if !errors.As(err, &missing) || missing.Part != "redis-server" || out != "libchdb "+lib+"\n" {
		t.Errorf("%q, %v", out, err)
	}
}

func TestFetchNamesThePartsThereAre(t *testing.T) {
	if _, err := run(t, nil, "fetch", "--only", "mongodb"); err == nil || !strings.Contains(err.Error(), "moose-clickhouse") {
		t.Errorf("error: %v", err)
	}
}

func TestQuoteIsOneShellWord(t *testing.T) {
	for _, text := range []string{"/plain", "it's a cache", "$(exit 1) `x` \"", ""} {
		out, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", "printf %s "+quote(text)).Output()
		if err != nil || string(out) != text {
			t.Errorf("%q came out as %q, %v", text, out, err)
		}
	}
}

func TestWhatOnlyStrictTestsWant(t *testing.T) {
	for environ, want := range map[string]bool{"MOOSE_TEST_STRICT=": false, "MOOSE_TEST_STRICT=1": true} {
		store, err := parts.New(parts.Options{Environ: []string{environ}, Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range byDefault(store) {
			got = append(got, p.name)
		}
		if slices.Contains(got, "images") != want || slices.Contains(got, "act") != want || !slices.Contains(got, "libchdb") {
			t.Errorf("%s: %v", environ, got)
		}
	}
}
