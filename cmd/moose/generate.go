package main

import (
	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
)

func newGenerateCmd(f *cli.Factory) *cobra.Command {
	cmd := newGroupCmd(f, &cobra.Command{
		Use:     "generate",
		Aliases: []string{"g"},
		Short:   "Generate migrations and tokens",
		Example: `  moose generate migration --clickhouse-url "$CLICKHOUSE_URL" --save
  moose generate hash-token`,
	})
	cmd.AddCommand(newGenerateMigrationCmd(f), newHashTokenCmd(f, nil))
	return cmd
}
