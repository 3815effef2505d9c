package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// Recoverer is what a recovery needs of ClickHouse.
type Recoverer interface {
	IntrospectObjects(ctx context.Context, names []schema.Name) (*schema.Catalog, error)
	Mutations(ctx context.Context, tables []schema.Name) ([]clickhouse.Mutation, error)
	Execute(ctx context.Context, op plan.Operation, e clickhouse.Execution) error
	// Kill stops a mutation, on a cluster unless that is "".
	Kill(ctx context.Context, m clickhouse.Mutation, cluster string) error
	// PartTypes counts the parts of columns by the type that they store.
	PartTypes(ctx context.Context, columns []clickhouse.ColumnName) (map[clickhouse.ColumnName]map[string]uint64, error)
	// ReadColumn reads a column to its end; FirstUnfit finds a row that cannot become a type.
	ReadColumn(ctx context.Context, column clickhouse.ColumnName) error
	FirstUnfit(ctx context.Context, column clickhouse.ColumnName, typ string) (key, value string, err error)
}

// Recovery is the input of [Find] and [Recover].
type Recovery struct {
	Server Recoverer
	Store  state.Store
	Owner  state.Owner
	// Files are the plan of the run, with DefaultDatabase for tables that name none.
	Files           *plan.Files
	DefaultDatabase string
	// Book and Run are the journal of the run that stopped; Run is nil when there is none.
	// Then every operation of the plan may have been begun.
	Book journal.Book
	Run  *journal.Run
	Now  func() time.Time
	// Tell is told what is done, a line at a time; Waiting as in [Events].
	Tell    func(line string)
	Waiting func(clickhouse.Mutation)
}

// OlderError is a failing mutation that no operation of the plan has started. It is not
// touched, and nothing gets past it.
type OlderError struct{ Mutation clickhouse.Mutation }

// Error names the mutation and the statement that stops it.
func (e *OlderError) Error() string {
	m := e.Mutation
	return fmt.Sprintf("nothing was changed: the table %s.%s has a failing mutation that is not of this plan: %s\nIts command is: %s\n"+
		"Stop it first, if it is no longer wanted: %s\nThen run `moose migrate --recover` again", m.Database, m.Table, m.FailReason, m.Command, m.Stop())
}

// Recover ends what [Find] finds, under the migration lock: it stops each failing mutation,
// brings the old definition back, reads the column to its end, and writes the operations
// down as failed. It removes nothing. What it returns was done, also beside an error.
func Recover(ctx context.Context, in Recovery) (done []Broken, err error) {
	lock, err := in.Store.Lock(ctx, in.Owner)
	if err != nil {
		return nil, err
	}
	defer func() {
		releaseCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		err = errors.Join(err, lock.Release(releaseCtx))
	}()
	ctx = lock.Context()
	found, err := Find(ctx, in)
	if err != nil {
		return nil, err
	}
	// The last change first, as it came on top of the others.
	for _, b := range slices.Backward(found) {
		if err := restore(ctx, in, lock, &b); err != nil {
			return done, fmt.Errorf("%s: %w", plan.Describe(b.Op), err)
		}
		done = append(done, b)
	}
	return done, note(ctx, in, lock, done)
}

// restore makes one operation undone and proves it.
func restore(ctx context.Context, in Recovery, lock state.Lock, b *Broken) error {
	if b.Mutation != nil {
		if err := lock.Check(ctx); err != nil {
			return err
		}
		if err := in.Server.Kill(ctx, *b.Mutation, clusterOf(b.Op)); err != nil {
			return err
		}
		in.Tell("stopped the mutation " + b.Mutation.ID + " of " + b.Table.String())
	}
	back, err := reversed(ctx, in, b)
	if err != nil || back == nil {
		return err
	}
	if err := in.Server.Execute(ctx, back, clickhouse.Execution{
		Before: func(ctx context.Context, _ int) error { return lock.Check(ctx) }, Watch: in.Waiting,
	}); err != nil {
		return fmt.Errorf("bring the old definition back: %w", err)
	}
	in.Tell("brought the old definition back: " + b.what())
	if b.Column == "" {
		return nil
	}
	column := clickhouse.ColumnName{Table: b.Table, Column: b.Column}
	switch err := in.Server.ReadColumn(ctx, column); {
	case errors.Is(err, clickhouse.ErrNotRead):
		in.Tell("whether every row can be read is not known: " + err.Error())
	case err != nil:
		return fmt.Errorf("the old definition is back, but the column %s of %s still cannot be read: %w", b.Column, b.Table, err)
	default:
		b.Readable = true
		in.Tell("every row of the column can be read again")
	}
	// An example is a help, not a condition.
	if key, value, err := in.Server.FirstUnfit(ctx, column, b.Type); err == nil && (key != "" || value != "") {
		b.Key, b.Value = key, value
	}
	return nil
}

// note writes down that the operations did not happen.
func note(ctx context.Context, in Recovery, lock state.Lock, done []Broken) error {
	if in.Run == nil || !in.Run.Status.Open() || len(done) == 0 {
		return nil
	}
	if err := lock.Check(ctx); err != nil {
		return err
	}
	after := *in.Run
	after.Steps, after.Statements = slices.Clone(in.Run.Steps), nil
	var what []string
	for _, b := range done {
		if b.Operation < len(after.Steps) {
			after.Steps[b.Operation] = journal.Failed
		}
		what = append(what, b.what())
	}
	after.Status, after.Updated = journal.Stopped, in.Now().UTC()
	after.Note = "recovered: the old definition is back for " + strings.Join(what, ", ")
	if err := in.Book.Write(ctx, in.Run, &after); err != nil {
		return fmt.Errorf("the old definitions are back, but that could not be written down: %w", err)
	}
	*in.Run = after
	return nil
}
