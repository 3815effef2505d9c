package clickhouse

import (
	"context"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Command runs one statement that yields no rows, with settings of its own. A refusal is a
// [*ServerError].
func (c *Client) Command(ctx context.Context, sql string, settings map[string]any) error {
	own := clickhouse.Settings{}
	for k, v := range ddlSettings {
		own[k] = v
	}
	for k, v := range settings {
		own[k] = v
	}
	return c.wrapNil(c.conn.Exec(clickhouse.Context(ctx, clickhouse.WithSettings(own)), sql))
}

// Strings runs a query whose rows are one array of strings each.
func (c *Client) Strings(ctx context.Context, sql string) ([][]string, error) {
	var out [][]string
	err := c.query(withQuerySize(ctx, sql), sql, func(rows driver.Rows) error {
		var row []string
		err := rows.Scan(&row)
		out = append(out, row)
		return err
	})
	return out, err
}
