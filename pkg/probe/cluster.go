package probe

import (
	"context"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Replica is how the server sees the replicas of a table, from system.replicas.
type Replica struct {
	// Readonly is set when this replica takes neither inserts nor changes.
	Readonly bool
	// Active of Total replicas are there.
	Active, Total uint64
	// Queue is the number of entries that this replica has yet to work through, Delay how
	// many seconds it lags.
	Queue, Delay uint64
}

func replicas(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Replicas.Value = map[schema.Name]Replica{}
	if len(r.Tables) == 0 {
		return clickhouse.Cost{}
	}
	var cost clickhouse.Cost
	cost, f.Replicas.Err = server.Ask(ctx, `SELECT database, table, is_readonly, toUInt64(active_replicas), toUInt64(total_replicas), toUInt64(queue_size), toUInt64(absolute_delay)
FROM system.replicas
WHERE (database, table) IN (`+tuples(r.Tables)+`)`, r.Limits.system(), func(rows driver.Rows) error {
		var n schema.Name
		var p Replica
		var readonly uint8
		if err := rows.Scan(&n.Database, &n.Object, &readonly, &p.Active, &p.Total, &p.Queue, &p.Delay); err != nil {
			return err
		}
		p.Readonly = readonly > 0
		f.Replicas.Value[n] = p
		return nil
	})
	f.Replicas.Err = explained(f.Replicas.Err)
	return cost
}

// clusters counts the hosts of every cluster that the server knows.
func clusters(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Clusters.Value = map[string]uint64{}
	if !r.Clusters {
		return clickhouse.Cost{}
	}
	var cost clickhouse.Cost
	cost, f.Clusters.Err = server.Ask(ctx, "SELECT cluster, count() FROM system.clusters GROUP BY cluster", r.Limits.system(), func(rows driver.Rows) error {
		var name string
		var hosts uint64
		err := rows.Scan(&name, &hosts)
		f.Clusters.Value[name] = hosts
		return err
	})
	f.Clusters.Err = explained(f.Clusters.Err)
	return cost
}
