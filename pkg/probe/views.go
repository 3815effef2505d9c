package probe

import (
	"context"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// views finds the views of all databases whose text names a table of the request.
// Others may be among them: a name can stand for something else.
func views(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Views.Value = map[schema.Name]*schema.View{}
	if len(r.Tables) == 0 {
		return clickhouse.Cost{}
	}
	seen := map[string]bool{}
	var names []string
	for _, n := range r.Tables {
		// In the text a name stands as it is, or quoted with its escapes.
		for _, text := range []string{n.Object, strings.Trim(sqltext.Ident(n.Object), "`")} {
			if !seen[text] {
				seen[text] = true
				names = append(names, sqltext.String(text))
			}
		}
	}
	var cost clickhouse.Cost
	cost, f.Views.Err = server.Ask(ctx, `SELECT database, name, engine, create_table_query, as_select
FROM system.tables
WHERE engine IN ('View', 'MaterializedView') AND database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema') AND NOT is_temporary
    AND arrayExists(n -> position(create_table_query, n) > 0, [`+strings.Join(names, ", ")+`])`, r.Limits.system(), func(rows driver.Rows) error {
		var n schema.Name
		var engine, create, text string
		if err := rows.Scan(&n.Database, &n.Object, &engine, &create, &text); err != nil {
			return err
		}
		f.Views.Value[n] = clickhouse.FoundView(n, engine, create, text)
		return nil
	})
	f.Views.Err = explained(f.Views.Err)
	return cost
}
