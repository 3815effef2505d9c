package main

import (
	"net/http"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/action"
	"github.com/moose-migrate/moose-migrate/internal/cli"
)

// actionCommand is the name of the command that the container runs.
const actionCommand = "action"

// newActionCmd is what the container of the GitHub Action runs. Everything comes from
// the environment, so that no untrusted text stands on a command line.
func newActionCmd(f *cli.Factory) *cobra.Command {
	return &cobra.Command{
		Use:         actionCommand,
		Short:       "Run as a step of a workflow; all settings come from the runner",
		Example:     `  INPUT_COMMAND=check GITHUB_EVENT_NAME=push GITHUB_REPOSITORY=acme/shop GITHUB_WORKSPACE="$PWD" moose action`,
		Hidden:      true,
		Args:        cobra.NoArgs,
		Annotations: map[string]string{noLog: "true"},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return action.Run(cmd.Context(), f, action.Options{Transport: http.DefaultTransport})
		},
	}
}
