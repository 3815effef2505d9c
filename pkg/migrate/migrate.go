// Package migrate executes a saved plan: lock, check that the plan still fits,
// apply and verify one operation at a time, store the new state, release.
package migrate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// Server is what a migration needs of ClickHouse.
type Server interface {
	planner.Server
	IntrospectObjects(ctx context.Context, names []schema.Name) (*schema.Catalog, error)
	Execute(ctx context.Context, op plan.Operation, before func(context.Context) error, watch func(clickhouse.Mutation)) error
}

// Events tells how a migration goes; every method may be called from one goroutine only.
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

// Input is one migration.
type Input struct {
	Server Server
	Store  state.Store
	Owner  state.Owner
	// Files is the approved plan; Desired what the code declares now, with credentials resolved.
	Files   *plan.Files
	Desired *inframap.Map
	// Databases and Ignore as in planner.Input.
	Databases []string
	Ignore    diff.Options
	// Clusters are the names under [[clickhouse_config.clusters]].
	Clusters []string
	// ToolVersion is recorded with the state.
	ToolVersion string
	Now         func() time.Time
	Events      Events
}

// PartialError is a migration that stopped after it had begun.
type PartialError struct {
	// Applied is the number of operations that are done, of Total; Failed is the one that is not.
	Applied, Total int
	Failed         plan.Operation
	Cause          error
}

// Error names the operation and what became of the others.
func (e *PartialError) Error() string {
	if e.Failed == nil {
		return fmt.Sprintf("all %d operations ran, but the migration could not be completed: %v", e.Total, e.Cause)
	}
	return fmt.Sprintf("operation %d of %d failed: %s: %v", e.Applied+1, e.Total, plan.Describe(e.Failed), e.Cause)
}

// Unwrap returns the cause.
func (e *PartialError) Unwrap() error { return e.Cause }

// Run migrates. Errors: *state.HeldError when another run holds the lock,
// *BlockedError when the plan no longer fits, *PartialError when it stopped midway.
func Run(ctx context.Context, in Input) (err error) {
	if err := checkPlan(in); err != nil {
		return err
	}
	data, err := encodeState(in)
	if err != nil {
		return err
	}
	lock, err := in.Store.Lock(ctx, in.Owner)
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
	return run(lock.Context(), in, lock, data)
}

func run(ctx context.Context, in Input, lock state.Lock, data []byte) error {
	outcome, err := check(ctx, in)
	if err != nil {
		return err
	}
	if outcome == nil {
		in.Events.AtTarget()
		return save(ctx, in, lock, data)
	}
	in.Events.Checked(len(in.Files.Plan.Operations))
	if err := apply(ctx, in, lock); err != nil {
		return err
	}
	return save(ctx, in, lock, data)
}

// encodeState writes the new state beforehand, so that nothing is applied that
// could not be recorded.
func encodeState(in Input) ([]byte, error) {
	m := *in.Desired
	m.MooseVersion = in.ToolVersion
	data, err := statepb.Encode(&m)
	if err != nil {
		return nil, fmt.Errorf("write the new state: %w", err)
	}
	return data, nil
}

func save(ctx context.Context, in Input, lock state.Lock, data []byte) error {
	if err := lock.Check(ctx); err != nil {
		return fmt.Errorf("store the new state: %w", err)
	}
	if err := in.Store.Save(ctx, data); err != nil {
		return fmt.Errorf("the database is migrated, but the new state could not be stored: %w\nRun `moose migrate` again: it recognises that the target is reached and only stores the state", err)
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
		return nil, fmt.Errorf("the state in %s (%s) cannot be read: %w", store.Describe(), blob.Key, err)
	}
	return m, nil
}
