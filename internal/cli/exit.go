package cli

import (
	"context"
	"errors"
	"fmt"
)

// The exit codes of the moose program.
const (
	ExitOK          = 0   // done, or nothing to do
	ExitFailure     = 1   // an error, also of the command line itself
	ExitPending     = 2   // changes are pending; only with --detailed-exitcode
	ExitBlocked     = 3   // blocked: an operation is forbidden, or can never be applied
	ExitStale       = 4   // blocked: the database or the code has changed since the plan was made
	ExitLocked      = 5   // another run holds the lock
	ExitInterrupted = 130 // ended by a signal (128 + SIGINT, as shells count)
)

// ExitError ends the program with a code of its own.
type ExitError struct {
	// Code is one of the Exit constants.
	Code int
	// Err is what to tell; nil when everything has been told already.
	Err error
}

// Error is the text of Err, or the code when there is none.
func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap returns Err.
func (e *ExitError) Unwrap() error { return e.Err }

// ExitCode returns the exit code for what a command returned. ctx is the
// command's context, which a signal cancels: an error after that is an
// interruption, unless the command chose a code itself.
func ExitCode(ctx context.Context, err error) int {
	var exit *ExitError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &exit):
		return exit.Code
	case ctx.Err() != nil:
		return ExitInterrupted
	}
	return ExitFailure
}

// WithRemedy adds a line to an error that says what the reader can do. A nil
// error stays nil.
func WithRemedy(err error, remedy string) error {
	if err == nil {
		return nil
	}
	return &remedied{err, remedy}
}

type remedied struct {
	err    error
	remedy string
}

func (r *remedied) Error() string { return r.err.Error() + "\n" + r.remedy }
func (r *remedied) Unwrap() error { return r.err }
