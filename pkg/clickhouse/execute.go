package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// ddlSettings make a statement wait for this server's own part of the work.
var ddlSettings = clickhouse.Settings{"flatten_nested": 0, "mutations_sync": 1, "alter_sync": 1}

// Execute runs the statements of an operation, one by one, and waits until every
// mutation that they start is done. Nothing runs unless CheckStatements passes. before runs before each statement and can stop
// the operation; watch is told of mutations that are being waited for.
func (c *Client) Execute(ctx context.Context, op plan.Operation, before func(context.Context) error, watch func(Mutation)) error {
	statements, err := ddl.Statements(op, c.Database())
	if err != nil {
		return err
	}
	if err := c.CheckStatements(ctx, op); err != nil {
		return err
	}
	for _, sql := range statements {
		if err := before(ctx); err != nil {
			return err
		}
		if err := c.run(ctx, op, sql, watch); err != nil {
			return fmt.Errorf("%w\nThe statement was: %s", err, c.redact(secretsql.Mask(sql)))
		}
	}
	return nil
}

// run runs one statement. While an ALTER rewrites rows, its mutation is watched,
// and the statement given up as soon as the mutation fails: ClickHouse tries such
// a mutation again for ever.
func (c *Client) run(ctx context.Context, op plan.Operation, sql string, watch func(Mutation)) error {
	ctx, cancel := context.WithCancel(clickhouse.Context(ctx, clickhouse.WithSettings(ddlSettings)))
	defer cancel()
	if !alters(op) {
		return c.wrapNil(c.conn.Exec(ctx, sql))
	}
	own, err := c.mutationsOf(ctx, op)
	if err != nil {
		return err
	}
	var execErr error
	done := make(chan struct{})
	go func() {
		defer close(done)
		execErr = c.conn.Exec(ctx, sql)
	}()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		select {
		case <-done:
			if execErr != nil && !unfinished(execErr) {
				return c.wrap(execErr)
			}
			return own.wait(ctx, watch)
		case <-tick.C:
			pending, err := own.pending(ctx)
			var failed *failedMutation
			if errors.As(err, &failed) {
				cancel()
				<-done // the failed mutation says more than the end of its wait
				return failed
			}
			if err == nil && len(pending) > 0 { // an error: the statement itself tells what is wrong
				watch(pending[0])
			}
		}
	}
}

// unfinished reports whether a statement may have been accepted and only the wait
// for it ended: 341 UNFINISHED, 159 TIMEOUT_EXCEEDED, no answer in time, or a
// connection that was cut. The verification that follows tells.
func unfinished(err error) bool {
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		return exception.Code == 341 || exception.Code == 159
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

func (c *Client) wrapNil(err error) error {
	if err == nil {
		return nil
	}
	return c.wrap(err)
}

func alters(op plan.Operation) bool {
	switch op.Kind() {
	case plan.ModifyTableColumn, plan.DropTableColumn, plan.RenameTableColumn, plan.ModifyTableTTL, plan.DropTableIndex, plan.DropTableProjection:
		return true
	}
	return false
}
