package migrate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// Resume takes the unfinished run up where it stopped: it waits until the server works on
// none of its statements, asks the server what became of each operation that is in doubt,
// and does what is left. The plan is the one in the journal. What the server cannot tell is
// a *DoubtsError, until in.AssumeDone or in.AssumeNotDone say it: the statement that is in
// doubt counts as carried out, or not. The other errors are those of [Run], and
// ErrNothingUnfinished.
func Resume(ctx context.Context, in Input) error {
	return locked(ctx, in, resume)
}

func resume(ctx context.Context, w *work) error {
	if w.book == nil {
		return ErrNothingUnfinished
	}
	u, err := newest(ctx, *w.book)
	if err != nil {
		return err
	}
	if u == nil || !u.Run.Status.Open() {
		return ErrNothingUnfinished
	}
	if err := w.takePlan(u); err != nil {
		return err
	}
	if err := checkPlan(w.Input); err != nil {
		return err
	}
	if err := w.quiet(ctx, u.Run); err != nil {
		return err
	}
	if err := settle(ctx, w.Input); err != nil {
		return err
	}
	outcome, err := w.replan(ctx)
	if err != nil {
		return err
	}
	data, err := encodeState(w.Input, withHeld(w.Desired, outcome))
	if err != nil {
		return err
	}
	left, err := w.left(ctx, u, outcome)
	if err != nil {
		return err
	}
	if err := w.stillFits(u, left, outcome); err != nil {
		return err
	}
	ops := make([]plan.Operation, len(left))
	for i, t := range left {
		ops[i] = t.op
	}
	if err := w.Server.CheckStatements(ctx, ops...); err != nil {
		return err
	}
	if err := recordUsed(ctx, w.Input, w.lock); err != nil {
		return err
	}
	if err := w.takeUp(ctx, u, left); err != nil {
		return err
	}
	return w.finish(ctx, left, data)
}

// takePlan takes the plan of the run, and refuses another one that was given.
func (w *work) takePlan(u *Unfinished) error {
	if w.Files != nil {
		digest, err := digestOf(w.Files)
		if err != nil {
			return err
		}
		if digest != u.Run.Digest {
			return &BlockedError{Reason: OtherPlan, Details: []string{
				fmt.Sprintf("migrations/plan.yaml is plan %s", plan.Short(digest)),
				fmt.Sprintf("unfinished is %s", u),
			}}
		}
	}
	w.Files = u.Files
	return nil
}

// replan makes a plan from what is there now.
func (w *work) replan(ctx context.Context) (*planner.Outcome, error) {
	recorded, err := LoadRecorded(ctx, w.Store)
	if err != nil {
		return nil, err
	}
	if err := checkRecorded(w.Input, recorded); err != nil {
		return nil, err
	}
	options := w.Options
	options.Renames = append(slices.Clone(options.Renames), renamesOf(w.Input)...)
	outcome, err := planner.Make(ctx, w.Server, planner.Input{
		Recorded: recorded, Desired: w.Desired, Databases: w.Databases, Options: options,
	})
	if err != nil {
		return nil, err
	}
	canon, err := w.Server.Normalise(ctx, w.Files.Desired)
	if err != nil {
		return nil, err
	}
	o := w.Options
	o.IgnoreLifeCycle = true
	if stale := changesBetween(planner.Side(w.Files.Desired, canon[0]), outcome.After, o); len(stale) > 0 {
		return nil, &BlockedError{Reason: Stale, Details: stale}
	}
	if len(outcome.Result.Invalid) > 0 {
		return nil, &BlockedError{Reason: Impossible, Details: outcome.Result.Invalid}
	}
	return outcome, nil
}

// left decides what is still to be done. An operation that is in doubt is done when a plan
// made now does not have it and the server shows its result; otherwise it is done again, in
// the form that a plan made now gives it.
func (w *work) left(ctx context.Context, u *Unfinished, outcome *planner.Outcome) ([]task, error) {
	known, unknown, err := w.fatesOf(ctx, u)
	if err != nil {
		return nil, err
	}
	if len(unknown) > 0 {
		return nil, &DoubtsError{Doubts: unknown}
	}
	for _, n := range slices.Concat(w.AssumeDone, w.AssumeNotDone) {
		if !slices.Contains(w.assumed, n) {
			return nil, fmt.Errorf("nothing was changed: nothing has to be assumed of operation %d, since it is known what became of it. Leave --assume-done and --assume-not-done away: %s", n, u)
		}
	}
	var out []task
	for i, op := range u.Files.Plan.Operations {
		t := task{index: i, op: op, skip: u.Run.Statements[i]}
		switch step := u.Run.Steps[i]; {
		case step == journal.Verified:
			continue
		case step == journal.Pending:
		case op.Kind() == plan.RawSQL:
			t.skip = known[i]
		default:
			fresh := find(outcome.Operations, op)
			// A copy is not over when its table has the new definition: the rows that came in
			// last are still to be fetched. It sees for itself what is left to do.
			if fresh == nil && op.Kind() != plan.CopyTable {
				if verify(ctx, w.Input, op) == nil {
					continue
				}
				if ctx.Err() != nil {
					return nil, context.Cause(ctx)
				}
			} else if fresh != nil && inSteps(op) {
				t.op = fresh
			}
		}
		if t.skip > 0 {
			if all, err := ddl.Statements(op, w.Desired.DefaultDatabase); err != nil || t.skip >= len(all) {
				if err != nil {
					return nil, err
				}
				continue
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// inSteps reports whether an operation has statements that depend on how far it has come.
func inSteps(op plan.Operation) bool {
	switch op.Kind() {
	case plan.ModifyTableColumn, plan.ModifyTableSettings, plan.ModifyTableTTL:
		return true
	}
	return false
}

// find is the operation of a list that does the same to the same part of an object, nil for none.
func find(list []plan.Operation, op plan.Operation) plan.Operation {
	i := slices.IndexFunc(list, func(o plan.Operation) bool { return partOf(o) == partOf(op) })
	if i < 0 {
		return nil
	}
	return list[i]
}

// partOf names what an operation does to which part of which object.
func partOf(op plan.Operation) string {
	part := ""
	switch o := op.(type) {
	case *plan.AddTableColumnOp:
		part = o.Column.Name
	case *plan.DropTableColumnOp:
		part = o.ColumnName
	case *plan.ModifyTableColumnOp:
		part = o.After.Name
	case *plan.RenameTableColumnOp:
		part = o.Before + " " + o.After
	case *plan.AddTableIndexOp:
		part = o.Index.Name
	case *plan.DropTableIndexOp:
		part = o.IndexName
	case *plan.AddTableProjectionOp:
		part = o.Projection.Name
	case *plan.DropTableProjectionOp:
		part = o.ProjectionName
	case *plan.AddTableConstraintOp:
		part = o.Constraint.Name
	case *plan.DropTableConstraintOp:
		part = o.ConstraintName
	case *plan.RenameTableOp:
		part = o.Table
	case *plan.RawSQLOp:
		part = strings.Join(o.SQL, ";")
	}
	return fmt.Sprintf("%s %v %q", op.Kind(), op.Target(), part)
}

// stillFits refuses to go on when that would take away what a plan made now would keep.
func (w *work) stillFits(u *Unfinished, left []task, outcome *planner.Outcome) error {
	var taking []plan.Operation
	for i, t := range left {
		if !madeAgain(t.op, left[i+1:]) {
			taking = append(taking, t.op)
		}
	}
	extra := append(takesMore(taking, outcome.Operations), leavesOut(u.Files.Plan.Operations, outcome.Operations)...)
	if len(extra) > 0 {
		return &BlockedError{Reason: Stale, Details: extra}
	}
	return nil
}

// takeUp writes down that the run goes on, and what is known of its operations by now.
func (w *work) takeUp(ctx context.Context, u *Unfinished, left []task) error {
	if err := w.lock.Check(ctx); err != nil {
		return err
	}
	w.ledger = newLedger(*w.book, w.Now, u.Run)
	w.note(func(r *journal.Run) {
		own(r, w.Owner)
		r.Status, r.Failure, r.Resumed = journal.Running, "", append(r.Resumed, w.Now().UTC())
		steps := slices.Repeat([]journal.Step{journal.Verified}, len(r.Steps))
		r.Statements = nil
		for _, t := range left {
			steps[t.index] = journal.Pending
			if t.skip > 0 {
				if r.Statements == nil {
					r.Statements = map[int]int{}
				}
				r.Statements[t.index] = t.skip
			}
		}
		r.Steps = steps
	})
	if err := w.flush(ctx); err != nil {
		return err
	}
	if events, ok := w.Events.(Resuming); ok {
		events.Resumed(w.stored.Clone(), len(left))
	}
	return nil
}

// madeAgain reports whether a later operation makes what this one takes away, and that has
// no rows of its own.
func madeAgain(op plan.Operation, later []task) bool {
	made := map[plan.Kind]plan.Kind{
		plan.DropView: plan.CreateView, plan.DropMaterializedView: plan.CreateMaterializedView,
		plan.DropDictionary: plan.CreateDictionary, plan.DropRowPolicy: plan.CreateRowPolicy,
	}[op.Kind()]
	return made != "" && slices.ContainsFunc(later, func(t task) bool { return t.op.Kind() == made && t.op.Target() == op.Target() })
}
