package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/listing"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// infraMapFile is where Moose writes the map, relative to the project.
const infraMapFile = ".moose/infrastructure_map.json"

type checkOptions struct {
	writeInfraMap bool
}

func newCheckCmd(f *cli.Factory, runF func(context.Context, checkOptions) error) *cobra.Command {
	var opts checkOptions
	cmd := &cobra.Command{
		Use:     "check",
		Aliases: []string{"c"},
		GroupID: groupInspect,
		Short:   "Load the project and say what it declares; no server is asked",
		Long: `Read the configuration and run the project's main file, as plan and migrate do,
and tell what it declares. No server is asked and no secret is read.`,
		Example: `  moose check

  # Also write ` + infraMapFile + `, credentials hidden
  moose check --write-infra-map`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if runF != nil {
				return runF(cmd.Context(), opts)
			}
			return runCheck(cmd.Context(), f, opts)
		},
	}
	cmd.Flags().BoolVar(&opts.writeInfraMap, "write-infra-map", false, "write the infrastructure map to "+infraMapFile)
	return cmd
}

func runCheck(ctx context.Context, f *cli.Factory, opts checkOptions) error {
	project, err := cli.LoadProject(ctx, f)
	if err != nil {
		return err
	}
	desired, err := cli.LoadDesired(ctx, f, project, "")
	if err != nil {
		return err
	}
	if opts.writeInfraMap {
		if err := writeInfraMap(project.Dir, desired.Map); err != nil {
			return err
		}
		f.Message(f.Out, cli.ToneInfo, "Wrote", infraMapFile)
	}
	f.Message(f.Out, cli.ToneInfo, "Found", found(desired.Map))
	f.Message(f.Out, cli.ToneSuccess, "Checked", "No Errors found")
	return nil
}

// found says how much of each kind there is.
func found(m *inframap.Map) string {
	var parts []string
	for _, c := range listing.New(m, "").Counts() {
		parts = append(parts, c.Text)
	}
	if len(parts) == 0 {
		return "nothing: the main file exports no resource"
	}
	return strings.Join(parts, ", ")
}

// writeInfraMap writes the map into a project's folder in Moose's form: one line, keys sorted,
// credentials hidden.
func writeInfraMap(dir string, m *inframap.Map) error {
	data, err := inframap.Canonical(secretsql.Map(m))
	if err != nil {
		return err
	}
	path := filepath.Join(dir, filepath.FromSlash(infraMapFile))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("making the folder for the infrastructure map: %w", err)
	}
	if err := renameio.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("writing the infrastructure map: %w", err)
	}
	return nil
}
