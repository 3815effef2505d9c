package clickhouse

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// Fate is what became of a statement of an earlier run.
type Fate string

// The fates. A statement that the server knows nothing of has none.
const (
	// StillRuns: the server works on it now.
	StillRuns Fate = "runs"
	// Finished: the server's log says that it ended well.
	Finished Fate = "finished"
	// Refused: the server's log says that it failed.
	Refused Fate = "failed"
)

// Running reports whether the server works on a statement that begins with the comment,
// which may be the beginning of one.
func (c *Client) Running(ctx context.Context, mark string) (bool, error) {
	runs := false
	sql := "SELECT count() FROM system.processes WHERE startsWith(query, " + sqltext.String(mark) + ")"
	err := c.query(ctx, sql, func(rows driver.Rows) error {
		var n uint64
		err := rows.Scan(&n)
		runs = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("ask what still runs: %w", err)
	}
	return runs, nil
}

// Fates asks the server what became of the statements that begin with the comments, by
// system.processes and, where the server keeps one and this user may read it,
// system.query_log. logged tells whether the log was there, written out and asked: only then
// a missing fate means that the statement was never begun.
func (c *Client) Fates(ctx context.Context, markers []string) (fates map[string]Fate, logged bool, err error) {
	fates = map[string]Fate{}
	if len(markers) == 0 {
		return fates, true, nil
	}
	trimmed, list := map[string]string{}, make([]string, len(markers))
	for i, m := range markers {
		short := strings.TrimSpace(m)
		trimmed[short], list[i] = m, sqltext.String(short)
	}
	// The markers stand behind the SELECT, so that these queries do not find themselves.
	which := fmt.Sprintf("arrayFirst(m -> startsWith(query, m), [%s])", strings.Join(list, ", "))
	collect := func(sql string) error {
		return c.query(withQuerySize(ctx, sql), sql, func(rows driver.Rows) error {
			var marker, fate string
			if err := rows.Scan(&marker, &fate); err != nil {
				return err
			}
			if fates[trimmed[marker]] != StillRuns {
				fates[trimmed[marker]] = Fate(fate)
			}
			return nil
		})
	}
	if err := collect("SELECT " + which + " AS marker, '" + string(StillRuns) + "' FROM system.processes WHERE marker != ''"); err != nil {
		return nil, false, fmt.Errorf("ask what still runs: %w", err)
	}
	flushed := c.conn.Exec(ctx, "SYSTEM FLUSH LOGS") == nil // not every user may
	err = collect("SELECT " + which + " AS marker, argMax(if(type = 'QueryFinish', '" + string(Finished) + "', '" + string(Refused) + "'), event_time_microseconds)" +
		" FROM system.query_log WHERE event_date >= today() - 7 AND type != 'QueryStart' AND marker != '' GROUP BY marker")
	return fates, err == nil && flushed, nil
}
