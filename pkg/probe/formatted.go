package probe

import (
	"context"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// formatted lets the server write statements of the project in its own way, which runs
// nothing of them.
func formatted(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Formatted.Value = map[string]string{}
	if len(r.Statements) == 0 {
		return clickhouse.Cost{}
	}
	list := make([]string, len(r.Statements))
	for i, sql := range r.Statements {
		list[i] = sqltext.String(sql)
	}
	var cost clickhouse.Cost
	cost, f.Formatted.Err = server.Ask(ctx, `SELECT toUInt32(n), ifNull(formatQuerySingleLineOrNull(list[n]), '')
FROM (SELECT list, arrayJoin(arrayEnumerate(list)) AS n FROM (SELECT [`+strings.Join(list, ", ")+`] AS list))`, r.Limits.system(), func(rows driver.Rows) error {
		var n uint32
		var text string
		if err := rows.Scan(&n, &text); err != nil {
			return err
		}
		if text != "" {
			f.Formatted.Value[r.Statements[n-1]] = text
		}
		return nil
	})
	f.Formatted.Err = explained(f.Formatted.Err)
	return cost
}
