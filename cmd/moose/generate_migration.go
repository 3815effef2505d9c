package main

import (
	"context"
	"fmt"

	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

type generateOptions struct {
	flags                                       session.Flags
	save                                        bool
	yesAll, yesDestructive, yesRename, noRename bool
	reverse                                     bool
}

func newGenerateMigrationCmd(f *cli.Factory) *cobra.Command {
	o := &generateOptions{}
	cmd := &cobra.Command{
		Use:     "migration",
		Aliases: []string{"m"},
		Short:   "Make the plan that a pull request carries: plan.yaml and the two maps it rests on",
		Long: `Make a migration plan from the project's code and the servers as they are. With
--save it is written to migrations/plan.yaml, migrations/remote_state.json and
migrations/local_infra_map.json, to be reviewed and committed; "moose migrate"
executes it. Without --save it is printed.

With --reverse the plan leads back to what was there before a migration, the newest
one or the one that is named. Revert the commit in git first: the plan leads to
what the code declares, and this checks that it is what was there. What a way back
cannot restore is named.`,
		Example: `  moose generate migration --clickhouse-url "$CLICKHOUSE_URL" --save
  MOOSE_CLICKHOUSE_CONFIG__URL="$CLICKHOUSE_URL" moose generate migration --save --yes-rename
  git revert 1a2b3c4 && moose generate migration --reverse 5b0c9e0f6f8f --save`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && !o.reverse {
				return fmt.Errorf("unexpected argument %q; a run or a digest is only named with --reverse", args[0])
			}
			return cobra.MaximumNArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.reverse {
				return runGenerateReverse(cmd.Context(), f, o, first(args))
			}
			return runGenerateMigration(cmd.Context(), f, o)
		},
	}
	addConnectionFlags(cmd, &o.flags)
	addServerFlags(cmd, &o.flags)
	cmd.Flags().StringArrayVar(&o.flags.Ways, "way", nil, "change an object by another way that the plan names for it: `\"copy-beside local.Events\"`; may be repeated")
	addEnvironmentFlag(cmd, &o.flags)
	cmd.Flags().BoolVar(&o.save, "save", false, "write the three files below migrations/")
	cmd.Flags().BoolVar(&o.reverse, "reverse", false, "plan the way back to what was there before the newest migration, or before the run or digest that is named behind it")
	cmd.Flags().BoolVar(&o.yesRename, "yes-rename", false, "make recognised renames RENAME COLUMN instead of a drop and an add")
	cmd.Flags().BoolVar(&o.noRename, "no-rename", false, "make recognised renames a drop and an add, which loses the values")
	cmd.MarkFlagsMutuallyExclusive("no-rename", "yes-rename")
	cmd.Flags().BoolVar(&o.yesAll, "yes-all", false, "same as --yes-rename")
	cmd.Flags().BoolVar(&o.yesDestructive, "yes-destructive", false, "accepted for scripts written for Moose; what is destructive is for the reviewer of the plan")
	hide(cmd, "yes-destructive")
	return cmd
}

// renames is what the flags say of recognised renames.
func (o *generateOptions) renames() answer {
	switch {
	case o.yesRename || o.yesAll:
		return rename
	case o.noRename:
		return dropAndAdd
	}
	return ask
}

func runGenerateMigration(ctx context.Context, f *cli.Factory, o *generateOptions) (err error) {
	o.flags.SavesPlan = o.save
	made, err := session.MakePlan(ctx, f, o.flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, made.Close()) }()
	if err := settleRenames(ctx, f, made, o.renames()); err != nil {
		return err
	}
	if err := made.Report.Text(f.Err, report.TextOptions{Color: f.Style(f.Err).Enabled()}); err != nil {
		return err
	}
	return o.finish(f, made)
}

// finish saves the plan, or prints it.
func (o *generateOptions) finish(f *cli.Factory, made *session.Planned) error {
	if len(made.Outcome.Result.Invalid) > 0 {
		return &cli.ExitError{Code: cli.ExitBlocked, Err: fmt.Errorf("the plan cannot be applied as the code stands, so nothing was saved")}
	}
	p := &plan.Plan{CreatedAt: f.Now(), Ways: made.Ways()}
	files := made.Outcome.Files(p)
	if !o.save {
		text, err := p.EncodeYAML()
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(f.Out, "Changes: \n\n%s", text); err != nil {
			return fmt.Errorf("writing the plan: %w", err)
		}
		f.Note("Not saved. Add --save to write the three files to " + plan.Dir + "/.")
		return nil
	}
	if err := files.Save(made.Project.Dir); err != nil {
		return err
	}
	if len(p.Operations) == 0 && made.Outcome.Result.Empty() {
		fmt.Fprintf(f.Out, "Nothing to migrate; %s/%s is now an empty plan.\n", plan.Dir, plan.PlanFile)
		return nil
	}
	fmt.Fprintf(f.Out, "Migration generated: %s/%s (%s, digest %s)\n",
		plan.Dir, plan.PlanFile, english.Plural(len(p.Operations), "operation", ""), plan.Short(p.Digest))
	if n := made.Report.Summary.Losing; n > 0 {
		f.Warn(fmt.Sprintf("%s of this plan %s data, which no later plan brings back. `moose migrate` does not ask again", english.Plural(n, "change", ""), drops(n)))
	}
	f.Note("Review and commit the files in " + plan.Dir + "/, then run: moose migrate")
	return nil
}

func drops(n int) string {
	if n == 1 {
		return "drops"
	}
	return "drop"
}
