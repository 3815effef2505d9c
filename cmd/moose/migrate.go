package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/executor"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// migrateOptions are the flags of `moose migrate`.
type migrateOptions struct {
	flags   session.Flags
	j       judgement
	how     executor.How
	abandon bool
	recover bool
	reason  string
	// dryRun and validate only look.
	dryRun, validate bool
}

func newMigrateCmd(f *cli.Factory) *cobra.Command {
	o := &migrateOptions{}
	cmd := &cobra.Command{
		Use:     "migrate",
		Aliases: []string{"mg"},
		Short:   "Execute the saved plan under the migration lock",
		Long: `Execute migrations/plan.yaml: take the lock, check that the database is still
what the plan was made from and that the code is still what it leads to, apply and
verify each operation, store the new state. Operations on different tables run side
by side.

Nothing is touched when the check fails, or when moose-migrate.yml says that the plan
must not be applied now: its fail_on, freeze and approvals hold here, too.

How far it is, is written down before each operation begins. When it is stopped, or
its machine dies, --resume goes on from there: ClickHouse is asked what became of
each operation that was under way. --abandon gives it up instead. --recover makes a
column readable again that could not be converted: it stops the failing mutation and
brings the old type back. The first
interrupt lets the statement in flight end; the second one ends the program at once.`,
		Example: `  moose migrate --clickhouse-url "$CLICKHOUSE_URL"
  MOOSE_CLICKHOUSE_CONFIG__URL="$CLICKHOUSE_URL" MOOSE_REDIS_CONFIG__URL="$REDIS_URL" moose migrate
  moose migrate --validate                     # are the files in order? No server is asked
  moose migrate --dry-run                      # what would be sent?

  moose status                                 # how far did it come?
  moose migrate --resume --lock-timeout 6m     # go on, once the lock of the dead run has expired
  moose migrate --recover                      # bring the old type of a column back
  moose migrate --abandon --reason "the code was reverted"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			switch {
			case o.dryRun:
				return runMigrateDry(cmd.Context(), f, o.flags, &o.j)
			case o.validate:
				return runMigrateValidate(cmd.Context(), f)
			}
			return runMigrate(cmd.Context(), f, o)
		},
	}
	addConnectionFlags(cmd, &o.flags)
	addEnvironmentFlag(cmd, &o.flags)
	addJudgementFlags(cmd, &o.j)
	cmd.Flags().BoolVar(&o.how.Resume, "resume", false, "go on with the migration that was begun and not finished")
	cmd.Flags().IntSliceVar(&o.how.AssumeDone, "assume-done", nil, "with --resume: operation `number` was carried out as far as the statement in doubt; may be repeated")
	cmd.Flags().IntSliceVar(&o.how.AssumeNotDone, "assume-not-done", nil, "with --resume: the statement in doubt of operation `number` was not carried out, and is run again; may be repeated")
	cmd.Flags().BoolVar(&o.abandon, "abandon", false, "give up the migration that was begun and not finished; changes nothing else")
	cmd.Flags().BoolVar(&o.recover, "recover", false, "bring back what a column was before a conversion that fails on some of its rows")
	cmd.Flags().StringVar(&o.reason, "reason", "", "with --abandon: why, for the record")
	cmd.Flags().DurationVar(&o.how.LockTimeout, "lock-timeout", 0, "wait for this `time` when another run holds the lock, such as 6m")
	cmd.Flags().IntVar(&o.how.Parallel, "parallel", migrate.DefaultParallel, "run up to this `number` of operations on different tables side by side")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "make the checks and show every statement that would be sent; nothing is locked, written or changed")
	cmd.Flags().BoolVar(&o.validate, "validate", false, "check the files of the saved plan without asking any server")
	cmd.MarkFlagsMutuallyExclusive("resume", "abandon", "recover", "dry-run", "validate")
	return cmd
}

// check refuses flags that do not fit together.
func (o *migrateOptions) check(cmd *cobra.Command) error {
	if !o.how.Resume && len(o.how.AssumeDone)+len(o.how.AssumeNotDone) > 0 {
		return errors.New("--assume-done and --assume-not-done are for --resume")
	}
	for _, n := range o.how.AssumeDone {
		if slices.Contains(o.how.AssumeNotDone, n) {
			return fmt.Errorf("operation %d cannot be both done and not done", n)
		}
	}
	switch {
	case o.abandon && strings.TrimSpace(o.reason) == "":
		return errors.New("--abandon needs a --reason: it is kept with the history of the project")
	case !o.abandon && o.reason != "":
		return errors.New("--reason is for --abandon")
	case o.how.Parallel < 1:
		return errors.New("--parallel must be 1 or more")
	case o.how.LockTimeout < 0:
		return errors.New("--lock-timeout must not be negative")
	}
	return o.j.check(cmd)
}

func runMigrate(ctx context.Context, f *cli.Factory, o *migrateOptions) (err error) {
	// The files are read before anything else: a broken plan needs no server to be told.
	project, err := cli.LoadProject(ctx, f)
	if err != nil {
		return err
	}
	if err := session.CheckFlow(project); err != nil {
		return err
	}
	var files *plan.Files
	if !o.abandon {
		files, err = plan.Load(project.Dir)
		if err != nil && !((o.how.Resume || o.recover) && errors.Is(err, plan.ErrNoPlan)) {
			return err
		}
	}
	s, err := session.OpenProject(ctx, f, project, o.flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.Close()) }()
	o.how.Commit = f.Environ["GITHUB_SHA"]
	if o.abandon {
		return executor.Abandon(ctx, f, s, o.how, o.reason)
	}
	if o.recover {
		return executor.Recover(ctx, f, s, files)
	}
	if !s.Policy.Judges() && !o.j.given() {
		return executor.Saved(ctx, f, s, files, o.how, nil)
	}
	return executor.Saved(ctx, f, s, files, o.how, func(fresh *session.Planned) error {
		limit, err := o.j.judge(f, fresh, policy.Migrate)
		if err == nil && len(review.Stopping(fresh.Report.Findings, limit)) > 0 {
			err = &cli.ExitError{Code: cli.ExitBlocked, Err: cli.WithRemedy(blockedError(fresh.Report, limit),
				"Nothing was changed. Change the code, wait for the end of a freeze, or let a finding pass: --allow \"CODE OBJECT\", or overrides: in "+policy.File+".")}
		}
		return err
	})
}

func join(err, closing error) error {
	if err != nil {
		return err
	}
	return closing
}
