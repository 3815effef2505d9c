package statetest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// childEnv carries a job to a child process, as JSON.
const childEnv = "MOOSE_STATETEST_CHILD"

type job struct {
	Spec string
	TTL  time.Duration
	ID   string
	Wait bool // try again until the lock is free
}

// report is a line that a child writes.
type report struct {
	Event  string        // held, refused, released, failed
	Text   string        `json:",omitempty"`
	Holder *state.Holder `json:",omitempty"`
	PID    int
}

// Main runs the tests, or, in a child process that a test started, the child's
// part. Call it from TestMain.
func Main(m *testing.M, s Suite) {
	text, child := os.LookupEnv(childEnv)
	if !child {
		m.Run()
		return
	}
	say := func(r report) {
		r.PID = os.Getpid()
		if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
			panic(err)
		}
	}
	if err := runChild(s, text, say); err != nil {
		say(report{Event: "failed", Text: err.Error()})
	}
}

func runChild(s Suite, text string, say func(report)) error {
	var j job
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	store, closer, err := s.Open(ctx, j.Spec, j.TTL)
	if err != nil {
		return err
	}
	defer closer()
	o := owner(j.ID)
	o.PID = os.Getpid()
	lock, err := store.Lock(ctx, o)
	for refused := false; err != nil; lock, err = store.Lock(ctx, o) {
		var held *state.HeldError
		if !errors.As(err, &held) {
			return err
		}
		if !refused {
			refused = true
			say(report{Event: "refused", Text: held.Error(), Holder: &held.Holder})
		}
		if !j.Wait {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := lock.Check(ctx); err != nil {
		return err
	}
	holder, err := store.Holder(ctx)
	if err != nil {
		return err
	}
	say(report{Event: "held", Holder: holder})
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	if err := lock.Release(ctx); err != nil {
		return err
	}
	say(report{Event: "released"})
	return nil
}

type child struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	events chan report
}

func (b bench) start(t *testing.T, id string, ttl time.Duration, wait bool) *child {
	t.Helper()
	text, err := json.Marshal(job{Spec: b.place.Spec, TTL: ttl, ID: id, Wait: wait})
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
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
		t.Fatalf("starting a child process: %v", err)
	}
	c := &child{cmd: cmd, stdin: stdin, events: make(chan report, 16)}
	go func() {
		defer close(c.events)
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			var r report
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				r = report{Event: "failed", Text: fmt.Sprintf("unexpected output %q", lines.Text())}
			}
			c.events <- r
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return c
}

// expect returns the child's next report, which must be event.
func (c *child) expect(t *testing.T, event string) report {
	t.Helper()
	select {
	case r, ok := <-c.events:
		if !ok {
			t.Fatalf("the child ended, want %q", event)
		}
		if r.Event != event {
			t.Fatalf("the child reports %q (%s), want %q", r.Event, r.Text, event)
		}
		return r
	case <-time.After(time.Minute):
		t.Fatalf("no report from the child within a minute, want %q", event)
	}
	return report{}
}

func testProcesses(t *testing.T, b bench) {
	first := b.start(t, "first", long, false)
	pid := first.expect(t, "held").PID
	second := b.start(t, "second", long, true)
	if r := second.expect(t, "refused"); r.Holder == nil || r.Holder.PID != pid || r.Holder.ID != "first" {
		t.Errorf("refused because of %+v, want process %d", r.Holder, pid)
	}
	if err := first.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	first.expect(t, "released")
	second.expect(t, "held")
	if err := second.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	second.expect(t, "released")
}

func testKilled(t *testing.T, b bench) {
	s := b.open(t, long)
	victim := b.start(t, "victim", short, false)
	victim.expect(t, "held")
	heir := b.start(t, "heir", short, true)
	heir.expect(t, "refused")
	time.Sleep(short / 2) // so that the victim has renewed
	if err := victim.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = victim.cmd.Wait() // killed
	last, err := s.Holder(t.Context())
	if err != nil || last == nil || last.ID != "victim" {
		t.Fatalf("right after the kill Holder = %+v, %v; want the victim until expiry", last, err)
	}
	got := heir.expect(t, "held").Holder
	if got == nil || got.ID != "heir" {
		t.Fatalf("the heir's lock says %+v", got)
	}
	const rounding = 100 * time.Millisecond
	if early := last.Expires.Sub(got.Started); early > rounding {
		t.Errorf("the heir got the lock %v before the victim's expired", early)
	}
	if late := got.Started.Sub(last.Expires); late > short {
		t.Errorf("the heir got the lock only %v after the victim's expired", late)
	}
}
