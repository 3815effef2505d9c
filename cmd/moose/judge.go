package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// judgement is what the command line says about findings, beside moose-migrate.yml.
type judgement struct {
	failOn string
	allow  []string
}

// addJudgementFlags adds the flags that say which findings stop a plan.
func addJudgementFlags(cmd *cobra.Command, j *judgement) {
	cmd.Flags().StringVar(&j.failOn, "fail-on", "", "exit with 3 when there are findings of this `severity`, block or warn, or graver ones; never: findings are only shown (default: fail_on of "+policy.File+", else never; the stricter of both counts)")
	cmd.Flags().StringArrayVar(&j.allow, "allow", nil, "let one finding pass, named by its code and object: `\"DS103 local.Users.age\"`; may be repeated")
}

// addEnvironmentFlag adds the name of what is planned against.
func addEnvironmentFlag(cmd *cobra.Command, flags *session.Flags) {
	cmd.Flags().StringVar(&flags.Environment, "environment", "production", "`name` of what is planned against, for entries of "+policy.File+" that are for some environments")
}

// check refuses a severity that there is not.
func (j *judgement) check(cmd *cobra.Command) error {
	if cmd.Flags().Changed("fail-on") && !slices.Contains(review.Limits, j.failOn) {
		return fmt.Errorf("--fail-on %s is not known; use %s", j.failOn, strings.Join(review.Limits, ", "))
	}
	return nil
}

// given reports whether a flag asks for a judgement.
func (j *judgement) given() bool { return j.failOn != "" || len(j.allow) > 0 }

// judge lets pass what was allowed, judges the rest by the project's policy, and gives the
// limit by which it did.
func (j *judgement) judge(f *cli.Factory, p *session.Planned, purpose policy.Purpose) (limit finding.Severity, err error) {
	limit = p.Policy.Limit(finding.Severity(j.failOn), review.Never)
	c := policy.Context{Purpose: purpose}
	for _, text := range j.allow {
		code, object, _ := strings.Cut(strings.TrimSpace(text), " ")
		found, err := review.Match(p.Report.Findings, code, strings.TrimSpace(object))
		if err != nil {
			return limit, fmt.Errorf("--allow %q: %w", text, err)
		}
		c.Allowed = append(c.Allowed, review.Allowed{
			Code: found.Code, Object: found.Object, Fingerprint: found.Fingerprint, Unchecked: true,
			Override: finding.Override{By: cmp.Or(f.Environ["USER"], "--allow"), At: f.Now(), Via: finding.ViaFlag},
		})
	}
	d := p.Judge(c, limit)
	if note := d.Note(); note != "" {
		f.Note(note)
	}
	for _, found := range d.Findings {
		// What the policy itself has found is no change, so the plan does not show it.
		if found.Code == policy.CodeFreeze || found.Code == policy.CodeOverride {
			f.Warn(found.Code + ": " + found.Text)
		}
	}
	return limit, nil
}

// blockedError names the findings that stop a plan.
func blockedError(rep *report.Report, limit finding.Severity) error {
	stopping := review.Stopping(rep.Findings, limit)
	lines := make([]string, len(stopping))
	for i, f := range stopping {
		lines[i] = fmt.Sprintf("%s %s: %s", f.Code, f.Rule, f.Text)
		if missing := review.Missing(f); missing != "" {
			lines[i] += " (" + missing + "; only comments and labels on a pull request count)"
		}
	}
	return fmt.Errorf("blocked by %s:\n  %s", english.Plural(len(stopping), "finding", ""), strings.Join(lines, "\n  "))
}
