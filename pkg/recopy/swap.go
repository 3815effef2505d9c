package recopy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// swap lets the two tables change names. An insert that has begun before, and asks only
// after it which views there are, finds the old table under the other name. So each view
// gets a twin there until such inserts have ended.
func (c *copier) swap(ctx context.Context, s *state) error {
	if err := c.noMutations(ctx, s.oldName()); err != nil {
		return err
	}
	if err := c.complete(ctx, s); err != nil {
		return err
	}
	if s.oldName() == c.op.Table {
		if err := c.twins(ctx, s); err != nil {
			return err
		}
		err := c.do(ctx, nil, "EXCHANGE TABLES %s AND %s", c.name(c.op.Table), c.name(s.newName()))
		var refused *clickhouse.ServerError
		switch {
		case errors.As(err, &refused) && (refused.Code == notImplemented || refused.Code == unsupportedMethod):
			// Where the file system cannot do it, inserts are refused between the two renames.
			if err := c.do(ctx, nil, "RENAME TABLE %s TO %s, %s TO %s", c.name(c.op.Table), c.name(c.step+"old"), c.name(s.newName()), c.name(c.op.Table)); err != nil {
				return err
			}
		case err != nil:
			return err
		}
	} else if err := c.do(ctx, nil, "RENAME TABLE %s TO %s", c.name(s.newName()), c.name(c.op.Table)); err != nil {
		return err // the second half of a pair of renames
	}
	if err := c.readNames(ctx, s); err != nil {
		return err
	}
	if s.newName() != c.op.Table {
		return fmt.Errorf("ClickHouse accepted the exchange, but %s is still the old table", c.op.Table)
	}
	return nil
}

// Codes of ClickHouse's ErrorCodes.cpp with which an exchange is refused that the database
// or the file system cannot do.
const (
	unsupportedMethod = 1
	notImplemented    = 48
)

// inFlight bounds the wait for inserts that had begun before the tables changed names.
const inFlight = 10 * time.Minute

// backgroundWait is how long rows are waited for that come from the server itself, such as
// from a Buffer table: system.processes does not show these inserts.
const backgroundWait = 5 * time.Second

// finish copies what the old table got until the change of names, and puts it aside.
func (c *copier) finish(ctx context.Context, s *state) error {
	if s.oldName() != c.op.Trash {
		if err := c.drain(ctx, s); err != nil {
			return err
		}
		if err := c.dropViews(ctx); err != nil {
			return err
		}
		if err := c.do(ctx, nil, "ALTER TABLE %s MODIFY COMMENT %s", c.name(s.oldName()), sqltext.String(plan.TrashNote(c.op.Table, c.op.Comment))); err != nil {
			return err
		}
		if err := c.do(ctx, nil, "RENAME TABLE %s TO %s", c.name(s.oldName()), c.name(c.op.Trash)); err != nil {
			return err
		}
		if err := c.readNames(ctx, s); err != nil {
			return err
		}
	}
	if _, err := c.round(ctx, s); err != nil {
		return err
	}
	if err := c.dropViews(ctx); err != nil {
		return err
	}
	if err := c.startMerges(ctx, s.ledger.old); err != nil {
		return err
	}
	return c.do(ctx, nil, "DROP TABLE IF EXISTS %s", c.name(c.ledgerName()))
}

// drain copies until no insert runs that may still write into the old table.
func (c *copier) drain(ctx context.Context, s *state) error {
	running, err := c.inserts(ctx)
	if err != nil {
		return err
	}
	ready := time.Time{}
	if background, err := c.background(ctx); err != nil {
		return err
	} else if background {
		ready = c.opts.Now().Add(backgroundWait)
	}
	for deadline := c.opts.Now().Add(inFlight); ; {
		rows, err := c.round(ctx, s)
		if err != nil {
			return err
		}
		if len(running) == 0 && rows == 0 && !c.opts.Now().Before(ready) {
			return nil
		}
		now, err := c.inserts(ctx)
		if err != nil {
			return err
		}
		running = slices.DeleteFunc(running, func(id string) bool { return !slices.Contains(now, id) })
		if len(running) > 0 && c.opts.Now().After(deadline) {
			return fmt.Errorf("the tables have changed names, and the insert %s that had begun before still runs after %s; it may write into the old table. Wait for it or stop it, then run the migration again", running[0], inFlight)
		}
		if err := pause(ctx, pollInterval); err != nil {
			return err
		}
	}
}

// inserts are the ids of the inserts that run. Which tables they write into is not shown,
// also through views.
func (c *copier) inserts(ctx context.Context) ([]string, error) {
	rows, err := c.server.Strings(ctx, "SELECT [query_id] FROM system.processes WHERE query_kind IN ('Insert', 'AsyncInsertFlush')")
	if err != nil {
		return nil, fmt.Errorf("ask which inserts run: %w", err)
	}
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		out = append(out, r[0])
	}
	return out, nil
}

// background reports whether the server has tables that insert by themselves.
func (c *copier) background(ctx context.Context) (bool, error) {
	rows, err := c.server.Strings(ctx, "SELECT [toString(count())] FROM system.tables WHERE engine IN ('Buffer', 'Kafka', 'RabbitMQ', 'NATS', 'S3Queue', 'AzureQueue', 'FileLog', 'Distributed')")
	if err != nil {
		return false, fmt.Errorf("ask for tables that insert by themselves: %w", err)
	}
	return rows[0][0] != "0", nil
}

// dropViews drops the twins.
func (c *copier) dropViews(ctx context.Context) error {
	rows, err := c.server.Strings(ctx, fmt.Sprintf("SELECT [name] FROM system.tables WHERE database = %s AND startsWith(name, %s)", sqltext.String(c.database), sqltext.String(c.step+"view")))
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := c.do(ctx, nil, "DROP VIEW IF EXISTS %s", c.name(r[0])); err != nil {
			return err
		}
	}
	return nil
}
