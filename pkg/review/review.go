// Package review judges a plan: rules name its hazards as findings, resting on facts
// that the servers were asked for; people's decisions let some pass; and the
// conclusion says whether the plan may go on. The rules themselves are in the packages
// below it, the list of all in package catalogue.
package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// Never is the severity to give as the limit when no finding may stop a plan.
const Never finding.Severity = "never"

// Limits are the values of fail-on: the least severity that stops a plan.
var Limits = []string{string(finding.Block), string(finding.Warn), string(Never)}

// Allowed is a decision to let one finding pass.
type Allowed struct {
	// Code, Object and Fingerprint are those of the finding at the time of the decision. The
	// decision is void once the fingerprint is another one.
	Code, Object, Fingerprint string
	Override                  finding.Override
}

// Apply lets pass what people allowed among the findings of a report, and concludes.
// limit is the least severity that stops the plan, [Never] for none; a plan that can
// never be applied is always stopped.
func Apply(r *report.Report, allowed []Allowed, limit finding.Severity) {
	findings := override(slices.Clone(r.Findings), allowed)
	r.Review(findings, conclude(r, findings, limit))
}

func override(findings []finding.Finding, allowed []Allowed) []finding.Finding {
	for i := range findings {
		f := &findings[i]
		for _, a := range allowed {
			if a.Fingerprint == f.Fingerprint {
				o := a.Override
				f.Override = &o
			}
		}
	}
	return findings
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

// Stopping are the findings that stop the plan at this limit.
func Stopping(findings []finding.Finding, limit finding.Severity) []finding.Finding {
	var out []finding.Finding
	for _, f := range findings {
		if f.Override == nil && limit != Never && rank(f.Severity) <= rank(limit) {
			out = append(out, f)
		}
	}
	return out
}

func rank(s finding.Severity) int {
	return slices.Index([]finding.Severity{finding.Block, finding.Warn, finding.Info}, s)
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
