package probe

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// InsertDays is how far back the server's logs are asked about inserts and mutations.
const InsertDays = 7

// Inserts are those into a table in the last [InsertDays] days, from system.part_log.
type Inserts struct {
	Rows, Parts uint64
	Last        time.Time
}

// inserts asks system.part_log, which many servers do not have: that is not known then.
func inserts(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Inserts.Value = map[schema.Name]Inserts{}
	if len(r.Tables) == 0 {
		return clickhouse.Cost{}
	}
	var cost clickhouse.Cost
	cost, f.Inserts.Err = server.Ask(ctx, `SELECT database, table, sum(rows), count(), toDateTime(max(event_time), 'UTC')
FROM system.part_log
WHERE event_type = 'NewPart' AND event_date >= today() - 7 AND event_time > now() - INTERVAL 7 DAY AND (database, table) IN (`+tuples(r.Tables)+`)
GROUP BY database, table`, r.Limits.system(), func(rows driver.Rows) error {
		var n schema.Name
		var i Inserts
		if err := rows.Scan(&n.Database, &n.Object, &i.Rows, &i.Parts, &i.Last); err != nil {
			return err
		}
		f.Inserts.Value[n] = i
		return nil
	})
	f.Inserts.Err = explained(f.Inserts.Err)
	return cost
}
