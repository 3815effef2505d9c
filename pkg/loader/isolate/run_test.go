package isolate_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

func shell(script string) isolate.Command {
	return isolate.Command{Path: "/bin/sh", Args: []string{"-c", script}, Env: []string{"PATH=" + os.Getenv("PATH")}}
}

func TestRun(t *testing.T) {
	var live bytes.Buffer
	c := shell("echo out; echo err >&2; exit 3")
	c.Stderr = &live
	got, err := isolate.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Stdout) != "out\n" || string(got.Stderr) != "err\n" || got.ExitCode != 3 || live.String() != "err\n" {
		t.Errorf("got %+v, live %q", got, live.String())
	}
}

func TestRunKeepsTheOrderOfBothOutputs(t *testing.T) {
	var live bytes.Buffer
	c := shell("echo 1; echo 2 >&2; echo 3")
	c.Stderr, c.Together = &live, true
	got, err := isolate.Run(t.Context(), c)
	if err != nil || len(got.Stdout) > 0 || string(got.Stderr) != "1\n2\n3\n" || live.String() != "1\n2\n3\n" {
		t.Errorf("got %+v, live %q, %v", got, live.String(), err)
	}
}

func TestRunReportsAMissingProgram(t *testing.T) {
	if _, err := isolate.Run(t.Context(), isolate.Command{Path: "/no/such/program"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestRunKeepsTheTailOfStandardError(t *testing.T) {
	got, err := isolate.Run(t.Context(), shell("yes 0123456789 | head -c 2000000 >&2; echo last >&2"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Stderr) > 256<<10 || !strings.HasSuffix(string(got.Stderr), "last\n") {
		t.Errorf("%d bytes, ends in %q", len(got.Stderr), got.Stderr[max(0, len(got.Stderr)-20):])
	}
}

func TestRunBoundsOutput(t *testing.T) {
	c := shell("yes; sleep 60")
	c.MaxOutput = 1 << 20
	began := time.Now()
	if _, err := isolate.Run(t.Context(), c); !errors.Is(err, isolate.ErrOutputLimit) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
}

// grandchild starts a process in the background that writes its id to a file.
func grandchild(t *testing.T, then string) (isolate.Command, func() int) {
	file := filepath.Join(t.TempDir(), "pid")
	return shell("sleep 300 & echo $! > " + file + "; " + then), func() int {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		return pid
	}
}

// gone waits until a process has ended; a zombie counts as ended.
func gone(pid int) bool {
	for range 50 {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil && syscall.Kill(pid, 0) != nil || strings.Contains(string(stat), ") Z ") {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

func TestRunLeavesNoOrphan(t *testing.T) {
	t.Run("cancelled", func(t *testing.T) {
		c, pid := grandchild(t, "wait")
		cause := errors.New("too slow")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 500*time.Millisecond, cause)
		defer cancel()
		if _, err := isolate.Run(ctx, c); !errors.Is(err, cause) {
			t.Errorf("error %v", err)
		}
		if !gone(pid()) {
			t.Error("the grandchild still runs")
		}
	})
	t.Run("ended", func(t *testing.T) {
		c, pid := grandchild(t, "exit 0")
		if _, err := isolate.Run(t.Context(), c); err != nil {
			t.Error(err)
		}
		if !gone(pid()) {
			t.Error("the grandchild still runs")
		}
	})
}

func TestRunStopsASettledChild(t *testing.T) {
	c := shell("echo DO; echo NE; echo DONE; sleep 300")
	c.Mark, c.Grace = "DONE", 100*time.Millisecond
	c.Settled = func(out []byte) bool { return bytes.Contains(out, []byte("DONE")) }
	got, err := isolate.Run(t.Context(), c)
	if err != nil || !got.Stopped || string(got.Stdout) != "DO\nNE\nDONE\n" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestEnvironKeepsOnlyWhatIsAllowed(t *testing.T) {
	got := isolate.List(isolate.Environ([]string{
		"PATH=/bin", "HOME=/h", "LC_ALL=C", "GITHUB_TOKEN=t", "MOOSE_CLICKHOUSE_CONFIG__URL=u", "NODE_OPTIONS=--inspect",
		"AWS_SECRET_ACCESS_KEY=s", "HTTPS_PROXY=p", "STAGE=prod", "broken",
	}, []string{"STAGE"}))
	if diff := cmp.Diff([]string{"HOME=/h", "LC_ALL=C", "PATH=/bin", "STAGE=prod"}, got); diff != "" {
		t.Error(diff)
	}
}
