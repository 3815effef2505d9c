package clickhouse

import (
	"context"
	"regexp"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// yieldsRows recognises a statement that is a query.
var yieldsRows = regexp.MustCompile(`(?i)^\s*(?:SELECT|WITH)\b`)

// Lines runs one statement and returns its rows as tab-separated lines, written by the
// server; nothing for a statement that is no SELECT. A refusal is a [*ServerError].
func (c *Client) Lines(ctx context.Context, sql string) (string, error) {
	if !yieldsRows.MatchString(sql) {
		if err := c.conn.Exec(ctx, sql); err != nil {
			return "", c.wrap(err)
		}
		return "", nil
	}
	var lines []string
	err := c.query(ctx, "SELECT formatRowNoNewline('TSV', *) FROM ("+sql+")", func(rows driver.Rows) error {
		var line string
		err := rows.Scan(&line)
		lines = append(lines, line)
		return err
	})
	return strings.Join(lines, "\n"), err
}
