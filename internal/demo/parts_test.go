package demo

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// broken are parts of which the first cannot be fetched.
type broken struct{ Parts }

var errBroken = errors.New("the registry does not answer")

func (broken) Chdb(context.Context) (string, error) { return "", errBroken }

// unusual are parts whose ZooKeeper fails in a way that is no excuse.
type unusual struct{ Parts }

func (unusual) Chdb(context.Context) (string, error) { return "libchdb.so", nil }

func (unusual) ZooKeeper(context.Context) (parts.ZooKeeper, error) {
	return parts.ZooKeeper{}, errBroken
}

func TestAPartThatCannotBeFetchedEndsItAndLeavesNothing(t *testing.T) {
	for _, p := range []Parts{broken{}, unusual{}} {
		o := plain(t, &transcript{})
		o.Parts = p
		if err := Run(t.Context(), o); !errors.Is(err, errBroken) {
			t.Errorf("%T: %v", p, err)
		}
		left(t, o.TempDir)
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestATranscriptThatCannotBeWrittenEndsIt(t *testing.T) {
	o := plain(t, closed{})
	o.Parts = unusual{}
	if err := Run(t.Context(), o); !errors.Is(err, os.ErrClosed) {
		t.Errorf("error: %v", err)
	}
	left(t, o.TempDir)
}

func TestNoSettingOfTheUserReachesACommand(t *testing.T) {
	d := &demo{Options: Options{Environ: []string{"PATH=/bin", "MOOSE_CLICKHOUSE_CONFIG__URL=x", "MOOSELIKE=y", "TMPDIR=/tmp"}}, dir: "/demo"}
	if got, want := d.private(), []string{"PATH=/bin", "MOOSELIKE=y", "TMPDIR=/tmp", "TMPDIR=/demo/tmp"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAMissingProgramIsNamed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "node"), []byte("#!/bin/sh\n"), 0o644); err != nil { // not executable
		t.Fatal(err)
	}
	if _, err := lookPath("node", dir+string(filepath.ListSeparator)); err == nil || !strings.Contains(err.Error(), "node is not on PATH") {
		t.Errorf("error: %v", err)
	}
}
