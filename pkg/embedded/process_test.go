package embedded

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// script writes a shell script and returns its path.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func gone(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

func waitGone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		// A killed orphan stays as a zombie where nothing reaps it.
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if gone(pid) || err == nil && strings.Contains(string(stat), ") Z ") {
			return
		}
	}
	t.Errorf("process %d still runs", pid)
}

func TestChildDiesWithItsParent(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has a parent-death signal")
	}
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), "EMBEDDED_TEST_PARENT="+t.TempDir())
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(line)
	}
	if gone(pid) {
		t.Fatal("the child does not run")
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	waitGone(t, pid)
}

func TestCloseAsksThenKills(t *testing.T) {
	for name, c := range map[string]struct {
		body   string
		failed bool
	}{
		"stops when asked": {`trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done`, false},
		"ignores":          {`trap '' TERM; echo up; while :; do sleep 0.05; done`, true},
	} {
		t.Run(name, func(t *testing.T) {
			log := filepath.Join(t.TempDir(), "log")
			p, err := launch(spec{name: "it", path: script(t, c.body), logFile: log, grace: 500 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			for !strings.Contains(p.logTail(), "up") {
				time.Sleep(5 * time.Millisecond)
			}
			err = p.close()
			if (err != nil) != c.failed {
				t.Errorf("close: %v", err)
			}
			if again := p.close(); again != err { //nolint:errorlint // the very same error
				t.Errorf("a second close: %v", again)
			}
			if !gone(p.cmd.Process.Pid) {
				t.Error("it still runs")
			}
		})
	}
}

func TestCloseTellsOfAnEarlierCrash(t *testing.T) {
	p, err := launch(spec{name: "it", path: script(t, "echo broken pipe of dreams; exit 3"), logFile: filepath.Join(t.TempDir(), "log")})
	if err != nil {
		t.Fatal(err)
	}
	<-p.exited
	if err := p.close(); err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "dreams") {
		t.Errorf("close: %v", err)
	}
}

func TestLogTailIsBoundedAndMasked(t *testing.T) {
	p := &process{logFile: filepath.Join(t.TempDir(), "log"), secrets: []string{"hunter22", ""}}
	text := strings.Repeat("line with hunter22\n", 1000) + "last hunter22\n"
	if err := os.WriteFile(p.logFile, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tail := p.logTail()
	if len(tail) > tailBytes+3 || strings.Contains(tail, "hunter22") || !strings.HasSuffix(tail, "last ***") {
		t.Errorf("tail of %d bytes: %q", len(tail), tail[max(0, len(tail)-80):])
	}
}
