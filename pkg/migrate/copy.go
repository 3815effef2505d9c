package migrate

import (
	"context"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/recopy"
)

// CopyEvents are Events that also want to know how far the copy of a table is.
type CopyEvents interface {
	Copying(p recopy.Progress)
}

// applyCopy performs a CopyTableOp while the table is written to; handled is false for
// other operations, and for a server that has only the simple statements.
func applyCopy(ctx context.Context, in Input, e clickhouse.Execution, op plan.Operation) (handled bool, err error) {
	copied, ok := op.(*plan.CopyTableOp)
	server, able := in.Server.(recopy.Server)
	if !ok || !able {
		return false, nil
	}
	options := recopy.Options{Before: func(ctx context.Context) error { return e.Before(ctx, 0) }, Now: in.Now}
	if e, ok := in.Events.(CopyEvents); ok {
		options.Watch = e.Copying
	}
	return true, recopy.Run(ctx, server, copied, options)
}
