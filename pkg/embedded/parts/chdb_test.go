package parts

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// npmWithLibrary is an npm whose ci writes a library after the given command.
func npmWithLibrary(before string) string {
	dir := "node_modules/" + chdbPackages[runtime.GOARCH].name
	return before + "\nmkdir -p " + dir + " && echo engine > " + dir + "/libchdb.so"
}

func TestChdbIsFetchedOnceWithItsPin(t *testing.T) {
	m := newMachine(t)
	m.program("npm", npmWithLibrary("cp package-lock.json '"+m.bin+"/lock.json'"))
	for range 2 {
		lib, err := m.Chdb(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(lib); err != nil || string(data) != "engine\n" {
			t.Errorf("library: %q, %v", data, err)
		}
	}
	calls := m.called()
	if len(calls) != 1 || !strings.HasPrefix(calls[0], "npm ci ") || !strings.Contains(calls[0], "--ignore-scripts") {
		t.Errorf("calls: %q", calls)
	}
	lock, err := os.ReadFile(filepath.Join(m.bin, "lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, pin := range []string{ChdbVersion, chdbPackages[runtime.GOARCH].integrity} {
		if !strings.Contains(string(lock), pin) {
			t.Errorf("the lock file lacks %q:\n%s", pin, lock)
		}
	}
}

func TestChdbWithoutNPM(t *testing.T) {
	_, err := newMachine(t).Chdb(t.Context())
	unavailable(t, err, "npm is not on PATH", "Install npm")
}

func TestFailingNPMLeavesNothingAndShowsNoCredential(t *testing.T) {
	m := newMachine(t)
	m.program("npm", `echo "npm error code E401" >&2
echo "npm error GET https://deploy:hunter22@registry.example/x - unauthorized" >&2
echo "npm error //registry.example/:_authToken=tok-hunter22" >&2
exit 1`)
	_, err := m.Chdb(t.Context())
	unavailable(t, err, "E401", "exit status 1")
	if strings.Contains(err.Error(), "hunter22") {
		t.Errorf("the error shows a credential: %v", err)
	}
	if left := m.entries(); len(left) != 0 {
		t.Errorf("left in the cache: %v", left)
	}
	m.program("npm", npmWithLibrary(""))
	if _, err := m.Chdb(t.Context()); err != nil {
		t.Errorf("the next try: %v", err)
	}
}

func TestHalfADownloadIsNoPart(t *testing.T) {
	m := newMachine(t)
	m.program("npm", "mkdir -p node_modules/@chdb")
	_, err := m.Chdb(t.Context())
	unavailable(t, err, "has no libchdb.so")
	if left := m.entries(); len(left) != 0 {
		t.Errorf("left in the cache: %v", left)
	}
}

func TestAnInterruptedFetchIsStartedAnew(t *testing.T) {
	m := newMachine(t)
	m.program("npm", npmWithLibrary("test ! -e junk"))
	partial := filepath.Join(m.Dir(), "libchdb-"+ChdbVersion+"-"+runtime.GOARCH+".partial")
	if err := os.MkdirAll(filepath.Join(partial, "junk"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Chdb(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := m.entries(); len(left) != 1 || strings.Contains(left[0], "partial") {
		t.Errorf("cache: %v", left)
	}
}

func TestManyWantOnePart(t *testing.T) {
	m := newMachine(t)
	m.program("npm", npmWithLibrary("sleep 0.3"))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if _, err := m.Chdb(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if calls := m.called(); len(calls) != 1 {
		t.Errorf("npm was called %d times", len(calls))
	}
}

func TestCancelledFetchEndsItsClient(t *testing.T) {
	m := newMachine(t)
	m.program("npm", "sleep 60")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := m.Chdb(ctx)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error: %v", err)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
	if left := m.entries(); len(left) != 0 {
		t.Errorf("left in the cache: %v", left)
	}
}

func TestWaitingForTheLockEndsWithTheContext(t *testing.T) {
	m := newMachine(t)
	held, err := m.lock(t.Context(), filepath.Join(m.Dir(), "x.lock"), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer held.release()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := m.lock(ctx, filepath.Join(m.Dir(), "x.lock"), "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error: %v", err)
	}
}

func TestChdbLibOverrides(t *testing.T) {
	lib := filepath.Join(t.TempDir(), "libchdb.so")
	if _, err := newMachine(t, EnvChdbLib+"="+lib).Chdb(t.Context()); err == nil {
		t.Error("no error for a path without a file")
	} else {
		unavailable(t, err, EnvChdbLib, lib)
	}
	if err := os.WriteFile(lib, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := newMachine(t, EnvChdbLib+"="+lib).Chdb(t.Context()); err != nil || got != lib {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestProgressOnlyForSlowWork(t *testing.T) {
	m := newMachine(t)
	m.report("quick work")(nil)
	if m.said.Len() != 0 {
		t.Errorf("quick work printed %q", m.said)
	}
	m.patience = 10 * time.Millisecond
	done := m.report("slow work")
	time.Sleep(100 * time.Millisecond)
	done(errors.New("no"))
	lines := strings.Split(strings.TrimSpace(m.said.String()), "\n")
	if !slices.Equal(lines, []string{"slow work ...", "slow work: failed after 0s"}) {
		t.Errorf("printed %q", lines)
	}
}
