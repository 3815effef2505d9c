package clickhouse

import "github.com/ClickHouse/clickhouse-go/v2/lib/driver"

// SetConn replaces the connection, for tests that look at what goes through it.
func (c *Client) SetConn(conn driver.Conn) { c.conn = conn }
