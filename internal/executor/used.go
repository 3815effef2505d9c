package executor

import (
	"cmp"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// Used are the decisions of people without which the plan would not be applied as it is,
// for the record in the state store.
func Used(f *cli.Factory, p *session.Planned) []state.Used {
	run := Owner(f)
	var out []state.Used
	for _, found := range p.Report.Findings {
		if found.Override == nil {
			continue
		}
		said := []finding.Override{*found.Override}
		if found.Approval != nil {
			said = found.Approval.Given
		}
		for _, o := range said {
			out = append(out, state.Used{
				At: f.Now(), Environment: p.Environment, Digest: p.Report.Digest, Run: cmp.Or(run.RunURL, run.Machine),
				Code: found.Code, Object: found.Object, Fingerprint: found.Fingerprint, Text: found.Text,
				By: o.By, Reason: o.Reason, Via: string(o.Via), URL: o.URL, Decided: o.At, Expires: o.Expires,
			})
		}
	}
	return out
}
