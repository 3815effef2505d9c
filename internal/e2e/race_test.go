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
			var total outcome
			for round := range rounds {
				orders := desired.Tables["Orders"]
				orders.Columns = append(orders.Columns, column(fmt.Sprintf("c%d", round), "Int64"))
				dir, out := b.save(desired)
				if len(out.Operations) != 1 {
					t.Fatalf("round %d: %d operations", round, len(out.Operations))
				}
				total.add(b.race(round, dir))
				b.reached(desired)
				if t.Failed() {
					t.FailNow()
				}
			}
			t.Logf("%d rounds: %d times the other was told which process holds the lock, %d times only its token, %d times that the target is reached",
				rounds, total.named, total.token, rounds-total.named-total.token)
		})
	}
}

// outcome counts what the process that did not apply was told. In Redis the
// holder's name is written right after the lock, so for a moment there is only the
// lock's own token.
type outcome struct{ named, token int }

func (o *outcome) add(other outcome) { o.named, o.token = o.named+other.named, o.token+other.token }

// race lets two processes migrate at the same time; exactly one must apply.
func (b *bench) race(round int, dir string) (told outcome) {
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
		case code == exitLocked && namesProcess(c.text(), other.cmd.Process.Pid):
			told.named++
		case code == exitLocked && b.place.Redis != "" && strings.Contains(c.text(), "held by instance "):
			told.token++
		default:
			b.t.Errorf("round %d: exit code %d:\n%s", round, code, c.text())
		}
	}
	if applied != 1 || told.named+told.token > 1 {
		b.t.Errorf("round %d: %d operations were applied by both together, refused: %+v:\n%s\n---\n%s", round, applied, told, both[0].text(), both[1].text())
	}
	return told
}

// namesProcess reports whether a refusal says which process holds the lock.
func namesProcess(text string, pid int) bool {
	return strings.Contains(text, fmt.Sprintf("process %d)", pid)) || strings.Contains(text, fmt.Sprintf("process %d,", pid))
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
