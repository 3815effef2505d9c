package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Mutation is an unfinished mutation of a table, a row of system.mutations.
type Mutation struct {
	Database, Table string
	ID, Command     string
	// PartsToDo is the number of parts that are still to be rewritten.
	PartsToDo int64
	// Merging is the number of its table's parts that the server rewrites now, and Merged how
	// much of these is done, in parts: 1.5 is one and a half.
	Merging int64
	Merged  float64
	// Parts is the number of parts since it was first looked at, done or not, Left how long
	// the others will take at the pace so far, 0 when that is not known, and Still for how long nothing has
	// moved. They are those of [Pace], and 0 without it.
	Parts       int64
	Left, Still time.Duration
	// FailReason is the server's last error without its stack, empty when there was none.
	FailReason string
}

// Stop is the statement that ends the mutation.
func (m Mutation) Stop() string {
	return fmt.Sprintf("KILL MUTATION WHERE database = %s AND table = %s AND mutation_id = %s SYNC",
		sqltext.String(m.Database), sqltext.String(m.Table), sqltext.String(m.ID))
}

// stopOn is Stop for a table on all hosts of a cluster. Each has mutations of its own with
// ids of its own, so the command tells which one is meant.
func (m Mutation) stopOn(cluster string) string {
	if cluster == "" {
		return m.Stop()
	}
	return fmt.Sprintf("KILL MUTATION ON CLUSTER %s WHERE database = %s AND table = %s AND command = %s AND NOT is_done SYNC",
		sqltext.Ident(cluster), sqltext.String(m.Database), sqltext.String(m.Table), sqltext.String(m.Command))
}

// pollInterval is how often a mutation is looked at.
const pollInterval = 200 * time.Millisecond

// Mutations lists the unfinished mutations of the tables, oldest first, in one
// query. Credentials are taken out of the commands and the reasons.
func (c *Client) Mutations(ctx context.Context, tables []schema.Name) ([]Mutation, error) {
	if len(tables) == 0 {
		return nil, nil
	}
	pairs := make([]string, len(tables))
	for i, n := range tables {
		pairs[i] = "(" + sqltext.String(n.Database) + ", " + sqltext.String(n.Object) + ")"
	}
	const columns = "SELECT database, table, mutation_id, command, toInt64(parts_to_do), latest_fail_reason, "
	list, order := "system.mutations WHERE NOT is_done"+only("table", pairs), " ORDER BY create_time, mutation_id"
	pending, err := c.mutations(ctx, columns+"toInt64(ifNull(running, 0)), ifNull(merged, 0) FROM (SELECT * FROM "+list+") AS m LEFT JOIN ("+merging+") AS r USING (database, table)"+order)
	var refused *ServerError
	if errors.As(err, &refused) && refused.Code == accessDenied { // of system.merges, which is only needed for the pace
		pending, err = c.mutations(ctx, columns+"toInt64(0), toFloat64(0) FROM "+list+order)
	}
	if err != nil {
		return nil, fmt.Errorf("read the unfinished mutations: %w", err)
	}
	return pending, nil
}

// merging is what the server rewrites at this moment.
const merging = "SELECT database, table, count() AS running, sum(progress) AS merged FROM system.merges WHERE is_mutation GROUP BY database, table"

func (c *Client) mutations(ctx context.Context, sql string) ([]Mutation, error) {
	var pending []Mutation
	err := c.query(withQuerySize(ctx, sql), sql, func(rows driver.Rows) error {
		var m Mutation
		if err := rows.Scan(&m.Database, &m.Table, &m.ID, &m.Command, &m.PartsToDo, &m.FailReason, &m.Merging, &m.Merged); err != nil {
			return err
		}
		reason, _, _ := strings.Cut(m.FailReason, "Stack trace:")
		m.FailReason, m.Command = c.redact(strings.TrimSpace(reason)), c.redact(m.Command)
		pending = append(pending, m)
		return nil
	})
	return pending, err
}

// tableOf is the table of an operation with its database spelled out.
func (c *Client) tableOf(op plan.Operation) schema.Name {
	t := op.Target()
	if t.Database == "" {
		t.Database = c.Database()
	}
	return schema.Name{Database: t.Database, Object: t.Name}
}

// ownMutations watches the mutations that one statement starts.
type ownMutations struct {
	client *Client
	op     plan.Operation
	table  schema.Name
	// before are the ids of mutations that were unfinished before the statement.
	before map[string]bool
	pace   Pace
}

// mutationsOf notes what is unfinished before a statement of op. It fails when a
// mutation of the table already fails: ClickHouse does not get past it, so the new
// one would never end.
func (c *Client) mutationsOf(ctx context.Context, op plan.Operation) (*ownMutations, error) {
	own := &ownMutations{client: c, op: op, table: c.tableOf(op), before: map[string]bool{}}
	pending, err := c.Mutations(ctx, []schema.Name{own.table})
	if err != nil {
		return nil, err
	}
	for _, m := range pending {
		if m.FailReason != "" {
			return nil, fmt.Errorf("%w\nThe operation was not begun: the rows would not be rewritten", m.olderFailed())
		}
		own.before[m.ID] = true
	}
	return own, nil
}

func (m Mutation) olderFailed() error {
	return fmt.Errorf(`the table %s.%s has a mutation that fails and is older than this operation: %s
ClickHouse tries it again until it is stopped, and a newer one waits behind it. Stop it first: %s
The mutation is: %s`, m.Database, m.Table, m.FailReason, m.Stop(), m.Command)
}

// pending lists the unfinished mutations that came after the statement. A
// *failedMutation is the one that keeps them from ending.
func (o *ownMutations) pending(ctx context.Context) ([]Mutation, error) {
	all, err := o.client.Mutations(ctx, []schema.Name{o.table})
	if err != nil {
		return nil, err
	}
	var own, old []Mutation
	for _, m := range all {
		if o.before[m.ID] {
			old = append(old, m)
		} else {
			own = append(own, m)
		}
	}
	if len(own) == 0 {
		return nil, nil
	}
	// The server notes a failure with every mutation that it tried together.
	if m := firstFailed(old); m != nil {
		return nil, &failedMutation{m.olderFailed()}
	}
	if m := firstFailed(own); m != nil {
		return nil, &failedMutation{m.ownFailed(o.op)}
	}
	for i := range own {
		own[i] = o.pace.See(own[i], time.Now())
	}
	return own, nil
}

// wait returns when none of them is left, and fails as soon as one of them does.
func (o *ownMutations) wait(ctx context.Context, watch func(Mutation)) error {
	for {
		pending, err := o.pending(ctx)
		if err != nil || len(pending) == 0 {
			return err
		}
		watch(pending[0])
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pollInterval):
		}
	}
}

func firstFailed(pending []Mutation) *Mutation {
	for i := range pending {
		if pending[i].FailReason != "" {
			return &pending[i]
		}
	}
	return nil
}

// failedMutation is the end of an operation whose rows cannot be rewritten.
type failedMutation struct{ error }

// ownFailed says why, what state the table is in, and how to go back.
func (m Mutation) ownFailed(op plan.Operation) error {
	return fmt.Errorf(`ClickHouse cannot rewrite the rows of %s.%s: %s
The table already has its new definition, and the mutation is tried again until it is stopped.
To go back: %s%s%s.
The mutation was: %s`, m.Database, m.Table, m.FailReason, recovers(op), m.Stop(), undo(op), m.Command)
}

// recovers names the command that goes back, where there is one.
func recovers(op plan.Operation) string {
	switch op.(type) {
	case *plan.ModifyTableColumnOp, *plan.RenameTableColumnOp, *plan.ModifyTableTTLOp:
		return "run `moose migrate --recover`, which stops it, brings the old definition back and reads the column to its end. By hand: "
	}
	return ""
}

// undo says what follows the KILL MUTATION, to have the old definition again.
func undo(op plan.Operation) string {
	switch op := op.(type) {
	case *plan.ModifyTableColumnOp:
		return ", then MODIFY COLUMN " + sqltext.Ident(op.After.Name) + " back to the old type; until then reads of the column may fail"
	case *plan.RenameTableColumnOp:
		return ", then RENAME COLUMN " + sqltext.Ident(op.After) + " TO " + sqltext.Ident(op.Before)
	case *plan.ModifyTableTTLOp:
		return ", then MODIFY TTL back to the old one, or REMOVE TTL when there was none"
	case *plan.DropTableColumnOp:
		return "; the column " + sqltext.Ident(op.ColumnName) + " is dropped from the definition, its values are still in the parts that were not rewritten"
	case *plan.DropTableIndexOp, *plan.DropTableProjectionOp:
		return "; the definition no longer has it, and it can be added again"
	}
	return ""
}
