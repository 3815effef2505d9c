package migrate

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// DefaultParallel is how many operations run side by side unless said otherwise.
const DefaultParallel = 4

// task is an operation that is still to be done.
type task struct {
	// index is its place in the plan, from 0; op what is to be done now, which can be less
	// than what the plan says; skip the number of its statements that are done.
	index int
	op    plan.Operation
	skip  int
}

// all are the operations of the plan.
func (w *work) all() []task {
	out := make([]task, len(w.Files.Plan.Operations))
	for i, op := range w.Files.Plan.Operations {
		out[i] = task{index: i, op: op}
	}
	return out
}

// applyAll does the tasks in batches: what is in one batch can run side by side, and the
// next one begins when all of it is done.
func (w *work) applyAll(ctx context.Context, left []task) error {
	w.p.work(true)
	defer w.p.work(false)
	total := len(w.Files.Plan.Operations)
	show := newShown(w.Events, total, left, w.Now)
	done := total - len(left)
	for _, chains := range w.batches(left) {
		failed := w.applyBatch(ctx, chains, show, &done)
		if failed == nil {
			continue
		}
		show.rest()
		failed.Applied, failed.Total = done, total
		return failed
	}
	return nil
}

// applyBatch works on the chains of a batch, a bounded number at a time. After a failure
// nothing more is begun, and what runs is waited for.
func (w *work) applyBatch(ctx context.Context, chains [][]task, show *shown, done *int) *PartialError {
	var mu sync.Mutex
	var first *PartialError
	var group errgroup.Group
	parallel := w.Parallel
	if parallel <= 0 {
		parallel = DefaultParallel
	}
	group.SetLimit(parallel)
	for _, chain := range chains {
		group.Go(func() error {
			for _, t := range chain {
				mu.Lock()
				stop := first != nil
				mu.Unlock()
				if stop {
					return nil
				}
				err := w.applyTask(ctx, t, show)
				mu.Lock()
				if err == nil {
					*done++
				} else if first == nil || t.index < first.Number-1 {
					first = &PartialError{Failed: t.op, Number: t.index + 1, Cause: err}
				}
				mu.Unlock()
				if err != nil {
					return nil
				}
			}
			return nil
		})
	}
	_ = group.Wait() // first has the error
	return first
}

// applyTask does one operation, written down before and after.
func (w *work) applyTask(ctx context.Context, t task, show *shown) error {
	if err := w.p.check(); err != nil {
		return err
	}
	if err := w.started(ctx, t.index); err != nil {
		return err
	}
	show.start(t.index)
	inFlight := false
	err := applyOne(ctx, w.Input, t.op, w.execution(t, show, &inFlight), func(d journal.Drop) {
		w.dropped(d)
		show.lines(w.tell, ToldDrop(d))
	})
	if err != nil {
		var refused *clickhouse.ServerError
		switch {
		case ctx.Err() != nil:
			err = errors.Join(context.Cause(ctx), err)
		case errors.As(err, &refused):
			w.failed(t.index)
		}
		if !inFlight {
			w.notBegun(t.index)
		}
		return err
	}
	w.verified(t.index)
	show.done(t.index)
	return nil
}

// execution says how the statements of a task are run. inFlight is set while nobody knows
// what became of the last one that was sent.
func (w *work) execution(t task, show *shown, inFlight *bool) clickhouse.Execution {
	e := clickhouse.Execution{
		Skip: t.skip, Marker: w.marker(t.index), Watch: show.waiting,
		Before: func(ctx context.Context, _ int) error {
			if err := w.p.check(); err != nil {
				return err
			}
			err := w.lock.Check(ctx)
			*inFlight = err == nil
			return err
		},
	}
	if t.op.Kind() == plan.RawSQL {
		e.After = func(ctx context.Context, n int) error {
			*inFlight = false
			w.statement(t.index, n+1)
			return w.flush(ctx)
		}
	}
	return e
}

// batches cuts the tasks, which are in plan order, into batches of chains. Consecutive
// operations on tables of the MergeTree family make a batch, with a chain for each table;
// anything else is a batch of its own, since it may depend on what is before it and be
// needed by what follows.
func (w *work) batches(left []task) [][][]task {
	plain := w.plainTables()
	var out [][][]task
	at := map[schema.Name]int{} // chains of the open batch
	for _, t := range left {
		n := nameOf(t.op, w.Desired.DefaultDatabase)
		if !sideBySide(t.op) || !plain[n] {
			out, at = append(out, [][]task{{t}}), nil
			continue
		}
		if at == nil || len(out) == 0 {
			out, at = append(out, nil), map[schema.Name]int{}
		}
		open := len(out) - 1
		i, ok := at[n]
		if !ok {
			i = len(out[open])
			at[n] = i
			out[open] = append(out[open], nil)
		}
		out[open][i] = append(out[open][i], t)
	}
	return out
}

// plainTables are the tables that keep rows of their own and read from no other object.
func (w *work) plainTables() map[schema.Name]bool {
	out := map[schema.Name]bool{}
	for _, m := range []*inframap.Map{w.Files.Before, w.Files.Desired} {
		for _, t := range m.Tables {
			n := schema.Name{Database: t.DatabaseOr(w.Desired.DefaultDatabase), Object: t.Name}
			plain := strings.HasSuffix(t.Engine.Name, "MergeTree")
			if before, known := out[n]; known {
				plain = plain && before
			}
			out[n] = plain
		}
	}
	return out
}

func sideBySide(op plan.Operation) bool {
	switch op.Kind() {
	case plan.CreateTable, plan.DropTable, plan.AddTableColumn, plan.DropTableColumn, plan.ModifyTableColumn, plan.RenameTableColumn,
		plan.ModifyTableSettings, plan.ModifyTableTTL, plan.AddTableIndex, plan.DropTableIndex, plan.AddTableProjection,
		plan.DropTableProjection, plan.AddTableConstraint, plan.DropTableConstraint, plan.ModifySampleBy, plan.RemoveSampleBy:
		return true
	}
	return false
}

// shown tells of operations that run side by side in the order of the plan: the next one
// is shown when all before it are done.
type shown struct {
	events Events
	total  int
	now    func() time.Time

	mu    sync.Mutex
	tasks []task
	next  int // the first of tasks whose end is not told
	told  bool
	began map[int]time.Time
	took  map[int]time.Duration
}

func newShown(events Events, total int, tasks []task, now func() time.Time) *shown {
	return &shown{events: events, total: total, now: now, tasks: tasks, began: map[int]time.Time{}, took: map[int]time.Duration{}}
}

func (s *shown) start(index int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.began[index] = s.now()
	s.tell()
}

func (s *shown) done(index int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took[index] = s.now().Sub(s.began[index])
	s.tell()
}

func (s *shown) tell() {
	for s.next < len(s.tasks) {
		t := s.tasks[s.next]
		if _, ok := s.began[t.index]; !ok {
			return
		}
		if !s.told {
			s.events.Start(t.index+1, s.total, t.op)
			s.told = true
		}
		took, ok := s.took[t.index]
		if !ok {
			return
		}
		s.events.Done(t.index+1, s.total, t.op, took)
		s.next, s.told = s.next+1, false
	}
}

// rest tells, after a failure, of what ran beside it.
func (s *shown) rest() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ; s.next < len(s.tasks); s.next, s.told = s.next+1, false {
		t := s.tasks[s.next]
		if _, ok := s.began[t.index]; !ok {
			continue
		}
		if !s.told {
			s.events.Start(t.index+1, s.total, t.op)
		}
		if took, ok := s.took[t.index]; ok {
			s.events.Done(t.index+1, s.total, t.op, took)
		}
	}
}

// lines tells them one after the other, with nothing between.
func (s *shown) lines(tell func(string, ...any), lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range lines {
		tell("%s", line)
	}
}

func (s *shown) waiting(m clickhouse.Mutation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events.Waiting(m)
}
