package rehearse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// DefaultTimeout bounds a rehearsal when its input does not.
const DefaultTimeout = 5 * time.Minute

// Actual is the server that the plan was made for. Only its system tables are read.
type Actual interface {
	// Definitions returns how every object of the databases is made, without credentials.
	Definitions(ctx context.Context, databases []string) (*clickhouse.Definitions, error)
	// ServerVersion is ClickHouse's own, such as "26.7.2.1".
	ServerVersion() string
}

// Scratch is the server that the plan is played on.
type Scratch struct {
	// Target is how to reach it; the database that it names must exist.
	Target dsn.ClickHouse
	// Name is what people call it, such as "an embedded ClickHouse".
	Name string
	// Own is set for a server that was started for this rehearsal and is thrown away after
	// it. On any other one only databases that the rehearsal itself has made are touched,
	// and free SQL does not run at all, since nothing bounds what that touches.
	Own bool
}

// Input is one rehearsal.
type Input struct {
	Actual  Actual
	Scratch Scratch
	Outcome *planner.Outcome
	// Databases and Options are those that the plan was made with.
	Databases []string
	Options   diff.Options
	// Timeout bounds everything, 0 for DefaultTimeout.
	Timeout time.Duration
	Now     func() time.Time
}

// Result says how a rehearsal went.
type Result = report.Rehearsal

// Failure is the statement at which a rehearsal ended.
type Failure = report.RehearsalFailure

// errTimeout is the cause when a rehearsal takes too long.
var errTimeout = errors.New("the rehearsal took longer than it may")

// Run rehearses. A statement that is refused, and an end state that is not the declared
// one, are part of the result; an error means that there was no rehearsal.
func Run(ctx context.Context, in Input) (result *Result, err error) {
	started := in.Now()
	timeout := in.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("%w: %s", errTimeout, timeout))
	defer cancel()
	defer func() {
		if err != nil {
			if ctx.Err() != nil {
				err = errors.Join(context.Cause(ctx), err)
			}
			result, err = nil, fmt.Errorf("rehearse the plan: %w", err)
		}
	}()
	definitions, err := in.Actual.Definitions(ctx, databasesOf(in))
	if err != nil {
		return nil, err
	}
	s, err := openStage(ctx, in, definitions)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close(ctx)) }()
	if err := s.load(ctx, definitions); err != nil {
		return nil, err
	}
	s.result.Planned = len(in.Outcome.Operations)
	if err := s.play(ctx, in.Outcome.Operations); err != nil {
		return nil, err
	}
	if s.result.Failed == nil {
		if err := s.compare(ctx); err != nil {
			return nil, err
		}
	}
	s.versions(in.Actual.ServerVersion())
	s.result.NotProven = s.doubts.list()
	s.result.Seconds = in.Now().Sub(started).Round(time.Millisecond).Seconds()
	return s.result, nil
}

func databasesOf(in Input) []string {
	list := append([]string{in.Outcome.Desired.DefaultDatabase}, in.Databases...)
	slices.Sort(list)
	return slices.Compact(list)
}
