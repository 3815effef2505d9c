// Package demo plays the demonstration of a rule on a server, and compares what is to
// be seen with what the rule says.
package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// Server runs the statements of a demonstration in a database of its own.
type Server interface {
	// Lines runs one statement and returns its rows as tab-separated lines. A refusal is a
	// [*clickhouse.ServerError].
	Lines(ctx context.Context, sql string) (string, error)
}

// Result is what one step has shown.
type Result struct {
	Step review.Step
	// Saw are the rows, or the server's refusal.
	Saw string
	// Code is the server's refusal, 0 when it accepted the statement.
	Code int32
}

// AsTold reports whether the step has shown what the rule says.
func (r Result) AsTold() bool {
	return r.Code == r.Step.Fails && (r.Code != 0 || r.Saw == r.Step.Want)
}

// How often and how long a result that may take some time is waited for.
const (
	tries = 60
	pause = 250 * time.Millisecond
)

// Run plays all steps, and tells each. server may be nil for a demonstration without
// SQL. An error means that a step could not be run, not that it has shown something else.
func Run(ctx context.Context, server Server, d review.Demo, tell func(Result)) error {
	for i, step := range d {
		var r Result
		var err error
		for range tries {
			r, err = one(ctx, server, step)
			if err != nil || r.AsTold() || !step.Eventually {
				break
			}
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-time.After(pause):
			}
		}
		if err != nil {
			return fmt.Errorf("step %d of the demonstration (%s): %w", i+1, step.Shown(), err)
		}
		tell(r)
	}
	return nil
}

func one(ctx context.Context, server Server, step review.Step) (Result, error) {
	if step.Do != nil {
		saw, err := step.Do(ctx)
		return Result{Step: step, Saw: saw}, err
	}
	saw, err := server.Lines(ctx, step.SQL)
	var refused *clickhouse.ServerError
	if errors.As(err, &refused) {
		return Result{Step: step, Saw: strings.TrimSpace(refused.Error()), Code: refused.Code}, nil
	}
	return Result{Step: step, Saw: saw}, err
}

// NeedsServer reports whether a demonstration has SQL.
func NeedsServer(d review.Demo) bool {
	for _, s := range d {
		if s.SQL != "" {
			return true
		}
	}
	return false
}
