package clickhouse

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// ddlSettings make a statement return when it is accepted; its mutations are then
// watched, so that progress and failures are seen.
var ddlSettings = clickhouse.Settings{"flatten_nested": 0, "mutations_sync": 0, "alter_sync": 1}

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
		if err := c.conn.Exec(clickhouse.Context(ctx, clickhouse.WithSettings(ddlSettings)), sql); err != nil {
			return fmt.Errorf("%w\nThe statement was: %s", c.wrap(err), c.redact(sql))
		}
	}
	if !alters(op) {
		return nil
	}
	return c.waitMutations(ctx, op.Target(), watch)
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

// waitMutations returns when no mutation of the table is left, and fails as soon
// as one of them reports an error: such a mutation is tried again for ever.
func (c *Client) waitMutations(ctx context.Context, table plan.Target, watch func(Mutation)) error {
	db := table.Database
	if db == "" {
		db = c.Database()
	}
	sql := "SELECT mutation_id, command, toInt64(parts_to_do), latest_fail_reason FROM system.mutations WHERE NOT is_done AND database = " +
		sqltext.String(db) + " AND table = " + sqltext.String(table.Name) + " ORDER BY create_time, mutation_id"
	for {
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
			return fmt.Errorf("watch the mutations of %s: %w", table, err)
		}
		if len(pending) == 0 {
			return nil
		}
		for _, m := range pending {
			if m.FailReason != "" {
				return mutationError(db, table.Name, m)
			}
		}
		watch(pending[0])
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pollInterval):
		}
	}
}

func mutationError(db, table string, m Mutation) error {
	reason, _, _ := strings.Cut(m.FailReason, "Stack trace:")
	return fmt.Errorf(`ClickHouse cannot rewrite the rows of %s.%s: %s
The table already has its new definition, and the mutation is tried again until it is stopped; reads of the changed column may fail meanwhile.
To go back: KILL MUTATION WHERE database = %s AND table = %s AND mutation_id = %s SYNC, then MODIFY COLUMN back to the old type.
The mutation was: %s`, db, table, strings.TrimSpace(reason), sqltext.String(db), sqltext.String(table), sqltext.String(m.ID), m.Command)
}
