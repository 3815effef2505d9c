package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// TooLarge is ClickHouse's code for a table that holds more than may be dropped.
const TooLarge = 359

// defaultDropDelay is database_atomic_delay_before_drop_table_sec of a server that was not told otherwise.
const defaultDropDelay = 480 * time.Second

// Held is a table before it is dropped.
type Held struct {
	Table schema.Name
	// UUID is the server's own name for the table, empty in a database that has none.
	UUID string
	// Bytes are on disk, nil when the engine does not tell.
	Bytes *uint64
	// Engine is that of the table, DatabaseEngine that of its database.
	Engine, DatabaseEngine string
}

// Held looks at a table that is about to be dropped; nil when it is not there.
func (c *Client) Held(ctx context.Context, table schema.Name) (*Held, error) {
	sql := "SELECT toString(t.uuid), t.total_bytes, t.engine, d.engine FROM system.tables AS t JOIN system.databases AS d ON d.name = t.database WHERE t.database = " +
		sqltext.String(table.Database) + " AND t.name = " + sqltext.String(table.Object)
	var held *Held
	err := c.query(ctx, sql, func(rows driver.Rows) error {
		held = &Held{Table: table}
		return rows.Scan(&held.UUID, &held.Bytes, &held.Engine, &held.DatabaseEngine)
	})
	if err != nil {
		return nil, fmt.Errorf("look at the table %s before it is dropped: %w", table, err)
	}
	if held != nil && strings.Trim(held.UUID, "0-") == "" {
		held.UUID = ""
	}
	return held, nil
}

// Undrop is the statement that brings a table back after it was dropped.
func (h *Held) Undrop(cluster string) string {
	on := ""
	if cluster != "" {
		on = " ON CLUSTER " + sqltext.Ident(cluster)
	}
	return "UNDROP TABLE " + sqltext.Qualified(h.Table.Database, h.Table.Object) + " UUID " + sqltext.String(h.UUID) + on
}

// Undroppable is for how long a table that was dropped can still be brought back, 0 when it
// cannot. A server that does not show what it has dropped counts as one that keeps tables
// of the MergeTree family, in a database of engine Atomic, for its default time.
func (c *Client) Undroppable(ctx context.Context, h *Held) (time.Duration, error) {
	if h.UUID == "" {
		return 0, nil
	}
	// table_dropped_time is when the server will remove the table for good.
	sql := "SELECT toInt64(table_dropped_time) - toInt64(now()) FROM system.dropped_tables WHERE uuid = toUUID(" + sqltext.String(h.UUID) + ")"
	var left int64
	err := c.query(ctx, sql, func(rows driver.Rows) error { return rows.Scan(&left) })
	var refused *ServerError
	if errors.As(err, &refused) {
		if h.DatabaseEngine == "Atomic" && (inframap.Engine{Name: h.Engine}).IsMergeTree() {
			return defaultDropDelay, nil
		}
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("ask whether %s can be brought back: %w", h.Table, err)
	}
	return time.Duration(max(left, 0)) * time.Second, nil
}

// limitsDrops reports whether the server takes the limit of a drop with a statement, as
// ClickHouse does since 23.12.
func (c *Client) limitsDrops(ctx context.Context) (bool, error) {
	known := false
	err := c.query(ctx, "SELECT 1 FROM system.settings WHERE name = 'max_table_size_to_drop'", func(driver.Rows) error {
		known = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("ask whether the size of what is dropped can be limited: %w", err)
	}
	return known, nil
}
