package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/e2e/mooseprogram"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// shortTTL is the life of a lock in tests that wait for its end.
const shortTTL = 3 * time.Second

// rows is how many rows the mutations of these tests rewrite.
const rows = 200_000

// TestAKilledMigrationIsFinishedByTheNext kills a process between two operations.
func TestAKilledMigrationIsFinishedByTheNext(t *testing.T) {
	for _, store := range []string{"keepermap", "redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, store == "redis", shortTTL)
			b.to(shop(b))
			before := b.recorded()
			desired := shop(b)
			for _, name := range []string{"a", "b", "c"} {
				orders := desired.Tables["Orders"]
				orders.Columns = append(orders.Columns, column(name, "String"))
			}
			dir, _ := b.save(desired)
			b.killed(b.start("victim", dir, 2), dir, "stopped")
			if n := b.number("SELECT count() FROM system.columns WHERE database = '" + b.db + "' AND table = 'Orders' AND name IN ('a', 'b', 'c')"); n != 1 {
				t.Fatalf("%d of the columns are there", n)
			}
			if b.recorded() != before {
				t.Error("the state says more than was done")
			}
			stale := b.start("stale", dir, 0)
			stale.begin()
			if code := stale.wait(); code != exitStale || stale.count("starts") > 0 {
				t.Errorf("the old plan on what is half done: exit code %d:\n%s", code, stale.text())
			}
			if _, out := b.save(desired); len(out.Operations) != 2 {
				t.Errorf("the new plan has %d operations, want the two that are missing", len(out.Operations))
			}
			b.to(desired)
		})
	}
}

// killed lets a process work until it says at, kills it, sees that the lock keeps
// others out, and waits for the lock's end.
func (b *bench) killed(c *child, dir, at string) {
	b.t.Helper()
	c.begin()
	c.until(at)
	pid := c.cmd.Process.Pid
	c.kill()
	second := b.start("second", dir, 0)
	second.begin()
	if code := second.wait(); code != exitLocked || !namesProcess(second.text(), pid) {
		b.t.Errorf("right after the kill: exit code %d:\n%s", code, second.text())
	}
	deadline := time.Now().Add(10 * shortTTL)
	for {
		holder, err := b.store.Holder(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		if holder == nil {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("the lock of a killed process does not expire: %+v", holder)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// TestAMigrationKilledDuringAMutationIsFinishedByTheNext holds the mutation back
// while the process waits for it, and kills the process then.
func TestAMigrationKilledDuringAMutationIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, shortTTL)
	b.to(shop(b))
	b.exec("INSERT INTO " + b.db + ".Orders SELECT toString(number), now(), number, 'x' FROM numbers(200000)")
	b.exec("SYSTEM STOP MERGES " + b.db + ".Orders")
	desired := shop(b)
	desired.Tables["Orders"].Columns[2].DataType = inframap.SimpleType("String")
	desired.Tables["Orders"].Columns = append(desired.Tables["Orders"].Columns, column("after", "String"))
	dir, _ := b.save(desired)
	b.killed(b.start("victim", dir, 0), dir, "waiting")
	if n := b.number("SELECT count() FROM system.mutations WHERE NOT is_done AND database = '" + b.db + "'"); n == 0 {
		t.Fatal("the mutation was done before the kill")
	}
	b.exec("SYSTEM START MERGES " + b.db + ".Orders")
	b.to(desired)
	if n := b.number("SELECT count() FROM " + b.db + ".Orders WHERE qty = id"); n != rows {
		t.Errorf("%d of %d rows survived", n, rows)
	}
}

// TestAKilledProgram kills the whole program during a mutation, and lets it run
// again once the lock is gone.
func TestAKilledProgram(t *testing.T) {
	t.Parallel()
	ch := testparts.ClickHouse(t)
	url := ch.NativeURL(testparts.Database(t, ch))
	env := []string{dsn.EnvClickHouse + "=" + url}
	project := testparts.PythonProject(t, "small-py")
	b := openBench(t, place{ClickHouse: url})
	mooseprogram.Moose(t, project, env, "generate", "migration", "--save").Must(t, exitOK)
	mooseprogram.Moose(t, project, env, "migrate").Must(t, exitOK)
	b.exec("INSERT INTO PageViews (id, ts, path, status) SELECT toString(number), now(), '/', number FROM numbers(200000)")
	b.exec("SYSTEM STOP MERGES " + b.db + ".PageViews")
	rewrite(t, filepath.Join(project.Dir, "app", "main.py"), "status: float", "status: str")
	mooseprogram.Moose(t, project, env, "generate", "migration", "--save").Must(t, exitOK)

	cmd := mooseprogram.Command(t, project, env, "migrate")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(2 * time.Minute); b.number("SELECT count() FROM system.mutations WHERE NOT is_done AND database = '"+b.db+"'") == 0; {
		if time.Now().After(deadline) {
			t.Fatal("no mutation began")
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	locked := mooseprogram.Moose(t, project, env, "migrate").Must(t, exitLocked)
	if !namesProcess(locked.Err, cmd.Process.Pid) {
		t.Errorf("the holder is not named:\n%s", locked.Err)
	}
	b.exec("ALTER TABLE _MOOSE_STATE DELETE WHERE key = 'migration_lock'")
	b.exec("SYSTEM START MERGES " + b.db + ".PageViews")
	for b.number("SELECT count() FROM system.mutations WHERE NOT is_done AND database = '"+b.db+"'") > 0 {
		time.Sleep(50 * time.Millisecond)
	}
	refused := mooseprogram.Moose(t, project, env, "migrate").Must(t, exitStale)
	if !strings.Contains(refused.Err, "moose migrate --resume") || !strings.Contains(refused.Err, "in doubt: operation 1 ") {
		t.Errorf("it is not said how to go on:\n%s", refused.Err)
	}
	status := mooseprogram.Moose(t, project, env, "status").Must(t, exitOK)
	if !strings.Contains(status.Out, "killed (nobody holds the lock), 0 of 1 operation done") || !strings.Contains(status.Out, "(verifiable)") {
		t.Errorf("the status:\n%s", status.Out)
	}
	again := mooseprogram.Moose(t, project, env, "migrate", "--resume").Must(t, exitOK)
	if !strings.Contains(again.Out, "goes on: 1 of 1 operation done") {
		t.Errorf("the finished mutation is not recognised:\n%s", again.Out)
	}
	if status := mooseprogram.Moose(t, project, env, "status", "--json").Must(t, exitOK); !strings.Contains(status.Out, `"status": "applied"`) {
		t.Errorf("the status:\n%s", status.Out)
	}
	mooseprogram.Moose(t, project, env, "plan", "--detailed-exitcode").Must(t, exitOK)
	if n := b.number("SELECT count() FROM PageViews WHERE status = id"); n != rows {
		t.Errorf("%d of %d rows survived", n, rows)
	}
}

func rewrite(t *testing.T, file, from, to string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), from, to, 1)
	if text == string(data) {
		t.Fatalf("%s has no %q", file, from)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
