package fidelity

import (
	"context"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// clickhouseContext carries the settings of a migration, see clickhouse.Execute.
func clickhouseContext(ctx context.Context) context.Context {
	return clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"flatten_nested": 0, "mutations_sync": 1, "alter_sync": 1}))
}
