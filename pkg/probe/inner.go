package probe

import (
	"context"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Inner is the hidden table in which a materialized view without a target keeps its rows.
type Inner struct {
	// Name is the table's, such as ".inner_id.3f0a…".
	Name string
	// Rows and Bytes on disk are what it holds, nil where the server keeps no count.
	Rows, Bytes *uint64
}

// inner finds the hidden tables of materialized views.
func inner(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Inner.Value = map[schema.Name]Inner{}
	if len(r.Views) == 0 {
		return clickhouse.Cost{}
	}
	var cost clickhouse.Cost
	cost, f.Inner.Err = server.Ask(ctx, `SELECT v.database, v.name, t.name, t.total_rows, t.total_bytes
FROM system.tables AS v INNER JOIN system.tables AS t ON t.database = v.database
WHERE v.engine = 'MaterializedView' AND (v.database, v.name) IN (`+tuples(r.Views)+`)
    AND t.name IN (concat('.inner_id.', toString(v.uuid)), concat('.inner.', v.name))`, r.Limits.system(), func(rows driver.Rows) error {
		var view schema.Name
		var in Inner
		if err := rows.Scan(&view.Database, &view.Object, &in.Name, &in.Rows, &in.Bytes); err != nil {
			return err
		}
		f.Inner.Value[view] = in
		return nil
	})
	f.Inner.Err = explained(f.Inner.Err)
	return cost
}
