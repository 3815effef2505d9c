package rehearse

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
)

// The rule that a rehearsal gives findings of.
const (
	// Code is the code of the rule "rehearsal failed".
	Code = "PL016"
	rule = "rehearsal failed"
)

// leftShown is how many differences a finding names before it counts the rest.
const leftShown = 3

// Findings are what a review finds in a rehearsal: one that blocks when a statement was
// refused or the end state is another one than the declared, none otherwise, also when
// there was no rehearsal.
func Findings(r *Result) []finding.Finding {
	switch {
	case r == nil || r.OK():
		return nil
	case r.Failed != nil:
		f := r.Failed
		reason := strings.TrimRight(f.Message, ". \n")
		if f.Code != 0 {
			reason += fmt.Sprintf(" (code %d)", f.Code)
		}
		return []finding.Finding{{
			Code: Code, Severity: finding.Block, Rule: rule, Object: f.Object,
			Text:        fmt.Sprintf("ClickHouse refuses operation %d of %d (%s): %s", f.Number, r.Planned, f.Operation, reason),
			Remedy:      "correct the declaration; a migration would stop there, with " + done(f.Number-1),
			Fingerprint: finding.Fingerprint(Code, f.Object, f.SQL, fmt.Sprint(f.Code)),
		}}
	}
	text := strings.Join(r.Left[:min(len(r.Left), leftShown)], "; ")
	if more := len(r.Left) - leftShown; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return []finding.Finding{{
		Code: Code, Severity: finding.Block, Rule: rule,
		Text:        "ClickHouse accepts every statement, but the end state is not the declared one: " + text,
		Remedy:      "declare it as ClickHouse has it; otherwise the next plan has the same changes again",
		Fingerprint: finding.Fingerprint(Code, "", r.Left...),
	}}
}

func done(n int) string {
	if n == 0 {
		return "nothing done yet"
	}
	return english.Plural(n, "operation", "") + " done"
}
