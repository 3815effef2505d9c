package probe

import (
	"context"
	"errors"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
)

// Scheduler is what is asked about workflows. It only reads. A workflow of which
// nothing runs is absent from the result.
type Scheduler interface {
	// Executions are those that are open at the time now, by the names of the workflows.
	Executions(ctx context.Context, names []string, now time.Time) (map[string]Executions, error)
}

// Executions are those of a workflow that are open.
type Executions struct {
	// Running are at work, or wait for a worker; Waiting wait for the next time of their
	// schedule.
	Running, Waiting uint64
	// Oldest is when the oldest of the running ones was started.
	Oldest time.Time
	// More is set when there are so many that not all were looked at.
	More bool
}

// ErrNoScheduler is why nothing is known of workflows where Temporal cannot be asked.
var ErrNoScheduler = errors.New("Temporal was not asked, as workflows is off under [features] of moose.config.toml")

// Workflow is what is known of a workflow.
func (f *Facts) Workflow(name string) (Executions, error) {
	if f == nil {
		return Executions{}, ErrNotAsked
	}
	return f.Executions.Value[name], f.Executions.Err
}

func executions(ctx context.Context, _ Server, r Request, f *Facts) clickhouse.Cost {
	switch {
	case len(r.Workflows) == 0:
		f.Executions.Err = ErrNotAsked
	case r.Scheduler == nil:
		f.Executions.Err = ErrNoScheduler
	default:
		ctx, cancel := r.Limits.outside(ctx)
		defer cancel()
		f.Executions.Value, f.Executions.Err = r.Scheduler.Executions(ctx, r.Workflows, r.Now)
	}
	return clickhouse.Cost{}
}
