package e2e

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/e2e/mooseprogram"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

const rounds = 50

func TestOfTwoMigrationsOneApplies(t *testing.T) {
	for _, store := range []string{"keepermap", "redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, store == "redis", state.DefaultTTL)
			desired := shop(b)
			b.to(desired)
			refused := 0
			for round := range rounds {
				orders := desired.Tables["Orders"]
				orders.Columns = append(orders.Columns, column(fmt.Sprintf("c%d", round), "Int64"))
				dir, out := b.save(desired)
				if len(out.Operations) != 1 {
					t.Fatalf("round %d: %d operations", round, len(out.Operations))
				}
				refused += b.race(round, dir)
				b.reached(desired)
				if t.Failed() {
					t.FailNow()
				}
			}
			t.Logf("%d rounds: %d times the other was told who holds the lock, %d times that the target is reached", rounds, refused, rounds-refused)
		})
	}
}

// race lets two processes migrate at the same time. It returns how many of them
// were refused the lock: 0 or 1.
func (b *bench) race(round int, dir string) (refused int) {
	b.t.Helper()
	var both [2]*child
	for i := range both {
		both[i] = b.start(fmt.Sprintf("round %d, process %d", round, i), dir, 0)
	}
	for _, c := range both {
		c.begin()
	}
	applied := 0
	for i, c := range both {
		other := both[1-i]
		code := c.wait()
		applied += c.count("applied")
		switch {
		case code == exitOK && c.count("stored") == 1:
		case code == exitLocked && namesHolder(c.text(), other.cmd.Process.Pid):
			refused++
		default:
			b.t.Errorf("round %d: exit code %d:\n%s", round, code, c.text())
		}
	}
	if applied != 1 || refused > 1 {
		b.t.Errorf("round %d: %d operations were applied by both together, %d processes were refused:\n%s\n---\n%s", round, applied, refused, both[0].text(), both[1].text())
	}
	return refused
}

// namesHolder reports whether a refusal says which process holds the lock. In
// Redis the name is written right after the lock, so for a moment there is only
// the lock's own token.
func namesHolder(text string, pid int) bool {
	return strings.Contains(text, fmt.Sprintf("process %d", pid)) || strings.Contains(text, "held by instance ")
}

// TestOfTwoProgramsOneApplies does one round with the whole program.
func TestOfTwoProgramsOneApplies(t *testing.T) {
	t.Parallel()
	ch := testparts.ClickHouse(t)
	env := []string{dsn.EnvClickHouse + "=" + ch.NativeURL(testparts.Database(t, ch))}
	project := testparts.PythonProject(t, "small-py")
	mooseprogram.Moose(t, project, env, "generate", "migration", "--save").Must(t, 0)
	var results [2]mooseprogram.Result
	var running sync.WaitGroup
	for i := range results {
		cmd := mooseprogram.Command(t, project, env, "migrate")
		running.Go(func() { results[i] = mooseprogram.Run(t, cmd) })
	}
	running.Wait()
	completed := 0
	for _, r := range results {
		switch {
		case r.Code == exitOK && strings.Contains(r.Out, "Migration completed successfully"):
			completed++
		case r.Code == exitOK && strings.Contains(r.Out, "already matches target state"):
		case r.Code == exitLocked && strings.Contains(r.Err, "held by machine "):
		default:
			t.Errorf("exit code %d\n%s\n%s", r.Code, r.Out, r.Err)
		}
	}
	if completed != 1 {
		t.Errorf("%d of two migrations applied the plan", completed)
	}
	mooseprogram.Moose(t, project, env, "plan", "--detailed-exitcode").Must(t, 0)
}
