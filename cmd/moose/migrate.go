package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/executor"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

func newMigrateCmd(f *cli.Factory) *cobra.Command {
	flags, j, dry, validate := &session.Flags{}, &judgement{}, false, false
	cmd := &cobra.Command{
		Use:     "migrate",
		Aliases: []string{"mg"},
		Short:   "Execute the saved plan under the migration lock",
		Long: `Execute migrations/plan.yaml: take the lock, check that the database is still
what the plan was made from and that the code is still what it leads to, apply and
verify one operation after the other, store the new state.

Nothing is touched when the check fails, or when moose-migrate.yml says that the plan
must not be applied now: its fail_on, freeze and approvals hold here, too.`,
		Example: `  moose migrate --clickhouse-url "$CLICKHOUSE_URL"
  MOOSE_CLICKHOUSE_CONFIG__URL="$CLICKHOUSE_URL" MOOSE_REDIS_CONFIG__URL="$REDIS_URL" moose migrate
  moose migrate --dry-run --clickhouse-url "$CLICKHOUSE_URL"
  moose migrate --validate`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := j.check(cmd); err != nil {
				return err
			}
			switch {
			case dry && validate:
				return errTwoModes
			case dry:
				return runMigrateDry(cmd.Context(), f, *flags, j)
			case validate:
				return runMigrateValidate(cmd.Context(), f)
			}
			return runMigrate(cmd.Context(), f, *flags, j)
		},
	}
	addConnectionFlags(cmd, flags)
	addEnvironmentFlag(cmd, flags)
	addJudgementFlags(cmd, j)
	cmd.Flags().BoolVar(&dry, "dry-run", false, "make the checks and show every statement that would be sent; nothing is locked, written or changed")
	cmd.Flags().BoolVar(&validate, "validate", false, "check the files of the saved plan without asking any server")
	return cmd
}

func runMigrate(ctx context.Context, f *cli.Factory, flags session.Flags, j *judgement) (err error) {
	// The files are read before anything else: a broken plan needs no server to be told.
	project, err := cli.LoadProject(ctx, f)
	if err != nil {
		return err
	}
	if err := session.CheckFlow(project); err != nil {
		return err
	}
	files, err := plan.Load(project.Dir)
	if err != nil {
		return err
	}
	s, err := session.OpenProject(ctx, f, project, flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.Close()) }()
	if !s.Policy.Judges() && !j.given() {
		return executor.Saved(ctx, f, s, files, nil)
	}
	return executor.Saved(ctx, f, s, files, func(fresh *session.Planned) error {
		limit, err := j.judge(f, fresh, policy.Migrate)
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
