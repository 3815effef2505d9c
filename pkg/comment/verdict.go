package comment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// CheckName is the name of the commit status, which a branch protection rule can
// require.
func CheckName(environment, project string) string {
	name := "moose-migrate / " + environment
	if project != "" && project != "." {
		name += " (" + project + ")"
	}
	return name
}

// headlineRunes bounds what the verdict says after the colon.
const headlineRunes = 160

// headline is the verdict in parts: "⛔ Blocked for `production`: 2 changes lose data".
type headline struct {
	symbol, word, preposition, where, text string
}

// plain is the verdict for a line without Markdown, such as a status or the history.
// The environment is left out: it is known there.
func (h headline) plain(redact func(string) string) string {
	text := h.word
	if h.text != "" {
		text += ": " + h.text
	}
	return safetext.Visible(redact(text))
}

func (h headline) markdown(w *writer) string {
	text := h.symbol + " " + h.word
	if h.where != "" {
		text += " " + h.preposition + " " + safetext.Code(safetext.Clip(w.redact(h.where), titleRunes))
	}
	if h.text != "" {
		text += ": " + w.prose(safetext.Clip(h.text, headlineRunes))
	}
	return text
}

// where names the environment, and the project where there can be several.
func (p *Page) where() string {
	if p.Project == "" || p.Project == "." {
		return p.Environment
	}
	return p.Environment + " (" + p.Project + ")"
}

// headline is the verdict in one sentence.
func (p *Page) headline() headline {
	h := p.verdict()
	h.where = p.where()
	return h
}

func (p *Page) verdict() headline {
	switch p.State {
	case Running:
		return headline{"⏳", "Planning", "for", "", ""}
	case Applying:
		return headline{"⏳", "Applying", "to", "", plural(len(p.Steps), "operation")}
	case Failed:
		return headline{"❌", "No plan", "for", "", firstLine(p.Failure)}
	case NotAvailable:
		return headline{"➖", "No plan yet", "for", "", "this pull request comes from a fork"}
	case Applied:
		if len(p.Steps) == 0 {
			return headline{"✅", "Nothing to apply", "to", "", "ClickHouse already matches the code"}
		}
		text := plural(len(p.Steps), "operation")
		if p.Took > 0 {
			text += " in " + took(p.Took)
		}
		return headline{"✅", "Applied", "to", "", text}
	case Stopped:
		return headline{"🛑", "Not applied", "to", "", p.stopped()}
	case PartlyApplied:
		return headline{"⚠️", "Partly applied", "to", "", p.done() + ", then one failed"}
	case Interrupted:
		if len(p.Steps) == 0 {
			return headline{"⚠️", "Interrupted", "for", "", "the run was stopped before there was a plan"}
		}
		return headline{"⚠️", "Interrupted", "on", "", p.done() + " when the run was stopped"}
	}
	return p.planned()
}

func (p *Page) stopped() string {
	switch p.Stop {
	case Stale:
		return "the plan is no longer the one that was approved"
	case NewHazard:
		return "the plan has new hazards since it was approved"
	case NewDrift:
		return "ClickHouse was changed by hand since the approval"
	case Locked:
		return "another migration is running"
	case Frozen:
		return "nothing is to be applied at this time"
	case InTheWay:
		return "an earlier migration was stopped half-way"
	}
	return "the migration stopped before its first operation"
}

// done counts what ran: "3 of 5 operations ran".
func (p *Page) done() string {
	n := 0
	for _, s := range p.Steps {
		if s.Progress == Done {
			n++
		}
	}
	return fmt.Sprintf("%d of %s ran", n, plural(len(p.Steps), "operation"))
}

// planned is the verdict on a plan.
func (p *Page) planned() headline {
	r := p.Report
	if r == nil {
		return headline{"❌", "No plan", "for", "", ""}
	}
	f := sortFindings(r)
	switch {
	case len(r.Invalid) > 0:
		return headline{"❌", "Cannot be applied", "to", "", plural(len(r.Invalid), "thing") + " must be fixed in the code"}
	case r.Conclusion == finding.Failed:
		return headline{"❌", "Failed", "for", "", strings.TrimSuffix(r.Verdict, ".")}
	case len(f.blocking) > 0:
		return headline{"⛔", "Blocked", "for", "", hazardText(f.blocking)}
	case r.Conclusion == finding.Blocked:
		return headline{"⛔", "Blocked", "for", "", strings.TrimSuffix(r.Verdict, ".")}
	case len(f.let) > 0 && p.Environment == "":
		return headline{"⚠️", "Careful", "for", "", hazardText(f.let)}
	case len(f.let) > 0:
		return headline{"⚠️", "Let through", "for", "", hazardText(f.let)}
	}
	text := changesText(r)
	if len(f.allowed) > 0 {
		return headline{"✅", "Allowed", "for", "", text + ", " + plural(len(f.allowed), "hazard") + " allowed by " + allowedBy(f.allowed)}
	}
	if r.Summary.Changes() == 0 {
		word := "Nothing to do"
		if r.Summary.Blocked > 0 {
			word = "Nothing to apply"
		}
		return headline{"✅", word, "for", "", text}
	}
	if len(f.warnings) > 0 {
		text += ", " + plural(len(f.warnings), "warning")
	}
	return headline{"✅", "Ready", "for", "", text}
}

// changesText says how much changes, with drift.
func changesText(r *report.Report) string {
	s := r.Summary
	text := plural(s.Changes(), "change")
	switch {
	case s.Changes() > 0:
		if s.Blocked > 0 {
			text += fmt.Sprintf(", %d held back", s.Blocked)
		}
	case s.Blocked > 0:
		text = fmt.Sprintf("%s %s held back by the life cycle", plural(s.Blocked, "change"), are(s.Blocked))
	case s.Drift > 0:
		text = "the code declares what ClickHouse holds"
	default:
		text = "ClickHouse matches the code"
	}
	if s.Drift > 0 {
		text += fmt.Sprintf("; drift in %s", plural(s.Drift, "object"))
	}
	return text
}

// hazardText says what blocks: data is lost when every rule is one of destruction, or
// all data of its object is at stake.
func hazardText(list []finding.Finding) string {
	n := plural(len(list), "change")
	lossy := !slices.ContainsFunc(list, func(f finding.Finding) bool {
		return !strings.HasPrefix(f.Code, "DS") && (f.Stake == nil || !f.Stake.Whole)
	})
	switch {
	case lossy && len(list) == 1:
		return n + " loses data"
	case lossy:
		return n + " lose data"
	case len(list) == 1:
		return n + " needs a decision"
	}
	return n + " need a decision"
}

// allowedBy names the people, at most three.
func allowedBy(list []finding.Finding) string {
	var names []string
	for _, f := range list {
		if !slices.Contains(names, f.Override.By) {
			names = append(names, f.Override.By)
		}
	}
	if len(names) > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:2], ", "), len(names)-2)
	}
	return strings.Join(names, ", ")
}
