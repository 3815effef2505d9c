package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

type driftOptions struct {
	flags            session.Flags
	json             bool
	detailedExitCode bool
	skipStreams      bool
}

func newDriftCmd(f *cli.Factory) *cobra.Command {
	o := &driftOptions{}
	cmd := &cobra.Command{
		Use:     "drift",
		GroupID: groupInspect,
		Short:   "Show what was changed outside of Moose since the last migration",
		Long: `Compare what the last migration recorded with what the servers hold now, attribute
by attribute: tables, views, dictionaries, topics and scheduled workflows. The
project's code is not run, and nothing is changed.

Where ClickHouse keeps a query log, it says who changed an object last.`,
		Example: `  moose drift --clickhouse-url "$CLICKHOUSE_URL"
  moose drift --detailed-exitcode --json > drift.json   # exit code 4 when there is drift`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDrift(cmd.Context(), f, o) },
	}
	addConnectionFlags(cmd, &o.flags)
	cmd.Flags().BoolVar(&o.json, "json", false, "print the report as JSON")
	cmd.Flags().BoolVar(&o.detailedExitCode, "detailed-exitcode", false, "exit with 4 when there is drift, 0 when there is none")
	cmd.Flags().BoolVar(&o.skipStreams, "skip-streams", false, "do not ask the broker and Temporal")
	return cmd
}

func runDrift(ctx context.Context, f *cli.Factory, o *driftOptions) (err error) {
	f.Quiet = o.json
	s, err := session.Open(ctx, f, o.flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.Close()) }()
	found, err := s.Drift(ctx, !o.skipStreams)
	if err != nil {
		return err
	}
	if o.json {
		err = found.JSON(f.Out)
	} else {
		err = found.Text(f.Out, report.TextOptions{Color: f.Style(f.Out).Enabled()})
	}
	if err == nil && o.detailedExitCode && len(found.Drift) > 0 {
		return &cli.ExitError{Code: cli.ExitStale}
	}
	return err
}
