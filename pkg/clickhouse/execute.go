package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// ddlSettings make a statement wait for this server's own part of the work.
var ddlSettings = clickhouse.Settings{"flatten_nested": 0, "mutations_sync": 1, "alter_sync": 1}

// Mutation is an unfinished mutation of a table.
type Mutation struct {
	ID, Command string
	// PartsToDo is the number of parts that are still to be rewritten.
	PartsToDo int64
	// FailReason is the server's last error, empty when there was none.
	FailReason string
}

// Execute runs the statements of an operation, one by one, and waits until every
// mutation of its table is done. before runs before each statement and can stop
// the operation; watch is told of mutations that are being waited for.
func (c *Client) Execute(ctx context.Context, op plan.Operation, before func(context.Context) error, watch func(Mutation)) error {
	statements, err := ddl.Statements(op, c.Database())
	if err != nil {
		return err
	}
	for _, sql := range statements {
		if err := before(ctx); err != nil {
			return err
		}
		if err := c.run(ctx, op, sql, watch); err != nil {
			return fmt.Errorf("%w\nThe statement was: %s", err, c.redact(sql))
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
	done := make(chan error, 1)
	go func() { done <- c.conn.Exec(ctx, sql) }()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err != nil && !unfinished(err) {
				return c.wrap(err)
			}
			return c.waitMutations(ctx, op.Target(), watch)
		case <-tick.C:
			pending, err := c.mutations(ctx, op.Target())
			if err != nil {
				continue // the statement itself tells what is wrong
			}
			if failed := firstFailed(pending); failed != nil {
				cancel()
				_ = <-done // the failed mutation says more than the end of its wait
				return c.mutationError(op.Target(), *failed)
			}
			if len(pending) > 0 {
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

// pollInterval is how often a mutation is looked at.
const pollInterval = 200 * time.Millisecond

// mutations lists the unfinished mutations of a table, oldest first.
func (c *Client) mutations(ctx context.Context, table plan.Target) ([]Mutation, error) {
	sql := "SELECT mutation_id, command, toInt64(parts_to_do), latest_fail_reason FROM system.mutations WHERE NOT is_done AND database = " +
		sqltext.String(c.databaseOf(table)) + " AND table = " + sqltext.String(table.Name) + " ORDER BY create_time, mutation_id"
	var pending []Mutation
	err := c.query(ctx, sql, func(rows driver.Rows) error {
		var m Mutation
		if err := rows.Scan(&m.ID, &m.Command, &m.PartsToDo, &m.FailReason); err != nil {
			return err
		}
		pending = append(pending, m)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("watch the mutations of %s: %w", table, err)
	}
	return pending, nil
}

func (c *Client) databaseOf(table plan.Target) string {
	if table.Database == "" {
		return c.Database()
	}
	return table.Database
}

func firstFailed(pending []Mutation) *Mutation {
	for i := range pending {
		if pending[i].FailReason != "" {
			return &pending[i]
		}
	}
	return nil
}

// waitMutations returns when no mutation of the table is left, and fails as soon
// as one of them reports an error.
func (c *Client) waitMutations(ctx context.Context, table plan.Target, watch func(Mutation)) error {
	for {
		pending, err := c.mutations(ctx, table)
		if err != nil || len(pending) == 0 {
			return err
		}
		if failed := firstFailed(pending); failed != nil {
			return c.mutationError(table, *failed)
		}
		watch(pending[0])
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pollInterval):
		}
	}
}

func (c *Client) mutationError(table plan.Target, m Mutation) error {
	reason, _, _ := strings.Cut(m.FailReason, "Stack trace:")
	db := c.databaseOf(table)
	return fmt.Errorf(`ClickHouse cannot rewrite the rows of %s.%s: %s
The table already has its new definition, and the mutation is tried again until it is stopped; reads of the changed column may fail meanwhile.
To go back: KILL MUTATION WHERE database = %s AND table = %s AND mutation_id = %s SYNC, then MODIFY COLUMN back to the old type.
The mutation was: %s`, db, table.Name, c.redact(strings.TrimSpace(reason)), sqltext.String(db), sqltext.String(table.Name), sqltext.String(m.ID), c.redact(m.Command))
}
