package clickhouse

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// SetConn replaces the connection, for tests that look at what goes through it.
func (c *Client) SetConn(conn driver.Conn) { c.conn = conn }

// CanonicalTable is the canonical form of a CREATE TABLE statement of the server,
// with the spelling that ClickHouse has built in.
func CanonicalTable(name schema.Name, create string) *schema.Table {
	t := parseTable(create)
	t.Name = name
	canonicalise(t, dialect{replica: [2]string{replicaSettings[0].builtIn, replicaSettings[1].builtIn}})
	return t
}

// ParseView reads a statement of the server.
var ParseView = parseView

// ParseDictionary reads a statement of the server.
func ParseDictionary(name schema.Name, create string) *schema.Dictionary {
	return parseDictionary(name, create, dialect{port: "9000"})
}

// EffectOf is what a formatted statement of a SQL resource does.
func EffectOf(formatted string) schema.SQLEffect {
	var effect schema.SQLEffect
	addEffect(&effect, &formatted, "db", dialect{})
	return effect
}

// ExtraCommand looks at one statement as it was written and as it was formatted.
var ExtraCommand = extraCommand

// Inspect asks a question as if it were about declared SQL.
func (c *Client) Inspect(ctx context.Context, sql string) error {
	return c.inspect(ctx, sql, func(driver.Rows) error { return nil })
}

// SetQueuePatience shortens the wait for late answers of a cluster.
func (c *Client) SetQueuePatience(d time.Duration) { c.queuePatience = d }

// SettingsOn are the settings of a statement on a cluster, or on this server alone.
var SettingsOn = settingsOn
