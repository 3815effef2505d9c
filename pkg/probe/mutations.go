package probe

import (
	"context"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// mutations finds what is unfinished in system.mutations.
func mutations(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Mutations.Value = map[schema.Name][]clickhouse.Mutation{}
	if len(r.Tables) == 0 {
		return clickhouse.Cost{}
	}
	var cost clickhouse.Cost
	cost, f.Mutations.Err = server.Ask(ctx, `SELECT database, table, mutation_id, command, toInt64(parts_to_do), latest_fail_reason
FROM system.mutations
WHERE NOT is_done AND (database, table) IN (`+tuples(r.Tables)+`)
ORDER BY create_time, mutation_id`, r.Limits.system(), func(rows driver.Rows) error {
		var m clickhouse.Mutation
		if err := rows.Scan(&m.Database, &m.Table, &m.ID, &m.Command, &m.PartsToDo, &m.FailReason); err != nil {
			return err
		}
		m.FailReason, _, _ = strings.Cut(m.FailReason, "Stack trace:")
		m.FailReason = strings.TrimSpace(m.FailReason)
		n := schema.Name{Database: m.Database, Object: m.Table}
		f.Mutations.Value[n] = append(f.Mutations.Value[n], m)
		return nil
	})
	f.Mutations.Err = explained(f.Mutations.Err)
	return cost
}

// Speed is how fast the server has rewritten parts lately: Bytes on disk in Seconds, in
// Parts parts. All are 0 when it has not.
type Speed struct {
	Bytes   uint64
	Seconds float64
	Parts   uint64
	// Source says where that comes from.
	Source string
}

// speed looks at the parts that finished mutations of any table have left, as far as
// these were rewritten as a whole: of others the server does not say how much it wrote.
// A mutation's time is that from its start to its last part. What a server with
// system.part_log knows is better, and goes before.
func speed(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	if len(r.Tables) == 0 {
		return clickhouse.Cost{}
	}
	scan := func(rows driver.Rows) error {
		return rows.Scan(&f.Speed.Value.Bytes, &f.Speed.Value.Seconds, &f.Speed.Value.Parts)
	}
	cost, err := server.Ask(ctx, `SELECT sum(size_in_bytes), sum(duration_ms) / 1000, count()
FROM system.part_log
WHERE event_type = 'MutatePart' AND error = 0 AND part_type = 'Compact' AND event_date >= today() - 7 AND event_time > now() - INTERVAL 7 DAY`, r.Limits.system(), scan)
	f.Speed.Value.Source = "system.part_log"
	if err == nil && f.Speed.Value.Parts > 0 {
		return cost
	}
	more, err := server.Ask(ctx, `SELECT sum(bytes), toFloat64(sum(seconds)), sum(n)
FROM (
    SELECT m.database, m.table, m.version, sum(p.bytes_on_disk) AS bytes, greatest(1, max(toUnixTimestamp(p.modification_time)) - any(m.started)) AS seconds, count() AS n
    FROM system.parts AS p
    INNER JOIN (
        SELECT database, table, toUInt64OrZero(extract(mutation_id, '(\\d+)')) AS version, min(toUnixTimestamp(create_time)) AS started,
            countIf(NOT match(command, '^\\(?(MATERIALIZE TTL|DELETE)')) = 0 AS whole
        FROM system.mutations
        WHERE is_done AND create_time > now() - INTERVAL 7 DAY
        GROUP BY database, table, version
    ) AS m ON m.database = p.database AND m.table = p.table AND m.version = p.data_version
    WHERE p.active AND (p.part_type = 'Compact' OR m.whole) AND toUnixTimestamp(p.modification_time) >= m.started
    GROUP BY m.database, m.table, m.version
)`, r.Limits.system(), scan)
	f.Speed.Value.Source = "system.mutations and system.parts"
	f.Speed.Err = explained(err)
	return clickhouse.Cost{Rows: cost.Rows + more.Rows, Bytes: cost.Bytes + more.Bytes}
}
