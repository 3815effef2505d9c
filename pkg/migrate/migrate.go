// Package migrate executes a saved plan: lock, check that the plan still fits, apply and
// verify each operation, write down how far it is, store the new state, release. What a
// stopped run left behind is taken up again with [Resume], or given up with [Abandon].
package migrate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// Server is what a migration needs of ClickHouse.
type Server interface {
	planner.Server
	IntrospectObjects(ctx context.Context, names []schema.Name) (*schema.Catalog, error)
	// Mutations lists the unfinished mutations of the tables.
	Mutations(ctx context.Context, tables []schema.Name) ([]clickhouse.Mutation, error)
	// CheckStatements refuses operations whose text holds more than their one command.
	CheckStatements(ctx context.Context, ops ...plan.Operation) error
	// ServerVersion is ClickHouse's own, such as "26.7.2.1".
	ServerVersion() string
	Dropper
	Hosts
	// Running reports whether the server works on a statement that begins with the comment.
	Running(ctx context.Context, mark string) (bool, error)
	// Fates tells what became of the statements that begin with the comments.
	Fates(ctx context.Context, markers []string) (fates map[string]clickhouse.Fate, logged bool, err error)
}

// Events tells how a migration goes. The methods are called one at a time, Start and Done
// in the order of the plan, also when operations run side by side.
type Events interface {
	// Locked: the lock is ours.
	Locked(store string)
	// Checked: the plan fits; n operations follow.
	Checked(n int)
	// AtTarget: nothing is to be done, the server already holds what the code declares.
	AtTarget()
	// Start and Done frame operation i of n (from 1).
	Start(i, n int, op plan.Operation)
	Done(i, n int, op plan.Operation, took time.Duration)
	// Waiting: a mutation of the running operation is not finished yet.
	Waiting(m clickhouse.Mutation)
	// Stored: the new state is recorded.
	Stored(store string)
}

// Resuming is what Events may be besides: it is told of a run that is taken up again.
type Resuming interface {
	// Resumed: the run goes on, left of its operations are still to be done. What is known
	// of the others stands in its steps.
	Resumed(r *journal.Run, left int)
}

// Input is one migration.
type Input struct {
	Server Server
	// Store keeps the state and, when it is a [state.Shelf], too, as every store of this
	// module, the journal. Without one nothing can be resumed.
	Store state.Store
	Owner state.Owner
	// Files is the approved plan, nil to resume whatever was begun; Desired what the code
	// declares now, with credentials resolved.
	Files   *plan.Files
	Desired *inframap.Map
	// Databases and Options as in planner.Input.
	Databases []string
	Options   diff.Options
	// Clusters are the names under [[clickhouse_config.clusters]].
	Clusters []string
	// ToolVersion is recorded with the state.
	ToolVersion string
	// Used are the decisions of people that the migration makes use of. They are recorded
	// in the store, which must then be a [state.Trail], before anything is changed.
	Used []state.Used
	// Commit and Environment are recorded in the journal, empty when not known.
	Commit, Environment string
	// LockTimeout is how long to wait while another run holds the lock.
	LockTimeout time.Duration
	// Parallel bounds the operations that run side by side, DefaultParallel when 0.
	Parallel int
	// Grace is how long a statement in flight may go on after ctx has ended, DefaultGrace
	// when 0.
	Grace time.Duration
	// AssumeDone and AssumeNotDone are what a person says of operations, by their number from
	// 1, of which nobody else knows whether their statement was carried out. See [Resume].
	AssumeDone, AssumeNotDone []int
	Now                       func() time.Time
	Events                    Events
	// Tell is given lines for people about what is being waited for; nil for nobody.
	Tell func(text string)
	// measured are the sizes of what is dropped as the check has found them, see plan.Plan.
	measured map[string]uint64
}

func (in *Input) tell(format string, args ...any) {
	if in.Tell != nil {
		in.Tell(fmt.Sprintf(format, args...))
	}
}

// PartialError is a migration that stopped after it had begun.
type PartialError struct {
	// Applied is the number of operations that are done, of Total; Failed is the first one in
	// the order of the plan that is not, Number its number from 1.
	Applied, Total int
	Failed         plan.Operation
	Number         int
	Cause          error
}

// Error names the operation and what became of the others.
func (e *PartialError) Error() string {
	if e.Failed == nil {
		return fmt.Sprintf("all %d operations ran, but the migration could not be completed: %v", e.Total, e.Cause)
	}
	what := "failed"
	if errors.Is(e.Cause, ErrAsked) {
		what = "was not begun"
	} else if errors.Is(e.Cause, ErrParked) {
		what = "was not waited for"
	}
	return fmt.Sprintf("operation %d of %d %s: %s: %v", e.Number, e.Total, what, plan.Describe(e.Failed), e.Cause)
}

// Unwrap returns the cause.
func (e *PartialError) Unwrap() error { return e.Cause }

// Run migrates. Errors: *state.HeldError when another run holds the lock,
// *BlockedError when the plan no longer fits, *UnfinishedError when an earlier run has left
// something that has to be settled first, *PartialError when it stopped midway,
// *FlapError when everything was done and a difference is left all the same.
//
// When ctx ends, nothing more is begun; the statement in flight is given in.Grace, and is
// then left to the server.
func Run(ctx context.Context, in Input) error {
	if err := checkPlan(in); err != nil {
		return err
	}
	if _, err := encodeState(in, in.Desired); err != nil {
		return err
	}
	return locked(ctx, in, run)
}

// work is a migration under its lock.
type work struct {
	Input
	lock state.Lock
	p    *patience
	book *journal.Book // nil when the store keeps no journal
	// assumed are the numbers of operations of which only a person can say what became of them.
	assumed []int
	*ledger
}

// locked runs do under the lock. The context that it gives ends when the lock is lost.
func locked(asked context.Context, in Input, do func(ctx context.Context, w *work) error) (err error) {
	ctx, p := newPatience(asked, in.Grace)
	defer p.close()
	lock, err := state.Wait(ctx, in.Store, in.Owner, in.LockTimeout, func(held *state.HeldError) {
		in.tell("Waiting up to %s for the migration lock: %v", in.LockTimeout, held.Holder.Name())
	})
	if err != nil {
		return err
	}
	defer func() {
		releaseCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		if releaseErr := lock.Release(releaseCtx); releaseErr != nil {
			err = errors.Join(err, fmt.Errorf("release the migration lock: %w", releaseErr))
		}
	}()
	in.Events.Locked(in.Store.Describe())
	w := &work{Input: in, lock: lock, p: p}
	if shelf, ok := in.Store.(state.Shelf); ok {
		w.book = &journal.Book{Shelf: shelf}
	}
	return do(lock.Context(), w)
}

func run(ctx context.Context, w *work) error {
	in := w.Input
	last, err := w.settleEarlier(ctx)
	if err != nil {
		return err
	}
	outcome, atTarget, err := check(ctx, in)
	if err != nil {
		return err
	}
	w.measured = outcome.Sizes()
	data, err := encodeState(in, withHeld(in.Desired, outcome))
	if err != nil {
		return err
	}
	if atTarget {
		if err := settle(ctx, in); err != nil {
			return err
		}
		if err := w.supersede(ctx, last); err != nil {
			return err
		}
		in.Events.AtTarget()
		return save(ctx, in, w.lock, data, "")
	}
	if err := in.Server.CheckStatements(ctx, in.Files.Plan.Operations...); err != nil {
		return err
	}
	if err := recordUsed(ctx, in, w.lock); err != nil {
		return err
	}
	if err := w.begin(ctx, last); err != nil {
		return err
	}
	in.Events.Checked(len(in.Files.Plan.Operations))
	return w.finish(ctx, w.all(), data)
}

// finish does what is left, stores the state, and writes down how it ended.
func (w *work) finish(ctx context.Context, left []task, data []byte) error {
	err := w.apply(ctx, left)
	var flap *FlapError
	if err == nil || errors.As(err, &flap) {
		again := ""
		if w.ledger != nil {
			again = " --resume"
		}
		if saveErr := save(ctx, w.Input, w.lock, data, again); saveErr != nil {
			return errors.Join(saveErr, err, w.end(ctx, journal.Stopped, saveErr))
		}
		if endErr := w.end(ctx, journal.Applied, nil); endErr != nil {
			w.tell("The migration is done and its state is stored, but the journal does not say so: %v", endErr)
		} else if w.ledger != nil {
			if pruneErr := w.book.Prune(ctx, w.Now()); pruneErr != nil {
				w.tell("Old entries of the journal could not be removed: %v", pruneErr)
			}
		}
		return err
	}
	return errors.Join(err, w.end(ctx, journal.Stopped, err))
}

// recordUsed leaves a trail of what people let pass.
func recordUsed(ctx context.Context, in Input, lock state.Lock) error {
	if len(in.Used) == 0 {
		return nil
	}
	trail, ok := in.Store.(state.Trail)
	if !ok {
		return fmt.Errorf("nothing was changed: %s keeps no record of what was allowed, and this plan needs one", in.Store.Describe())
	}
	err := lock.Check(ctx)
	if err == nil {
		err = trail.Record(ctx, in.Used)
	}
	if err != nil {
		return fmt.Errorf("nothing was changed, since it could not be recorded what was allowed: %w", err)
	}
	return nil
}

// encodeState writes the new state beforehand, so that nothing is applied that
// could not be recorded.
func encodeState(in Input, recorded *inframap.Map) ([]byte, error) {
	m := *secretsql.SQL(recorded)
	m.MooseVersion = in.ToolVersion
	digest, err := plan.Digest(in.Files.Plan.Operations, in.Files.Before, in.Files.Desired)
	if err != nil {
		return nil, fmt.Errorf("write the new state: %w", err)
	}
	markApplied(&m, digest)
	data, err := statepb.Encode(&m)
	if err != nil {
		return nil, fmt.Errorf("write the new state: %w", err)
	}
	return data, nil
}

// withHeld is the desired map with everything that a life cycle held back as it
// was: the record says what is there, not what the code would like.
func withHeld(desired *inframap.Map, outcome *planner.Outcome) *inframap.Map {
	m := *desired
	m.Tables, m.MaterializedViews = maps.Clone(desired.Tables), maps.Clone(desired.MaterializedViews)
	m.Dictionaries = maps.Clone(desired.Dictionaries)
	for _, b := range outcome.Result.Blocked {
		c := b.Change
		switch {
		case c.Kind == diff.Table && c.Table.Before == nil:
			delete(m.Tables, c.ID)
		case c.Kind == diff.Table && (c.Table.After == nil || c.Action == diff.Recreate || c.Table.After.LifeCycle.ProtectsFromChange()):
			m.Tables[c.ID] = asBefore(c.Table)
		case c.Kind == diff.Table:
			m.Tables[c.ID] = withColumns(m.Tables[c.ID], c.Table.Columns)
		case c.Kind == diff.MaterializedView && c.MaterializedView.Before == nil:
			delete(m.MaterializedViews, c.ID)
		case c.Kind == diff.Dictionary && c.Dictionary.Before == nil:
			delete(m.Dictionaries, c.ID)
		case c.Kind == diff.Dictionary:
			holdDictionary(&m, c)
		case c.Kind == diff.MaterializedView:
			m.MaterializedViews[c.ID] = c.MaterializedView.Before
		}
	}
	return &m
}

// asBefore is the table as it was, under the life cycle that the code gives it now.
func asBefore(t *diff.TableChange) *inframap.Table {
	table := *t.Before
	if t.After != nil {
		table.LifeCycle = t.After.LifeCycle
	}
	return &table
}

// withColumns adds the columns that were not dropped.
func withColumns(t *inframap.Table, held []diff.ColumnChange) *inframap.Table {
	table := *t
	table.Columns = slices.Clone(t.Columns)
	for _, col := range held {
		if col.Action == diff.Remove {
			table.Columns = append(table.Columns, *col.Before)
		}
	}
	return &table
}

// save stores the new state. again are the flags with which to run once more when that fails.
func save(ctx context.Context, in Input, lock state.Lock, data []byte, again string) error {
	if err := lock.Check(ctx); err != nil {
		return fmt.Errorf("the database holds what the plan leads to, but the new state was not stored: %w\nRun `moose migrate%s`: it recognises that the target is reached and only stores the state", err, again)
	}
	if err := in.Store.Save(ctx, data); err != nil {
		return fmt.Errorf("the database is migrated, but the new state could not be stored: %w\nRun `moose migrate%s`: it recognises that the target is reached and only stores the state", err, again)
	}
	in.Events.Stored(in.Store.Describe())
	return nil
}

// LoadRecorded reads the stored map, nil when nothing was ever stored.
func LoadRecorded(ctx context.Context, store state.Store) (*inframap.Map, error) {
	blob, err := store.Load(ctx)
	if errors.Is(err, state.ErrNone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := statepb.Decode(blob.Data)
	if err != nil {
		return nil, UnreadableState(store, blob.Key, err)
	}
	return m, nil
}

// UnreadableState is the error for a stored map that cannot be decoded.
func UnreadableState(store state.Store, key string, err error) error {
	return fmt.Errorf("the state in %s (%s) cannot be read: %w", store.Describe(), key, err)
}
