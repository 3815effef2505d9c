package main

import (
	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
)

func newDBCmd(f *cli.Factory) *cobra.Command {
	cmd := newGroupCmd(f, &cobra.Command{
		Use:     "db",
		Short:   "Bring what ClickHouse holds into the code",
		Example: `  moose db pull --clickhouse-url "$CLICKHOUSE_URL"`,
	})
	cmd.AddCommand(newDBPullCmd(f, nil))
	return cmd
}
