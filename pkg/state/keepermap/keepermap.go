// Package keepermap keeps the recorded map and the migration lock in a
// ClickHouse KeeperMap table, in the layout of Moose's own _MOOSE_STATE: rows
// infra_map_<unix ms> with the map's protobuf in base64, and a row
// migration_lock with JSON in base64.
//
// A KeeperMap statement is atomic only when keeper_map_strict_mode=1 is part of
// it. A strict INSERT of a present key fails with code 999, a strict ALTER …
// UPDATE or DELETE whose condition no longer matches silently does nothing, and
// code 999 can follow a write that did succeed. So every write of the lock
// carries a token that no other holder has, and is read back.
package keepermap

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// Table, LockKey and MapPrefix are Moose's names.
const (
	Table     = "_MOOSE_STATE"
	LockKey   = "migration_lock"
	MapPrefix = "infra_map_"
)

// Options says where the state is kept and how. Database is required.
type Options struct {
	// Database is the one of the project's connection URL.
	Database string
	// Timing is the lock's, its Call bounds every statement of the store.
	Timing state.Timing
	// Logger gets what does not fail a call, such as old maps that could not
	// be removed. Nothing is logged when nil.
	Logger *slog.Logger
}

// Store is a state.Store in a KeeperMap table.
type Store struct {
	conn     driver.Conn
	database string
	timing   state.Timing
	log      *slog.Logger
	table    string // quoted database and table
}

var _ state.Store = (*Store)(nil)

// New returns a store that talks through conn, over either protocol. It sends
// nothing.
func New(conn driver.Conn, opts Options) (*Store, error) {
	if opts.Database == "" {
		return nil, fmt.Errorf("the state store needs the name of a ClickHouse database: set db_name, or name it in the connection URL")
	}
	timing, err := opts.Timing.WithDefaults()
	if err != nil {
		return nil, err
	}
	log := opts.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Store{
		conn: conn, database: opts.Database, timing: timing, log: log,
		table: quoteName(opts.Database) + "." + quoteName(Table),
	}, nil
}

// Describe names the table.
func (s *Store) Describe() string { return "ClickHouse " + s.database + "." + Table }

// ensure makes the table exactly as Moose does, unless it is there: then the
// right to create tables is not needed.
func (s *Store) ensure(ctx context.Context) error {
	var exists uint8
	err := s.selectOne(ctx, "EXISTS TABLE "+s.table, &exists)
	if err == nil && exists == 0 {
		err = s.exec(ctx, "CREATE TABLE IF NOT EXISTS "+s.table+
			" (`key` String, `value` String, `created_at` DateTime DEFAULT now())"+
			" ENGINE = KeeperMap("+quoteText("/"+s.database+"/"+Table)+") PRIMARY KEY key")
	}
	if err != nil {
		return s.explain("creating the state table", err)
	}
	return nil
}

// selectOne runs a query that returns one row. It changes no setting, so that a
// read-only user can run it.
func (s *Store) selectOne(ctx context.Context, query string, dest ...any) error {
	ctx, cancel := state.Bound(ctx, s.timing.Call)
	defer cancel()
	if err := s.conn.QueryRow(ctx, query).Scan(dest...); err != nil {
		return cause(ctx, err)
	}
	return nil
}

// exec runs a writing statement, bounded on the client's side.
func (s *Store) exec(ctx context.Context, query string) error {
	ctx, cancel := state.Bound(ctx, s.timing.Call)
	defer cancel()
	if err := s.conn.Exec(ctx, query); err != nil {
		return cause(ctx, err)
	}
	return nil
}

// strict is the SETTINGS clause of every statement that changes the table: it
// makes it atomic, and ends it on the server when Keeper cannot be reached.
func (s *Store) strict() string {
	return fmt.Sprintf(" SETTINGS keeper_map_strict_mode = 1, insert_keeper_max_retries = 3, max_execution_time = %d",
		int(math.Ceil(s.timing.Call.Seconds())))
}

// cause prefers the reason for which the context ended over the driver's
// "context canceled".
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// quoteName quotes an identifier. A backslash escapes inside backticks too.
func quoteName(name string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(name) + "`"
}

// quoteText quotes a string literal.
func quoteText(text string) string {
	return "'" + strings.NewReplacer("\\", "\\\\", "'", "\\'").Replace(text) + "'"
}
