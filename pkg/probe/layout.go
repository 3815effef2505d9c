package probe

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Layout is how a table of the MergeTree family lies on disk, from system.parts.
type Layout struct {
	// Compact counts the active parts that keep all columns in one file, which a mutation
	// writes again as a whole. CompactBytes are theirs on disk, CompactRows their rows.
	Compact, CompactBytes, CompactRows uint64
	// InPartition is the number of active parts of the partition that has the most.
	InPartition uint64
	// Delay is the number of parts of a partition from which on inserts are slowed down,
	// Throw that from which on they fail, as the server sets them (parts_to_delay_insert,
	// parts_to_throw_insert); the table's own settings go before. 0 is not known.
	Delay, Throw uint64
	// Inserted is when the newest part was written, of those that are still known to the
	// server, merged ones too; Now is the server's time.
	Inserted, Now time.Time
}

func layouts(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Layouts.Value = map[schema.Name]Layout{}
	if len(r.Tables) == 0 {
		return clickhouse.Cost{}
	}
	var cost clickhouse.Cost
	cost, f.Layouts.Err = server.Ask(ctx, `SELECT database, table, sum(compact), sum(compact_bytes), sum(compact_rows), max(n),
    (SELECT toUInt64OrZero(any(value)) FROM system.merge_tree_settings WHERE name = 'parts_to_delay_insert'),
    (SELECT toUInt64OrZero(any(value)) FROM system.merge_tree_settings WHERE name = 'parts_to_throw_insert'),
    toDateTime(max(written), 'UTC'), toDateTime(now(), 'UTC')
FROM (
    SELECT database, table, partition_id, countIf(active) AS n, countIf(active AND part_type = 'Compact') AS compact,
        sumIf(bytes_on_disk, active AND part_type = 'Compact') AS compact_bytes,
        sumIf(rows, active AND part_type = 'Compact') AS compact_rows, max(modification_time) AS written
    FROM system.parts
    WHERE (database, table) IN (`+tuples(r.Tables)+`)
    GROUP BY database, table, partition_id
)
GROUP BY database, table`, r.Limits.system(), func(rows driver.Rows) error {
		var n schema.Name
		var l Layout
		if err := rows.Scan(&n.Database, &n.Object, &l.Compact, &l.CompactBytes, &l.CompactRows, &l.InPartition, &l.Delay, &l.Throw, &l.Inserted, &l.Now); err != nil {
			return err
		}
		f.Layouts.Value[n] = l
		return nil
	})
	f.Layouts.Err = explained(f.Layouts.Err)
	return cost
}
