package isolate

import (
	"context"
	"errors"

	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
)

// Explain makes an error of Run one for the reader; out may be nil.
func Explain(doing string, out *Output, err error) error {
	e := fault.New(doing, err.Error(), "")
	e.Cause = err
	switch {
	case errors.Is(err, ErrOutputLimit):
		e.Remedy = "Remove prints from code that runs when the main file is imported."
	case errors.Is(err, context.DeadlineExceeded):
		e.Remedy = "Code that runs when the main file is imported must end: look for loops and for waits on a server."
	}
	if out != nil {
		e.Output = fault.Tail(out.Stderr)
	}
	return e
}
