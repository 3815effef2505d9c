package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
)

// newGroupCmd completes a command that only has subcommands: without one it
// shows its help on standard error and fails, so that a script that lost an
// argument does not pass; with an unknown one it suggests what was meant.
func newGroupCmd(f *cli.Factory, cmd *cobra.Command) *cobra.Command {
	cmd.SuggestionsMinimumDistance = 2
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		cmd.SetOut(f.Err)
		if err := cmd.Help(); err != nil {
			return fmt.Errorf("showing the help: %w", err)
		}
		return &cli.ExitError{Code: cli.ExitFailure}
	}
	return cmd
}

func unknownCommand(cmd *cobra.Command, name string) error {
	err := fmt.Errorf("there is no command %q in `%s`", name, cmd.CommandPath())
	if similar := cmd.SuggestionsFor(name); len(similar) > 0 {
		return cli.WithRemedy(err, "Did you mean `"+cmd.CommandPath()+" "+strings.Join(similar, "` or `"+cmd.CommandPath()+" ")+"`?")
	}
	return cli.WithRemedy(err, "`"+cmd.CommandPath()+" --help` lists the commands.")
}
