package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// ddlSettings make a statement wait for this server's own part of the work.
var ddlSettings = clickhouse.Settings{"flatten_nested": 0, "mutations_sync": 1, "alter_sync": 1}

// Execution is how the statements of an operation are run. Statements are counted from 0.
type Execution struct {
	// Skip is the number of statements that are known to be done.
	Skip int
	// Marker gives a comment that goes before a statement; nil for none.
	Marker func(statement int) string
	// Before runs before each statement and can stop the operation; After runs when a
	// statement and its mutations are done. Either may be nil.
	Before func(ctx context.Context, statement int) error
	After  func(ctx context.Context, statement int) error
	// Watch is told of mutations that are being waited for; nil for nobody.
	Watch func(Mutation)
	// DropLimit is what a table that is dropped may hold on disk, in bytes; the server
	// refuses more with the code [TooLarge]. 0 leaves it to the server's own limit.
	DropLimit uint64
	// KeepDropped leaves SYNC out of a DROP TABLE on a cluster, so that the table can be
	// brought back for a while. Its name, and its path in Keeper, are then not free at once.
	KeepDropped bool
}

// Execute runs the statements of an operation, one by one, and waits until every
// mutation that they start is done. Nothing runs unless CheckStatements passes.
func (c *Client) Execute(ctx context.Context, op plan.Operation, e Execution) error {
	statements, err := ddl.Statements(op, c.Database())
	if err != nil {
		return err
	}
	if err := c.CheckStatements(ctx, op); err != nil {
		return err
	}
	if e.Watch == nil {
		e.Watch = func(Mutation) {}
	}
	settings, err := c.settingsFor(ctx, op, e)
	if err != nil {
		return err
	}
	for i := min(e.Skip, len(statements)); i < len(statements); i++ {
		sql := statements[i]
		if e.KeepDropped && op.Kind() == plan.DropTable {
			sql = strings.TrimSuffix(sql, " SYNC")
		}
		if e.Before != nil {
			if err := e.Before(ctx, i); err != nil {
				return err
			}
		}
		marked := sql
		if e.Marker != nil {
			marked = e.Marker(i) + sql
		}
		if err := c.run(ctx, op, marked, settings, e.Watch); err != nil {
			return fmt.Errorf("%w\nThe statement was: %s", err, c.redact(secretsql.Mask(sql)))
		}
		if e.After != nil {
			if err := e.After(ctx, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// run runs one statement. While an ALTER rewrites rows, its mutation is watched,
// and the statement given up as soon as the mutation fails: ClickHouse tries such
// a mutation again for ever.
func (c *Client) run(ctx context.Context, op plan.Operation, sql string, settings clickhouse.Settings, watch func(Mutation)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cluster := clusterOf(op)
	if !alters(op) {
		return c.wrapNil(c.exec(ctx, sql, cluster, settings))
	}
	own, err := c.mutationsOf(ctx, op)
	if err != nil {
		return err
	}
	var execErr error
	done := make(chan struct{})
	go func() {
		defer close(done)
		execErr = c.exec(ctx, sql, cluster, settings)
	}()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		select {
		case <-done:
			if execErr != nil && (cluster != "" || !unfinished(execErr)) {
				return c.wrapNil(execErr)
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

// settingsOn are the settings of a statement that changes something, on a cluster if one
// is named. There a rewrite of rows is not waited for by the statement: it would hold up the hosts'
// queue for all others.
func settingsOn(cluster string) clickhouse.Settings {
	settings := maps.Clone(ddlSettings)
	if cluster != "" {
		settings["mutations_sync"] = 0
		settings["distributed_ddl_task_timeout"], settings["distributed_ddl_output_mode"] = ddlTaskSeconds, ddlOutput
	}
	return settings
}

// settingsFor are the settings of the statements of an operation.
func (c *Client) settingsFor(ctx context.Context, op plan.Operation, e Execution) (clickhouse.Settings, error) {
	settings := settingsOn(clusterOf(op))
	if e.DropLimit == 0 || op.Kind() != plan.DropTable {
		return settings, nil
	}
	known, err := c.limitsDrops(ctx)
	if known {
		settings["max_table_size_to_drop"] = e.DropLimit
	}
	return settings, err
}

// clusterOf is the cluster on which an operation runs, "" for this server alone.
func clusterOf(op plan.Operation) string {
	if on, ok := op.(interface{ Cluster() string }); ok {
		return on.Cluster()
	}
	return ""
}

func (c *Client) wrapNil(err error) error {
	var cluster *ClusterError
	if err == nil || errors.As(err, &cluster) {
		return err
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
