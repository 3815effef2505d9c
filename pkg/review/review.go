// Package review judges a plan: rules name its hazards as findings, resting on facts
// that the servers were asked for; people's decisions let some pass; and the
// conclusion says whether the plan may go on. The rules themselves are in the packages
// below it, the list of all in package catalogue.
package review

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// Never is the severity to give as the limit when no finding may stop a plan.
const Never = policy.Never

// Limits are the values of fail-on: the least severity that stops a plan.
var Limits = []string{string(finding.Block), string(finding.Warn), string(Never)}

// Allowed is a decision to let one finding pass.
type Allowed = policy.Allowed

// Apply lets pass what people allowed among the findings of a report, and concludes, for
// a project without a policy. limit is the least severity that stops the plan, [Never] for none; a plan that can
// never be applied is always stopped.
func Apply(r *report.Report, allowed []Allowed, limit finding.Severity) {
	Judge(r, r.Findings, nil, policy.Context{Allowed: allowed}, limit)
}

// Judge puts what the project's policy, which may be nil, makes of the findings into the
// report, and concludes. found are all findings of the review as it made them. Digest and
// Empty of the context are the report's.
func Judge(r *report.Report, found []finding.Finding, p *policy.Policy, c policy.Context, limit finding.Severity) policy.Decision {
	c.Digest, c.Empty = r.Digest, len(r.Operations) == 0 && r.Summary.Changes() == 0
	d := p.Decide(found, c)
	r.Review(d.Findings, conclude(r, d.Findings, limit))
	return d
}

func conclude(r *report.Report, findings []finding.Finding, limit finding.Severity) finding.Conclusion {
	if r.Summary.Invalid > 0 {
		return finding.Failed
	}
	if len(Stopping(findings, limit)) > 0 {
		return finding.Blocked
	}
	return finding.Pass
}

// Stopping are the findings that stop the plan at this limit. A freeze stops it at every
// one.
func Stopping(findings []finding.Finding, limit finding.Severity) []finding.Finding {
	var out []finding.Finding
	for _, f := range findings {
		frozen := f.Code == policy.CodeFreeze && f.Severity == finding.Block
		if f.Override == nil && (frozen || limit != Never && policy.Rank(f.Severity) <= policy.Rank(limit)) {
			out = append(out, f)
		}
	}
	return out
}

// Missing says in words who has still to allow a finding, empty where the policy asks for
// nobody in particular.
func Missing(f finding.Finding) string {
	a := f.Approval
	if a == nil || a.Missing() == 0 {
		return ""
	}
	text := fmt.Sprintf("%d of %s", len(a.Given), english.Plural(a.Count, "person has", "people have")) + " allowed it"
	if a.NotAuthor {
		text += ", the author does not count"
	}
	return text
}

// Match finds what a person named: the code and the object as it is shown, without
// regard to case in the code. The object may be left out when the code names one
// finding only. An error lists what there is to name.
func Match(findings []finding.Finding, code, object string) (finding.Finding, error) {
	var found []finding.Finding
	for _, f := range findings {
		if strings.EqualFold(f.Code, code) && (object == "" || f.Object == object) {
			found = append(found, f)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var names []string
	for _, f := range findings {
		if f.Severity != finding.Info {
			names = append(names, strings.TrimSpace(f.Code+" "+f.Object))
		}
	}
	switch {
	case len(names) == 0:
		return finding.Finding{}, fmt.Errorf("the plan has no findings, so there is nothing to allow")
	case len(found) > 1:
		return finding.Finding{}, fmt.Errorf("%s is found %d times; name the object, too: %s", strings.ToUpper(code), len(found), listed(names))
	}
	return finding.Finding{}, fmt.Errorf("the plan has no finding %s; it has %s", strings.TrimSpace(strings.ToUpper(code)+" "+object), listed(names))
}

// listedNames bounds a list in a message.
const listedNames = 20

func listed(names []string) string {
	text := strings.Join(names[:min(len(names), listedNames)], ", ")
	if more := len(names) - listedNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
