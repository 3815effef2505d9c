package probe

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// tuples lists tables for "(database, table) IN (…)".
func tuples(names []schema.Name) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = "(" + sqltext.String(n.Database) + ", " + sqltext.String(n.Object) + ")"
	}
	return strings.Join(list, ", ")
}

// system are the bounds of a question to a system table: its rows are not those of a table.
func (l Limits) system() clickhouse.Bounds { return clickhouse.Bounds{Seconds: l.Seconds} }

func explained(err error) error {
	if err == nil {
		return nil
	}
	return explain(err)
}
