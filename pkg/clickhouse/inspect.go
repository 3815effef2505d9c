package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// What a question about declared SQL may cost. Such SQL may come from a stranger: it
// is only ever sent inside of a literal, and asked about, never run.
const (
	// inspectSeconds is less than no answer at all: the server looks at its clock only between blocks.
	inspectSeconds = 60
	inspectTimeout = 2 * time.Minute
	// inspectBytes is the memory of one question, in bytes.
	inspectBytes = 4 << 30
)

// Codes of ClickHouse's ErrorCodes.cpp for a user who may not change a setting.
const (
	readonlyCode        = 164
	constraintViolation = 452
)

// inspection are the settings of questions about declared SQL, found out once.
type inspection struct {
	sync.Mutex
	known    bool
	settings clickhouse.Settings
}

// inspectSettings are those that hold the server to reading, and to the bounds above
// or the user's own where they are lower. A user who may not change settings has none.
func (c *Client) inspectSettings(ctx context.Context) clickhouse.Settings {
	c.inspection.Lock()
	defer c.inspection.Unlock()
	if c.inspection.known {
		return c.inspection.settings
	}
	settings := clickhouse.Settings{"readonly": 1}
	var memory, seconds uint64
	err := c.conn.QueryRow(ctx, "SELECT toUInt64(getSetting('max_memory_usage')), toUInt64(getSetting('max_execution_time'))").Scan(&memory, &seconds)
	if err == nil {
		settings["max_memory_usage"] = lower(memory, inspectBytes)
		settings["max_execution_time"] = lower(seconds, inspectSeconds)
	}
	var one uint8
	err = c.conn.QueryRow(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), "SELECT 1").Scan(&one)
	var exception *clickhouse.Exception
	switch {
	case err == nil:
		c.inspection.settings, c.inspection.known = settings, true
	case errors.As(err, &exception) && (exception.Code == readonlyCode || exception.Code == constraintViolation):
		c.inspection.settings, c.inspection.known = nil, true
	}
	return c.inspection.settings
}

// lower is the lower of two limits; the user's is 0 when there is none.
func lower(own uint64, limit int) int {
	if own == 0 || own > uint64(limit) {
		return limit
	}
	return int(own)
}

// inspect asks one question about declared SQL and hands every row to scan.
func (c *Client) inspect(ctx context.Context, sql string, scan func(driver.Rows) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, inspectTimeout, errInspect)
	defer cancel()
	settings := clickhouse.Settings{}
	for k, v := range c.inspectSettings(ctx) {
		settings[k] = v
	}
	if len(sql) >= maxQueryBytes {
		settings["max_query_size"] = 2 * len(sql)
	}
	err := c.query(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), sql, scan)
	if err != nil && errors.Is(context.Cause(ctx), errInspect) {
		return errInspect
	}
	return err
}

var errInspect = fmt.Errorf("ClickHouse did not read the declared SQL within %s. Is the map of this project, and how large is it?", inspectTimeout)

// maxQuoted bounds what an error quotes of declared SQL, in bytes.
const maxQuoted = 2000

// short cuts a text that is quoted in an error.
func short(text string) string {
	if len(text) <= maxQuoted {
		return text
	}
	return fmt.Sprintf("%s… (%d bytes)", text[:maxQuoted], len(text))
}
