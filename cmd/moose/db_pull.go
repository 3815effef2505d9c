package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/pull"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/codegen"
	"github.com/moose-migrate/moose-migrate/pkg/config"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

type dbPullOptions struct {
	flags    session.Flags
	filePath string
	tables   []string
	print    string
}

func newDBPullCmd(f *cli.Factory, runF func(context.Context, dbPullOptions) error) *cobra.Command {
	var opts dbPullOptions
	cmd := &cobra.Command{
		Use:   "pull",
		Short: "Write the tables of ClickHouse that the code does not manage into a source file",
		Long: `Write declarations of the tables that ClickHouse has and the code does not know,
and of those that the code declares as externally managed, into
` + externalTypeScript + ` or ` + externalPython + ` in the source folder. No server is changed.

What moose-lib cannot declare is named on standard error and in the file.
Credentials are not written; the code takes them from the environment.`,
		Example: `  moose db pull --clickhouse-url "$CLICKHOUSE_URL"

  # Of the tables that the code does not know, only some
  moose db pull --tables 'raw_*' --tables 'legacy.*'

  # The declaration of one table, to put it in the place of the one in the code
  moose db pull --print Orders`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("print") && opts.print == "" {
				return errors.New("--print is empty; give it the name of a table")
			}
			if runF != nil {
				return runF(cmd.Context(), opts)
			}
			return runDBPull(cmd.Context(), f, opts)
		},
	}
	addClickHouseFlag(cmd, &opts.flags)
	cmd.Flags().StringVar(&opts.filePath, "file-path", "", "the `file` to write instead, relative to the project")
	cmd.Flags().StringArrayVar(&opts.tables, "tables", nil, "of the tables that the code does not know, take those whose name or database.name matches this `pattern`; can be given several times")
	cmd.Flags().StringVar(&opts.print, "print", "", "print the declaration of this `table`, whether the code manages it or not, and write nothing")
	cmd.MarkFlagsMutuallyExclusive("print", "file-path")
	cmd.MarkFlagsMutuallyExclusive("print", "tables")
	return cmd
}

// The files that Moose uses for external tables, in the source folder.
const (
	externalTypeScript = "externalModels.ts"
	externalPython     = "external_models.py"
)

// externalFile is the file to write, absolute.
func externalFile(p *config.Project, given string, l codegen.Language) (string, error) {
	name := externalTypeScript
	if l == codegen.Python {
		name = externalPython
	}
	switch {
	case given == "":
		return filepath.Join(p.SourcePath(), name), nil
	case filepath.Ext(given) != pull.Extension(l):
		return "", fmt.Errorf("--file-path %s: the name must end in %s, as the project is written in %s", given, pull.Extension(l), p.Language)
	case !filepath.IsAbs(given):
		given = filepath.Join(p.Dir, given)
	}
	if inside, err := filepath.Rel(p.SourcePath(), given); err != nil || !filepath.IsLocal(inside) {
		return "", fmt.Errorf("--file-path %s lies outside of the source folder %s, where no main file finds it", given, p.SourceDir)
	}
	return filepath.Clean(given), nil
}

func runDBPull(ctx context.Context, f *cli.Factory, o dbPullOptions) (err error) {
	project, err := cli.LoadProject(ctx, f)
	if err != nil {
		return err
	}
	in := pull.Input{Databases: project.ClickHouse.AdditionalDatabases, Patterns: o.tables}
	if project.IsPython() {
		in.Language = codegen.Python
	}
	file, err := externalFile(project, o.filePath, in.Language)
	if err != nil {
		return err
	}
	if in.File, err = relative(project.Dir, file); err != nil {
		return err
	}
	s, err := session.OpenClickHouse(ctx, f, project, o.flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.Close()) }()
	loaded, err := s.Desired(ctx, false)
	if err != nil {
		return err
	}
	in.Desired = loaded.Map
	if o.print != "" {
		return printTable(ctx, f, s, in, o.print)
	}
	progress := f.Progress()
	progress.Step("Reading the tables of ClickHouse")
	result, err := pull.Collect(ctx, s.Client, in)
	progress.Close(err)
	if err != nil {
		return err
	}
	return writeTables(f, project, in, file, result, slices.Contains(loaded.UnloadedFiles, in.File))
}

func relative(dir, file string) (string, error) {
	rel, err := filepath.Rel(dir, file)
	if err != nil {
		return "", fmt.Errorf("the place of the file of external tables: %w", err)
	}
	return filepath.ToSlash(rel), nil
}

func printTable(ctx context.Context, f *cli.Factory, s *session.Session, in pull.Input, name string) error {
	d, err := pull.One(ctx, s.Client, in, name)
	if err != nil {
		return err
	}
	if len(d.Tables) == 0 {
		return fmt.Errorf("%s", d.Notes[0])
	}
	tellNotes(f, d)
	if t := d.Tables[0]; t.Map.LifeCycle != inframap.ExternallyManaged && len(d.Notes) > 0 {
		f.Warn(fmt.Sprintf("table %s is managed by the code: with this declaration a plan would change what is named above, and drop what is not declared", t.Name))
	}
	_, err = io.WriteString(f.Out, d.Snippet())
	return err
}

func writeTables(f *cli.Factory, project *config.Project, in pull.Input, file string, r *pull.Result, unloaded bool) error {
	source := r.Source()
	state, err := pull.Inspect(file, source, in.Language)
	if err != nil {
		return err
	}
	tellNotes(f, r.Declarations)
	tellLeftOut(f, r)
	if state == pull.Missing && len(r.Tables) == 0 {
		f.Message(f.Out, cli.ToneSuccess, "Unchanged", "there is no table to declare, so no file is written")
		return nil
	}
	count := counted(len(r.Tables), "table")
	if state == pull.Unchanged {
		f.Message(f.Out, cli.ToneSuccess, "Unchanged", in.File+" declares what ClickHouse holds ("+count+")")
	} else {
		if err := pull.Write(file, source); err != nil {
			return err
		}
		f.Message(f.Out, cli.ToneSuccess, "Wrote", in.File+" ("+count+")")
	}
	if _, err := os.Stat(project.MainFile()); err == nil && (state == pull.Missing || unloaded) {
		main, err := relative(project.Dir, project.MainFile())
		if err != nil {
			return err
		}
		f.Message(f.Out, cli.ToneInfo, "Next", "let "+main+" import it: "+pull.Import(project.SourcePath(), file, in.Language))
	}
	return nil
}
