package probe

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Parts is what a table of the MergeTree family holds, from the active parts of
// system.parts on the server that was asked.
type Parts struct {
	// Rows, Bytes on disk and Uncompressed bytes are those of all active parts; Largest is
	// the greatest of them in bytes on disk.
	Rows, Bytes, Uncompressed, Largest uint64
	// Count is the number of active parts, Partitions that of their partitions, of which
	// Oldest and Newest are the first and the last by their values.
	Count, Partitions uint64
	Oldest, Newest    string
	// Written is when the newest part was written, by an insert or by a merge.
	Written time.Time
	// Compact is set when a part keeps all columns in one file, so that no column has a
	// size of its own.
	Compact bool
}

func parts(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Parts.Value = map[schema.Name]Parts{}
	if len(r.Tables) == 0 {
		return clickhouse.Cost{}
	}
	var cost clickhouse.Cost
	cost, f.Parts.Err = server.Ask(ctx, `SELECT database, table, sum(rows), sum(bytes_on_disk), sum(data_uncompressed_bytes), max(bytes_on_disk), count(),
    uniqExact(partition_id), argMin(partition, partition_id), argMax(partition, partition_id), toDateTime(max(modification_time), 'UTC'), countIf(part_type = 'Compact') > 0
FROM system.parts
WHERE active AND (database, table) IN (`+tuples(r.Tables)+`)
GROUP BY database, table`, r.Limits.system(), func(rows driver.Rows) error {
		var n schema.Name
		var p Parts
		var compact uint8
		if err := rows.Scan(&n.Database, &n.Object, &p.Rows, &p.Bytes, &p.Uncompressed, &p.Largest, &p.Count, &p.Partitions, &p.Oldest, &p.Newest, &p.Written, &compact); err != nil {
			return err
		}
		p.Written, p.Compact = p.Written.UTC(), compact > 0
		f.Parts.Value[n] = p
		return nil
	})
	f.Parts.Err = explained(f.Parts.Err)
	return cost
}

// Column is how much the values of a column take in all active parts together, in
// bytes on disk and in memory; in Compact parts that is not known, and 0.
type Column struct{ Compressed, Uncompressed uint64 }

func columns(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Columns.Value = map[schema.Name]map[string]Column{}
	if len(r.Tables) == 0 {
		return clickhouse.Cost{}
	}
	var cost clickhouse.Cost
	cost, f.Columns.Err = server.Ask(ctx, `SELECT database, table, name, data_compressed_bytes, data_uncompressed_bytes
FROM system.columns
WHERE (database, table) IN (`+tuples(r.Tables)+`)`, r.Limits.system(), func(rows driver.Rows) error {
		var n schema.Name
		var name string
		var c Column
		if err := rows.Scan(&n.Database, &n.Object, &name, &c.Compressed, &c.Uncompressed); err != nil {
			return err
		}
		if f.Columns.Value[n] == nil {
			f.Columns.Value[n] = map[string]Column{}
		}
		f.Columns.Value[n][name] = c
		return nil
	})
	f.Columns.Err = explained(f.Columns.Err)
	return cost
}
