package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// childEnv carries a job to a process that a test started, as JSON.
const childEnv = "MOOSE_E2E_CHILD"

// job is one `moose migrate` without the part that runs the project's code.
type job struct {
	Place place
	// Dir holds migrations/ and desired.json.
	Dir string
	ID  string
	// StopAt is the operation, from 1, before which the process waits for ever.
	StopAt int
}

// The exit codes of moose migrate.
const (
	exitOK     = 0
	exitFailed = 1
	exitStale  = 4
	exitLocked = 5
)

// runChild migrates and returns the exit code. It says "ready" when it is
// connected and then waits for a line on its standard input.
func runChild(text string) int {
	err := migrateAsChild(text)
	var held *state.HeldError
	var blocked *migrate.BlockedError
	var unfinished *migrate.UnfinishedError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &held):
		fmt.Println("held:", err)
		return exitLocked
	case errors.As(err, &unfinished):
		fmt.Println("unfinished:", err)
		return exitStale
	case errors.As(err, &blocked):
		fmt.Println("blocked:", err)
		return exitStale
	}
	fmt.Println("failed:", err)
	return exitFailed
}

func migrateAsChild(text string) error {
	var j job
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	client, store, err := j.Place.open(ctx)
	if err != nil {
		return err
	}
	files, err := plan.Load(j.Dir)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(j.Dir, desiredFile))
	if err != nil {
		return err
	}
	desired, err := inframap.Decode(data)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	return migrate.Run(ctx, migrate.Input{
		Server: client, Store: store, Owner: state.Owner{ID: j.ID, Machine: "test", PID: os.Getpid()},
		Files: files, Desired: desired, Now: time.Now, Events: &childEvents{stopAt: j.StopAt},
	})
}

// childEvents writes a line for each event.
type childEvents struct{ stopAt int }

func (*childEvents) Locked(string) { fmt.Println("locked") }
func (*childEvents) Checked(int)   { fmt.Println("checked") }
func (*childEvents) AtTarget()     { fmt.Println("at target") }
func (*childEvents) Stored(string) { fmt.Println("stored") }
func (e *childEvents) Start(i, _ int, op plan.Operation) {
	fmt.Println("starts", plan.Describe(op))
	if i == e.stopAt {
		fmt.Println("stopped")
		select {}
	}
}

func (*childEvents) Done(_, _ int, op plan.Operation, _ time.Duration) {
	fmt.Println("applied", plan.Describe(op))
}
func (*childEvents) Waiting(clickhouse.Mutation) { fmt.Println("waiting") }

// child is a process at work.
type child struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines chan string
	begin func()
	seen  []string
}

// startChild starts a process that migrates and waits until it is connected.
func startChild(t *testing.T, j job) *child {
	t.Helper()
	text, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), exe)
	cmd.Env = append(os.Environ(), childEnv+"="+string(text))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, cmd: cmd, lines: make(chan string, 64)}
	c.begin = func() { _, _ = stdin.Write([]byte("go\n")) }
	go func() {
		defer close(c.lines)
		for s := bufio.NewScanner(stdout); s.Scan(); {
			c.lines <- s.Text()
		}
	}()
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	c.until("ready")
	return c
}

// until reads lines up to one that begins with prefix.
func (c *child) until(prefix string) {
	c.t.Helper()
	limit := time.After(2 * time.Minute)
	for {
		select {
		case line, ok := <-c.lines:
			if !ok {
				c.t.Fatalf("the process ended before it said %q:\n%s", prefix, strings.Join(c.seen, "\n"))
			}
			c.seen = append(c.seen, line)
			if strings.HasPrefix(line, prefix) {
				return
			}
		case <-limit:
			c.t.Fatalf("the process does not say %q:\n%s", prefix, strings.Join(c.seen, "\n"))
		}
	}
}

// wait reads to the end and returns the exit code, -1 for a killed process.
func (c *child) wait() int {
	c.t.Helper()
	for line := range c.lines {
		c.seen = append(c.seen, line)
	}
	_ = c.cmd.Wait() // the exit code says it
	return c.cmd.ProcessState.ExitCode()
}

// kill ends the process as kill -9 does.
func (c *child) kill() {
	c.t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	if code := c.wait(); code != -1 {
		c.t.Fatalf("the process ended by itself with code %d:\n%s", code, c.text())
	}
}

func (c *child) text() string { return strings.Join(c.seen, "\n") }

// count is the number of lines with that beginning.
func (c *child) count(prefix string) int {
	n := 0
	for _, line := range c.seen {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}
