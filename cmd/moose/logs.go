package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/clilog"
)

type logsOptions struct {
	tail   bool
	filter string
}

func newLogsCmd(f *cli.Factory, runF func(context.Context, logsOptions) error) *cobra.Command {
	var opts logsOptions
	cmd := &cobra.Command{
		Use:     "logs",
		Aliases: []string{"l"},
		GroupID: groupInspect,
		Short:   "Show the log of moose on this machine",
		Long: `Show the newest log in the folder .moose of your home folder, to which this
program and the Moose CLI write what they did. It needs no project.`,
		Example: `  moose logs
  moose logs --filter '"level":"ERROR"'

  # Follow what another terminal does, until Ctrl-C
  moose logs --tail`,
		Annotations: map[string]string{noLog: "it would show itself"},
		Args:        cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if runF != nil {
				return runF(cmd.Context(), opts)
			}
			return runLogs(cmd.Context(), f, opts)
		},
	}
	cmd.Flags().BoolVarP(&opts.tail, "tail", "t", false, "show new lines as they are written, until interrupted")
	cmd.Flags().StringVarP(&opts.filter, "filter", "f", "", "show only lines that contain this `text`")
	return cmd
}

func runLogs(ctx context.Context, f *cli.Factory, opts logsOptions) error {
	home := f.Home()
	if home == "" {
		return errors.New("the environment names no home folder, which holds the log; set HOME")
	}
	dir := clilog.Dir(home)
	if opts.tail {
		if err := (clilog.Tail{Dir: dir, Filter: opts.filter, FromEnd: true}).Run(ctx, f.Out); err != nil {
			return err
		}
		return &cli.ExitError{Code: cli.ExitInterrupted} // which is how a tail ends
	}
	file, err := clilog.OpenNewest(dir)
	if err != nil {
		return err
	}
	defer file.Close()
	return clilog.Copy(ctx, f.Out, file, opts.filter)
}
