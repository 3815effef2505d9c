package recopy

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Server is what a copy needs of ClickHouse.
type Server interface {
	// Command runs one statement, with settings of its own.
	Command(ctx context.Context, sql string, settings map[string]any) error
	// Strings runs a query whose rows are one array of strings each.
	Strings(ctx context.Context, sql string) ([][]string, error)
	// IntrospectObjects reads the views of those names.
	IntrospectObjects(ctx context.Context, names []schema.Name) (*schema.Catalog, error)
}

// Progress is how far a copy is.
type Progress struct {
	// Rows are copied, of Total, which grows while rows come.
	Rows, Total uint64
	// PerSecond is the rate of this run, 0 while it is not known; Left is about how long it
	// still takes at that rate.
	PerSecond float64
	Left      time.Duration
}

// Options are how a copy is run.
type Options struct {
	// Before runs before each statement that changes something, and can stop the copy.
	Before func(ctx context.Context) error
	// Watch is told after each batch.
	Watch func(Progress)
	Now   func() time.Time
}

// attempts is how often a copy begins anew when parts that it has copied are merged or
// rewritten by others.
const attempts = 3

// errChanged is the end of an attempt: a part that was copied is not there any more.
var errChanged = errors.New("parts that were copied have been merged or rewritten meanwhile")

// copier is one run.
type copier struct {
	server   Server
	op       *plan.CopyTableOp
	database string
	opts     Options
	// marker begins each statement; step begins the names of all tables that are ours; run
	// is different in each run.
	marker, step, run string
	started           time.Time
	// before are the rows that earlier runs have copied.
	before uint64
}

// Run copies. It can be run again after any end, also after a kill: it looks at what is
// there and goes on. When the copy is complete already, nothing happens.
func Run(ctx context.Context, s Server, op *plan.CopyTableOp, o Options) error {
	if o.Before == nil {
		o.Before = func(context.Context) error { return nil }
	}
	if o.Watch == nil {
		o.Watch = func(Progress) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	database := op.OnTable.Target().Database
	sum := sha256.Sum256([]byte(database + "\x00" + op.Beside))
	id, random := hex.EncodeToString(sum[:8]), make([]byte, 4)
	_, _ = rand.Read(random) // it never fails
	c := &copier{
		server: s, op: op, database: database, opts: o, started: o.Now(),
		marker: "/* moose-migrate copies a table: " + id + " */ ", step: "_moose_step_" + id + "_", run: hex.EncodeToString(random),
	}
	if err := c.endEarlier(ctx); err != nil {
		return c.failed(err)
	}
	for attempt := 1; ; attempt++ {
		err := c.attempt(ctx)
		if !errors.Is(err, errChanged) || attempt == attempts {
			return c.failed(err)
		}
		if err := c.clear(ctx); err != nil {
			return c.failed(err)
		}
	}
}

func (c *copier) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("copy table %s.%s: %w\nNo row is lost: run the migration again, and it goes on; where parts were merged in between, it begins anew", c.database, c.op.Table, err)
}

func (c *copier) attempt(ctx context.Context) (err error) {
	s, err := c.look(ctx)
	if err != nil || s.done {
		return err
	}
	if s.ledger.old == "" {
		if err := c.check(ctx); err != nil {
			return err
		}
		if s, err = c.begin(ctx, s); err != nil || s.done {
			return err
		}
	}
	defer func() { err = errors.Join(err, c.startMerges(ctx, s.ledger.old)) }()
	if err := c.stopMerges(ctx, s.oldName()); err != nil {
		return err
	}
	if err := c.takeUp(ctx, s); err != nil {
		return err
	}
	if s.newName() != c.op.Table {
		if s.oldName() == c.op.Table {
			if err := c.rounds(ctx, s); err != nil {
				return err
			}
		}
		if err := c.swap(ctx, s); err != nil {
			return err
		}
	}
	return c.finish(ctx, s)
}

// name quotes a table of the database.
func (c *copier) name(table string) string { return sqltext.Qualified(c.database, table) }

// do runs a statement that changes something.
func (c *copier) do(ctx context.Context, settings map[string]any, format string, args ...any) error {
	if err := c.opts.Before(ctx); err != nil {
		return err
	}
	sql := fmt.Sprintf(format, args...)
	if err := c.server.Command(ctx, c.marker+sql, settings); err != nil {
		return fmt.Errorf("%w\nThe statement was: %s", err, shorten(sql))
	}
	return nil
}

func shorten(sql string) string {
	const most = 400
	if len(sql) <= most {
		return sql
	}
	return strings.ToValidUTF8(sql[:most], "") + " …"
}

// pause waits a little, or returns why the run ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

// endEarlier ends the statements that a killed run has left on the server: one that ends
// later could add rows that nobody expects.
func (c *copier) endEarlier(ctx context.Context) error {
	ours := fmt.Sprintf("FROM system.processes WHERE startsWith(query, %s)", sqltext.String(strings.TrimSpace(c.marker)))
	for tries := 0; ; tries++ {
		rows, err := c.server.Strings(ctx, "SELECT [query_id] "+ours)
		if err != nil {
			return fmt.Errorf("ask for statements of an earlier run: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		if tries == 100 {
			return errors.New("a statement of an earlier run does not end; look at system.processes")
		}
		for _, row := range rows {
			// One that has just ended is an error that says nothing.
			_ = c.server.Command(ctx, "KILL QUERY WHERE query_id = "+sqltext.String(row[0])+" ASYNC", nil)
		}
		if err := pause(ctx, pollInterval); err != nil {
			return err
		}
	}
}

// pollInterval is how often the server is asked while something is waited for.
const pollInterval = 200 * time.Millisecond
