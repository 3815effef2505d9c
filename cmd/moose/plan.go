package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/htmlpage"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

type planOptions struct {
	flags            session.Flags
	json, sql        bool
	format, reports  string
	judgement        judgement
	detailedExitCode bool
	rehearse         bool
	devURL           string
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
  moose plan --detailed-exitcode --json > plan.json   # exit code 2 when there are changes
  moose plan --fail-on block --reports out/           # exit code 3 when data would be lost
  moose plan --rehearse --fail-on block               # also when ClickHouse refuses a statement`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("dev-url") && strings.TrimSpace(o.devURL) == "" {
				return errors.New("--dev-url is empty; is the variable you gave it set? Leave the flag out and give --rehearse to use an embedded ClickHouse")
			}
			if err := errors.Join(checkForm(o, cmd.Flags().Changed("format")), o.judgement.check(cmd)); err != nil {
				return err
			}
			return runPlan(cmd.Context(), f, o)
		},
	}
	addConnectionFlags(cmd, &o.flags)
	addServerFlags(cmd, &o.flags)
	cmd.Flags().StringArrayVar(&o.flags.Ways, "way", nil, "change an object by another way that the plan names for it: `\"copy-beside local.Events\"`; may be repeated")
	cmd.Flags().BoolVar(&o.json, "json", false, "print the plan as JSON in the form of Moose, with our report under \"moose_migrate\"")
	cmd.Flags().StringVar(&o.format, "format", "text", "how to print the plan, `text|markdown|html|json|sarif|junit`; json is our report")
	addEnvironmentFlag(cmd, &o.flags)
	addJudgementFlags(cmd, &o.judgement)
	cmd.Flags().StringVar(&o.reports, "reports", "", "also write plan.md, plan.html, report.json, findings.sarif and junit.xml into this `folder`")
	cmd.Flags().BoolVar(&o.sql, "sql", false, "show the SQL of every operation, too (text)")
	cmd.Flags().BoolVar(&o.rehearse, "rehearse", false, "play the plan on a scratch ClickHouse that holds the actual schema and no data; a statement that is refused is the finding PL016")
	cmd.Flags().StringVar(&o.devURL, "dev-url", "", "`URL` of a ClickHouse to rehearse on in place of an embedded one; it must not have the project's databases")
	cmd.Flags().BoolVar(&o.detailedExitCode, "detailed-exitcode", false, "exit with 2 when there are changes, 0 when there are none")
	return cmd
}

// checkForm refuses flags that ask for two forms of output.
func checkForm(o *planOptions, formatGiven bool) error {
	switch o.format {
	case "text", "markdown", "html", "json", "sarif", "junit":
	default:
		return fmt.Errorf("--format %s is not known; use text, markdown, html, json, sarif or junit", o.format)
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
	f.Quiet = o.json || o.format != "text" && o.format != "markdown"
	p, err := session.MakePlan(ctx, f, o.flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, p.Close()) }()
	if o.rehearse || o.devURL != "" {
		if err := p.Rehearse(ctx, o.devURL); err != nil {
			return err
		}
	}
	limit, err := o.judgement.judge(f, p, policy.Plan)
	if err != nil {
		return err
	}
	if err := printPlan(f, p.Report, p.Outcome, o); err != nil {
		return err
	}
	if o.reports != "" {
		if err := planPage(f, p.Report).WriteFiles(o.reports, sarifOptions(f)); err != nil {
			return err
		}
	}
	switch {
	case len(p.Outcome.Result.Invalid) > 0:
		return &cli.ExitError{Code: cli.ExitBlocked}
	case p.Report.Conclusion == finding.Blocked:
		return &cli.ExitError{Code: cli.ExitBlocked, Err: blockedError(p.Report, limit)}
	case o.detailedExitCode && !p.Outcome.Result.Empty():
		return &cli.ExitError{Code: cli.ExitPending}
	}
	return nil
}

func printPlan(f *cli.Factory, rep *report.Report, outcome *planner.Outcome, o *planOptions) error {
	switch {
	case o.json:
		return report.MooseJSON(f.Out, outcome, rep)
	case o.format == "json":
		return rep.JSON(f.Out)
	case o.format == "sarif":
		return rep.SARIF(f.Out, sarifOptions(f))
	case o.format == "junit":
		return rep.JUnit(f.Out)
	case o.format == "html":
		return htmlpage.Write(f.Out, rep, htmlpage.Options{ToolVersion: f.Version, Redact: f.Redact})
	case o.format == "markdown":
		_, err := io.WriteString(f.Out, planPage(f, rep).Summary(comment.Budget))
		return err
	}
	return rep.Text(f.Out, report.TextOptions{Color: f.Style(f.Out).Enabled(), SQL: o.sql})
}

// planPage is the plan as the comment on a pull request shows it.
func planPage(f *cli.Factory, rep *report.Report) *comment.Page {
	return &comment.Page{State: comment.Planned, Report: rep, Redact: f.Redact}
}

func sarifOptions(f *cli.Factory) report.SARIFOptions {
	return report.SARIFOptions{ToolVersion: f.Version, SourceRoot: f.ChangeDir}
}
