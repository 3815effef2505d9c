package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

type planOptions struct {
	flags            session.Flags
	json, sql        bool
	format           string
	detailedExitCode bool
}

func newPlanCmd(f *cli.Factory) *cobra.Command {
	o := &planOptions{}
	cmd := &cobra.Command{
		Use:     "plan",
		Aliases: []string{"pl"},
		Short:   "Show what would change in ClickHouse and elsewhere; changes nothing",
		Long: `Compare what the project's code declares with what the servers hold, and show
the difference as a plan. Nothing is changed and nothing is written.`,
		Example: `  moose plan --clickhouse-url "$CLICKHOUSE_URL"
  moose plan --clickhouse-url "$CLICKHOUSE_URL" --format markdown
  moose plan --detailed-exitcode --json > plan.json   # exit code 2 when there are changes`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkForm(o, cmd.Flags().Changed("format")); err != nil {
				return err
			}
			return runPlan(cmd.Context(), f, o)
		},
	}
	addConnectionFlags(cmd, &o.flags)
	addServerFlags(cmd, &o.flags)
	cmd.Flags().BoolVar(&o.json, "json", false, "print the plan as JSON in the form of Moose, with our report under \"moose_migrate\"")
	cmd.Flags().StringVar(&o.format, "format", "text", "how to print the plan, `text|markdown|json`; json is our report")
	cmd.Flags().BoolVar(&o.sql, "sql", false, "show the SQL of every operation, too (text)")
	cmd.Flags().BoolVar(&o.detailedExitCode, "detailed-exitcode", false, "exit with 2 when there are changes, 0 when there are none")
	return cmd
}

// checkForm refuses flags that ask for two forms of output.
func checkForm(o *planOptions, formatGiven bool) error {
	switch o.format {
	case "text", "markdown", "json":
	default:
		return fmt.Errorf("--format %s is not known; use text, markdown or json", o.format)
	}
	switch {
	case o.json && formatGiven:
		return errors.New("--json and --format exclude each other: --json is Moose's form, --format json our report")
	case o.sql && (o.json || o.format != "text"):
		return errors.New("--sql is for the text form alone; the other forms have the SQL anyway")
	}
	return nil
}

func runPlan(ctx context.Context, f *cli.Factory, o *planOptions) (err error) {
	f.Quiet = o.json || o.format == "json"
	p, err := makePlan(ctx, f, o.flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, p.Close()) }()
	if err := printPlan(f, p.report, p.outcome, o); err != nil {
		return err
	}
	switch {
	case len(p.outcome.Result.Invalid) > 0:
		return &cli.ExitError{Code: cli.ExitBlocked}
	case o.detailedExitCode && !p.outcome.Result.Empty():
		return &cli.ExitError{Code: cli.ExitPending}
	}
	return nil
}

// planned is a plan with the session that it was made in; close the session.
type planned struct {
	*session.Session
	desired *inframap.Map
	sources inframap.Sources
	options diff.Options
	outcome *planner.Outcome
	report  *report.Report
}

// makePlan connects, loads the code, plans and reports.
func makePlan(ctx context.Context, f *cli.Factory, flags session.Flags) (*planned, error) {
	s, err := session.Open(ctx, f, flags)
	if err != nil {
		return nil, err
	}
	p := &planned{Session: s}
	loaded, err := p.Desired(ctx, false)
	if err == nil {
		p.desired, p.sources = loaded.Map, loaded.Sources
		err = p.plan(ctx, s.Options())
	}
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return p, nil
}

func (p *planned) plan(ctx context.Context, options diff.Options) (err error) {
	p.options = options
	if p.outcome, err = p.Plan(ctx, p.desired, options); err != nil {
		return err
	}
	history, err := p.History(ctx, p.outcome.Status.Drift)
	if err != nil {
		return err
	}
	p.report, err = report.New(p.outcome, report.Options{
		History: history, Sources: p.sources,
		Target: p.Client.Describe(), StateStore: p.Store.Describe(), Secrets: p.Project.Secrets(),
	})
	return err
}

// markdownBudget is the size of a comment that every host takes, in bytes.
const markdownBudget = 65000

func printPlan(f *cli.Factory, rep *report.Report, outcome *planner.Outcome, o *planOptions) error {
	switch {
	case o.json:
		return report.MooseJSON(f.Out, outcome, rep)
	case o.format == "json":
		return rep.JSON(f.Out)
	case o.format == "markdown":
		_, err := io.WriteString(f.Out, rep.Markdown(markdownBudget))
		return err
	}
	return rep.Text(f.Out, report.TextOptions{Color: f.Style(f.Out).Enabled(), SQL: o.sql})
}
