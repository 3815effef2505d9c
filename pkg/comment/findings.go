package comment

import (
	"strings"
	"unicode"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// findings are those of a report by what they mean to a reader.
type findings struct {
	blocking, allowed, warnings, infos []finding.Finding
	// let are those of the warnings that would stop a plan elsewhere.
	let []finding.Finding
}

// The rules of drift and of what a life cycle holds back.
const (
	driftCode = "PL008"
	heldCode  = "DS110"
)

// sortFindings sorts a report's findings. A report that was not reviewed has its losses
// as warnings: they are never left out.
func sortFindings(r *report.Report) findings {
	var out findings
	if r == nil {
		return out
	}
	var drift []finding.Finding // it has a section of its own, unless it is what stops the plan
	for _, f := range r.Findings {
		switch {
		case f.Code == driftCode && f.Override == nil:
			drift = append(drift, f)
		case f.Code == heldCode && f.Override == nil:
			// It has a section of its own, too.
		case f.Override != nil:
			out.allowed = append(out.allowed, f)
		case f.Severity == finding.Block && r.Conclusion == finding.Pass:
			// Nothing is to stop plans here, so nobody has to decide.
			out.warnings, out.let = append(out.warnings, f), append(out.let, f)
		case f.Severity == finding.Block:
			out.blocking = append(out.blocking, f)
		case f.Severity == finding.Warn:
			out.warnings = append(out.warnings, f)
		default:
			out.infos = append(out.infos, f)
		}
	}
	if r.Conclusion == finding.Blocked && len(out.blocking) == 0 {
		out.warnings = append(out.warnings, drift...)
	}
	if len(r.Findings) > 0 {
		return out
	}
	for _, l := range r.Losses {
		if !l.Empty() {
			object := l.Name
			if l.Column != "" {
				object += "." + l.Column
			}
			out.warnings = append(out.warnings, finding.Finding{Severity: finding.Warn, Object: object, Text: l.Text})
		}
	}
	return out
}

// AllowTarget is what stands after "/moose allow" to let a finding pass: its code and
// its object, or its code and fingerprint where the object's name cannot be typed in
// one line.
func AllowTarget(f finding.Finding) string {
	object := f.Object
	if object == "" || len(object) > 120 || object != strings.Join(strings.Fields(object), " ") || strings.ContainsFunc(object, untypable) {
		object = f.Fingerprint
	}
	return strings.TrimSpace(f.Code + " " + object)
}

func untypable(r rune) bool {
	return !unicode.IsPrint(r) || strings.ContainsRune("`<>@#", r) || r == unicode.ReplacementChar
}

const (
	inFull hazardForm = iota
	oneLine
	grouped
)
