package migrate_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// shelved is a store with a shelf in memory that counts what is written.
type shelved struct {
	state.Store
	mu     sync.Mutex
	values map[string][]byte
	writes int
	// fail, when set, is asked before each write.
	fail func(writes int) error
}

func (s *shelved) Put(_ context.Context, name string, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values == nil {
		s.values = map[string][]byte{}
	}
	s.values[name] = data
	return nil
}

func (s *shelved) Swap(ctx context.Context, name string, old, data []byte) error {
	s.mu.Lock()
	s.writes++
	writes, have, fail := s.writes, s.values[name], s.fail
	s.mu.Unlock()
	if fail != nil {
		if err := fail(writes); err != nil {
			return err
		}
	}
	if !bytes.Equal(have, old) {
		return state.ErrChanged
	}
	return s.Put(ctx, name, data)
}

func (s *shelved) Get(_ context.Context, name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if data, ok := s.values[name]; ok {
		return data, nil
	}
	return nil, state.ErrNone
}

func (s *shelved) Names(_ context.Context, prefix string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		if strings.HasPrefix(name, prefix) {
			out = append(out, name)
		}
	}
	return out, nil
}

func (s *shelved) Remove(_ context.Context, names ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		delete(s.values, name)
	}
	return nil
}

func newShelvedBench(t testing.TB) (*bench, *shelved) {
	b := newBench(t, nil)
	s := &shelved{Store: b.store}
	b.store = s
	return b, s
}

func (b *bench) input(files *plan.Files, desired *inframap.Map) migrate.Input {
	return migrate.Input{
		Server: b.client, Store: b.store, Owner: state.Owner{ID: "test-" + b.t.Name(), Machine: "test"},
		Files: files, Desired: desired, Now: time.Now, Events: &events{}, Tell: func(text string) { b.t.Log(text) },
	}
}

func (b *bench) last() *migrate.Unfinished {
	b.t.Helper()
	u, err := migrate.Newest(b.t.Context(), b.store)
	if err != nil || u == nil {
		b.t.Fatalf("the newest run: %v %v", u, err)
	}
	return u
}

func (b *bench) lastIs(status journal.Status, steps string) {
	b.t.Helper()
	r := b.last().Run
	if text, _ := r.Steps.MarshalText(); r.Status != status || string(text) != steps {
		b.t.Errorf("the run is %s with steps %s, want %s with %s; %s", r.Status, text, status, steps, r.Failure)
	}
}

// dying is a server whose process is gone at a statement: its context has ended, whatever
// happened to the statement.
type dying struct {
	*clickhouse.Client
	// at counts the statements, from 1, until it dies; after says whether the statement of
	// that number still runs.
	at    int
	after bool
	mu    sync.Mutex
	count int
}

var errDead = errors.New("the process is dead")

func (d *dying) dead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.count >= d.at
}

func (d *dying) Execute(ctx context.Context, op plan.Operation, e clickhouse.Execution) error {
	before, after := e.Before, e.After
	e.Before = func(ctx context.Context, n int) error {
		if err := before(ctx, n); err != nil {
			return err
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.count++
		if d.count > d.at || d.count == d.at && !d.after {
			return errDead
		}
		return nil
	}
	e.After = func(ctx context.Context, n int) error {
		if d.dead() {
			return errDead
		}
		if after != nil {
			return after(ctx, n)
		}
		return nil
	}
	return d.Client.Execute(ctx, op, e)
}

func TestARunIsWrittenDown(t *testing.T) {
	b, s := newShelvedBench(t)
	desired := shop(b)
	files := b.save(b.plan(desired))
	in := b.input(files, desired)
	in.Commit, in.Environment = "abc", "staging"
	if err := migrate.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	n := len(files.Plan.Operations)
	b.lastIs(journal.Applied, strings.Repeat("v", n))
	r := b.last().Run
	if r.Commit != "abc" || r.Environment != "staging" || r.Machine != "test" || r.Ended.IsZero() {
		t.Errorf("the run %+v", r)
	}
	if s.writes > 2*n+2 {
		t.Errorf("%d writes for %d operations", s.writes, n)
	}
	// Nothing to do is no run.
	if err := migrate.Run(t.Context(), b.input(b.save(b.plan(desired)), desired)); err != nil {
		t.Fatal(err)
	}
	if ids, _ := (journal.Book{Shelf: s}).IDs(t.Context()); len(ids) != 1 {
		t.Errorf("runs %v", ids)
	}
	if err := migrate.Resume(t.Context(), b.input(nil, desired)); !errors.Is(err, migrate.ErrNothingUnfinished) {
		t.Errorf("nothing is unfinished: %v", err)
	}
}

// changed is the shop with changes of many kinds.
func changed(b *bench) *inframap.Map {
	desired := shop(b)
	orders := desired.Tables["Orders"]
	orders.Columns[2].DataType = inframap.SimpleType("Float64")
	orders.Columns = append(orders.Columns, column("extra", "String", true))
	orders.Indexes = nil
	delete(desired.Views, "Big")
	desired.Tables["Fresh"] = &inframap.Table{
		Name: "Fresh", Engine: inframap.NewEngine("MergeTree"), LifeCycle: inframap.FullyManaged, OrderBy: inframap.OrderByColumns("id"),
		Columns: []inframap.Column{column("id", "Int64", true)},
	}
	return desired
}

// TestARunThatDiesAnywhereIsResumed lets a run die before and after each of its statements,
// and again while it is resumed.
func TestARunThatDiesAnywhereIsResumed(t *testing.T) {
	statements := 1
	for at := 1; at <= statements; at++ {
		for _, after := range []bool{false, true} {
			b, _ := newShelvedBench(t)
			b.to(shop(b))
			b.exec("INSERT INTO " + b.db + ".Orders (id, at, qty) VALUES ('a', now(), 1), ('b', now(), 2)")
			desired := changed(b)
			files := b.save(b.plan(desired))
			probe := &dying{Client: b.client, at: at, after: after}
			in := b.input(files, desired)
			in.Server, in.Parallel = probe, 1
			if err := migrate.Run(t.Context(), in); !errors.Is(err, errDead) {
				t.Fatalf("statement %d, after %v: %v", at, after, err)
			}
			var unfinished *migrate.UnfinishedError
			if err := migrate.Run(t.Context(), b.input(files, desired)); !errors.As(err, &unfinished) || !unfinished.Same {
				t.Fatalf("the same plan again: %v", err)
			}
			in = b.input(nil, desired)
			in.Server = &dying{Client: b.client, at: 1, after: !after}
			if err := migrate.Resume(t.Context(), in); err != nil && !errors.Is(err, errDead) {
				t.Fatalf("statement %d, after %v: resumed once: %v", at, after, err)
			}
			if b.last().Run.Status.Open() {
				if err := migrate.Resume(t.Context(), b.input(files, desired)); err != nil {
					t.Fatalf("statement %d, after %v: resumed twice: %v", at, after, err)
				}
			}
			b.mustBeEmpty(desired)
			b.lastIs(journal.Applied, strings.Repeat("v", len(files.Plan.Operations)))
			if at == 1 && !after {
				statements = len(files.Plan.Operations) // at least one each
			}
		}
	}
	if statements < 5 {
		t.Errorf("only %d statements", statements)
	}
}

func TestAnotherPlanSupersedesWhatWasStopped(t *testing.T) {
	b, _ := newShelvedBench(t)
	b.to(shop(b))
	desired := changed(b)
	in := b.input(b.save(b.plan(desired)), desired)
	in.Server = &dying{Client: b.client, at: 2, after: true}
	if err := migrate.Run(t.Context(), in); !errors.Is(err, errDead) {
		t.Fatal(err)
	}
	stopped := b.last().Run
	b.to(desired)
	book := journal.Book{Shelf: b.store.(state.Shelf)}
	gone, err := book.Get(t.Context(), stopped.ID)
	if err != nil || gone.Status != journal.Abandoned || !strings.Contains(gone.Note, "superseded by plan ") {
		t.Errorf("the old run %+v, %v", gone, err)
	}
	if r := b.last().Run; r.Status != journal.Applied || r.ID <= stopped.ID {
		t.Errorf("the new run %+v", r)
	}
}

func TestAbandon(t *testing.T) {
	b, _ := newShelvedBench(t)
	desired := shop(b)
	files := b.save(b.plan(desired))
	in := b.input(files, desired)
	in.Server = &dying{Client: b.client, at: 2}
	if err := migrate.Run(t.Context(), in); !errors.Is(err, errDead) {
		t.Fatal(err)
	}
	gone, err := migrate.Abandon(t.Context(), b.input(nil, desired), "a new way was found")
	if err != nil || gone.Run.Note != "a new way was found" || gone.Files == nil {
		t.Fatalf("%+v %v", gone, err)
	}
	if _, err := migrate.Abandon(t.Context(), b.input(nil, desired), "again"); !errors.Is(err, migrate.ErrNothingUnfinished) {
		t.Errorf("abandoned twice: %v", err)
	}
	b.to(desired)
}

// raw is a plan that fills a table in two statements that must not run twice.
func raw(b *bench) (*inframap.Map, *plan.Files) {
	b.to(shop(b))
	desired := shop(b)
	desired.Tables["Orders"].Columns = append(desired.Tables["Orders"].Columns, column("extra", "String", true))
	files := b.save(b.plan(desired))
	files.Plan.Operations = append(files.Plan.Operations, &plan.RawSQLOp{Description: "fill", SQL: []string{
		"INSERT INTO " + b.db + ".Orders (id, at, qty) VALUES ('a', now(), 1)", "INSERT INTO " + b.db + ".Orders (id, at, qty) SELECT 'b', now(), 1",
	}})
	return desired, files
}

func (b *bench) count(table string) (n uint64) {
	b.t.Helper()
	if err := b.client.Conn().QueryRow(b.t.Context(), "SELECT count() FROM "+b.db+"."+table).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

// blind is a server without a log of queries.
type blind struct{ *clickhouse.Client }

func (blind) Fates(context.Context, []string) (map[string]clickhouse.Fate, bool, error) {
	return nil, false, nil
}

// TestWhatMustNotRunTwiceIsAsked: only a person, or the server's log, knows what became of an INSERT.
func TestWhatMustNotRunTwiceIsAsked(t *testing.T) {
	for _, after := range []bool{false, true} {
		b, _ := newShelvedBench(t)
		desired, files := raw(b)
		in := b.input(files, desired)
		in.Server = &dying{Client: b.client, at: 3, after: after} // the second INSERT
		if err := migrate.Run(t.Context(), in); !errors.Is(err, errDead) {
			t.Fatal(err)
		}
		if !after { // Before has returned an error of ours: the journal would know. A killed process writes nothing.
			b.inDoubt(1)
		}
		in = b.input(nil, desired)
		in.Server = blind{b.client}
		err := migrate.Resume(t.Context(), in)
		var doubts *migrate.DoubtsError
		if !errors.As(err, &doubts) || len(doubts.Doubts) != 1 || doubts.Doubts[0].Number != 2 || doubts.Doubts[0].Statement != 2 ||
			!strings.Contains(err.Error(), "moose migrate --resume --assume-done 2 ") {
			t.Fatalf("after %v: %v", after, err)
		}
		// A plan made now would not know either.
		again := b.save(b.plan(desired))
		again.Plan.Operations = append(again.Plan.Operations, &plan.RawSQLOp{Description: "other", SQL: []string{"OPTIMIZE TABLE " + b.db + ".Orders"}})
		var unfinished *migrate.UnfinishedError
		other := b.input(again, desired)
		other.Server = blind{b.client}
		if err := migrate.Run(t.Context(), other); !errors.As(err, &unfinished) || unfinished.Same {
			t.Errorf("another plan starts: %v", err)
		}
		in.AssumeDone = []int{1}
		if err := migrate.Resume(t.Context(), in); err == nil || !errors.As(err, &doubts) {
			t.Errorf("the wrong operation was assumed: %v", err)
		}
		in.AssumeDone, in.AssumeNotDone = []int{2}, nil
		if !after {
			in.AssumeDone, in.AssumeNotDone = nil, []int{2}
		}
		if err := migrate.Resume(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if n := b.count("Orders"); n != 2 {
			t.Errorf("after %v: %d rows, want 2", after, n)
		}
		b.lastIs(journal.Applied, "vv")
	}
}

// inDoubt sets an operation, by its index, to what a killed process leaves.
func (b *bench) inDoubt(op int) {
	b.t.Helper()
	u := b.last()
	next := u.Run.Clone()
	next.Steps[op], next.Status = journal.Started, journal.Running
	if err := (journal.Book{Shelf: b.store.(state.Shelf)}).Write(b.t.Context(), u.Run, next); err != nil {
		b.t.Fatal(err)
	}
}

// TestARunThatLostItsJournalStops: another process has written the run.
func TestARunThatLostItsJournalStops(t *testing.T) {
	b, s := newShelvedBench(t)
	desired := shop(b)
	in := b.input(b.save(b.plan(desired)), desired)
	s.fail = func(writes int) error {
		if writes < 3 {
			return nil
		}
		return state.ErrChanged
	}
	err := migrate.Run(t.Context(), in)
	var partial *migrate.PartialError
	if !errors.As(err, &partial) || !errors.Is(err, state.ErrChanged) || partial.Applied != 1 {
		t.Fatalf("%v", err)
	}
	if n := len(b.last().InDoubt()); n != 1 {
		t.Errorf("%d operations are in doubt", n)
	}
}

// stopping ends the context while the second operation runs.
type stopping struct {
	events
	stop func()
}

func (s *stopping) Start(i, _ int, _ plan.Operation) {
	if i == 2 {
		s.stop()
	}
}

func TestAStoppedRunIsResumed(t *testing.T) {
	b, _ := newShelvedBench(t)
	desired := shop(b)
	files := b.save(b.plan(desired))
	ctx, stop := context.WithCancel(t.Context())
	in := b.input(files, desired)
	in.Parallel, in.Events = 1, &stopping{stop: stop}
	err := migrate.Run(ctx, in)
	if !errors.Is(err, migrate.ErrAsked) || !errors.Is(err, context.Canceled) {
		t.Fatalf("%v", err)
	}
	b.lastIs(journal.Stopped, "v"+strings.Repeat(".", len(files.Plan.Operations)-1))
	if err := migrate.Resume(t.Context(), b.input(nil, desired)); err != nil {
		t.Fatal(err)
	}
	b.mustBeEmpty(desired)
	if r := b.last().Run; len(r.Resumed) != 1 || r.Status != journal.Applied {
		t.Errorf("%+v", r)
	}
}

// TestAStatementInFlightIsGivenTime: a signal does not tear a statement off.
func TestAStatementInFlightIsGivenTime(t *testing.T) {
	for name, c := range map[string]struct {
		grace time.Duration
		steps string
	}{"it ends in time": {20 * time.Second, "v."}, "it is left to the server": {100 * time.Millisecond, "s."}} {
		t.Run(name, func(t *testing.T) {
			b, _ := newShelvedBench(t)
			b.to(shop(b))
			desired := shop(b)
			files := b.save(b.plan(desired))
			files.Plan.Operations = []plan.Operation{
				&plan.RawSQLOp{Description: "slow", SQL: []string{"SELECT sleep(2)"}}, &plan.RawSQLOp{Description: "next", SQL: []string{"SELECT 1"}},
			}
			ctx, stop := context.WithCancel(t.Context())
			in := b.input(files, desired)
			in.Grace = c.grace
			in.Events = &started{func() { time.AfterFunc(300*time.Millisecond, stop) }}
			if err := migrate.Run(ctx, in); err == nil {
				t.Fatal("it was not stopped")
			}
			b.lastIs(journal.Stopped, c.steps)
			if err := migrate.Resume(t.Context(), b.input(nil, desired)); err != nil {
				t.Fatal(err)
			}
			b.lastIs(journal.Applied, "vv")
		})
	}
}

type started struct{ then func() }

func (*started) Locked(string)                                {}
func (*started) Checked(int)                                  {}
func (*started) AtTarget()                                    {}
func (*started) Stored(string)                                {}
func (s *started) Start(int, int, plan.Operation)             { s.then() }
func (*started) Done(int, int, plan.Operation, time.Duration) {}
func (*started) Waiting(clickhouse.Mutation)                  {}

// TestOperationsRunSideBySide: what is told and written down keeps the order of the plan.
func TestOperationsRunSideBySide(t *testing.T) {
	b, _ := newShelvedBench(t)
	desired := inframap.New(b.db)
	for _, name := range []string{"A", "B", "C", "D", "E", "F"} {
		desired.Tables[name] = &inframap.Table{
			Name: name, Engine: inframap.NewEngine("MergeTree"), LifeCycle: inframap.FullyManaged, OrderBy: inframap.OrderByColumns("id"),
			Columns: []inframap.Column{column("id", "Int64", true)},
		}
	}
	files := b.save(b.plan(desired))
	ev := &events{}
	in := b.input(files, desired)
	slow := &overlapping{Client: b.client}
	in.Events, in.Server, in.Parallel = ev, slow, 3
	if err := migrate.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, op := range files.Plan.Operations {
		want = append(want, plan.Describe(op))
	}
	if got := ev.lines[2 : 2+len(want)]; !slices.Equal(got, want) {
		t.Errorf("told in the order %v, want %v", got, want)
	}
	if slow.most != 3 {
		t.Errorf("%d ran at the same time, want 3", slow.most)
	}
	b.lastIs(journal.Applied, strings.Repeat("v", len(want)))
}

// overlapping counts how many operations run at the same time.
type overlapping struct {
	*clickhouse.Client
	mu        sync.Mutex
	now, most int
}

func (o *overlapping) Execute(ctx context.Context, op plan.Operation, e clickhouse.Execution) error {
	o.mu.Lock()
	o.now++
	o.most = max(o.most, o.now)
	o.mu.Unlock()
	time.Sleep(200 * time.Millisecond)
	defer func() { o.mu.Lock(); o.now--; o.mu.Unlock() }()
	return o.Client.Execute(ctx, op, e)
}
