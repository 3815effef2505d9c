package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Bounds are what a question about stored data may cost; 0 stands for no bound.
type Bounds struct {
	// Seconds is the time of the whole question, looked at by the server and by us.
	Seconds int
	// Rows and Bytes are what the server may read for it, in rows and in bytes in memory.
	Rows, Bytes uint64
}

// Cost is what a question has cost: what the server read, in rows and bytes in memory.
type Cost struct{ Rows, Bytes uint64 }

// AskedBy marks our own questions in the server's log of queries, so that they do not
// count as readers of a table.
const AskedBy = "moose-migrate: question of a review"

// Ask sends one question about stored data, held to reading and to its bounds where
// the user may set these, and hands every row to scan. A refusal is a [*ServerError].
func (c *Client) Ask(ctx context.Context, sql string, b Bounds, scan func(driver.Rows) error) (Cost, error) {
	if b.Seconds > 0 {
		var cancel context.CancelFunc
		// The server looks at its clock only between blocks.
		ctx, cancel = context.WithTimeoutCause(ctx, 2*time.Duration(b.Seconds)*time.Second, errAsk)
		defer cancel()
	}
	settings := clickhouse.Settings{}
	if own := c.inspectSettings(ctx); own != nil {
		maps.Copy(settings, own)
		// Reading only, with settings that may still be set.
		settings["readonly"], settings["log_comment"] = 2, AskedBy
		for name, limit := range map[string]uint64{"max_execution_time": uint64(b.Seconds), "max_rows_to_read": b.Rows, "max_bytes_to_read": b.Bytes} {
			if limit > 0 {
				settings[name] = limit
			}
		}
	}
	if len(sql) >= maxQueryBytes {
		settings["max_query_size"] = 2 * len(sql)
	}
	var cost Cost
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(settings), clickhouse.WithProgress(func(p *clickhouse.Progress) {
		cost.Rows, cost.Bytes = cost.Rows+p.Rows, cost.Bytes+p.Bytes
	}))
	err := c.query(ctx, sql, scan)
	if err != nil && errors.Is(context.Cause(ctx), errAsk) {
		return cost, fmt.Errorf("%w: more than %d seconds", errAsk, b.Seconds)
	}
	return cost, err
}

var errAsk = errors.New("ClickHouse took too long to answer")
