package session

import (
	"context"
	"errors"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
)

// OwnEngine starts an embedded ClickHouse that is thrown away by end.
func OwnEngine(ctx context.Context, f *cli.Factory) (client *clickhouse.Client, end func() error, err error) {
	return nil, nil, errors.New("there is no embedded ClickHouse in this version")
}
