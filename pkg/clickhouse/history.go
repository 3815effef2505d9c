package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// LastChange is what the server can tell of the last change of an object's definition.
type LastChange struct {
	// At is zero when it is not known.
	At time.Time
	// User and Query are empty when the server keeps no query log, or not for that long.
	// The query is without its credentials.
	User, Query string
}

// History asks who changed the definitions of the objects last, and when, in at most
// two queries. system.query_log is asked where it is there and the user may read it;
// system.tables knows at least when.
func (c *Client) History(ctx context.Context, names []schema.Name) (map[schema.Name]LastChange, error) {
	out := map[schema.Name]LastChange{}
	if len(names) == 0 {
		return out, nil
	}
	tuples, full := make([]string, len(names)), make([]string, len(names))
	for i, n := range names {
		tuples[i] = "(" + sqltext.String(n.Database) + ", " + sqltext.String(n.Object) + ")"
		full[i] = "(" + sqltext.String(n.Database) + ", " + sqltext.String(n.Object) + ", " + sqltext.String(n.String()) + ")"
	}
	err := c.query(ctx, "SELECT database, name, metadata_modification_time FROM system.tables WHERE (database, name) IN ("+strings.Join(tuples, ", ")+")",
		func(rows driver.Rows) error {
			var n schema.Name
			var at time.Time
			if err := rows.Scan(&n.Database, &n.Object, &at); err != nil {
				return err
			}
			if at.Unix() > 0 {
				out[n] = LastChange{At: at.UTC()}
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("ask when definitions were changed: %w", err)
	}
	// The log names the tables that a statement used, each as database.table, but not
	// those that it dropped or renamed; these stand in its text.
	sql := `SELECT o.1, o.2, toDateTime(event_time, 'UTC'), initial_user, query
FROM system.query_log
ARRAY JOIN [` + strings.Join(full, ", ") + `] AS o
WHERE type = 'QueryFinish' AND query_kind IN ('Alter', 'Create', 'Drop', 'Rename', 'Undrop')
    AND (has(tables, o.3) OR query_kind IN ('Drop', 'Rename', 'Undrop')
        AND match(query, concat('(^|\\W)', regexpQuoteMeta(o.2), '(\\W|$)'))
        AND (current_database = o.1 OR match(query, concat('(^|\\W)', regexpQuoteMeta(o.1), '(\\W|$)'))))
ORDER BY event_time DESC
LIMIT 1 BY o`
	err = c.query(ctx, sql, func(rows driver.Rows) error {
		var n schema.Name
		var change LastChange
		if err := rows.Scan(&n.Database, &n.Object, &change.At, &change.User, &change.Query); err != nil {
			return err
		}
		change.At, change.Query = change.At.UTC(), c.redact(secretsql.Mask(change.Query))
		out[n] = change
		return nil
	})
	var server *ServerError
	if errors.As(err, &server) && (server.Code == unknownTable || server.Code == accessDenied) {
		return out, nil
	}
	if err != nil {
		return nil, fmt.Errorf("ask who changed definitions: %w", err)
	}
	return out, nil
}
