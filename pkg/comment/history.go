package comment

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// symbols are the signs of earlier verdicts, by state and conclusion.
func symbolOf(e Entry) string {
	switch e.State {
	case Applied:
		return "✅"
	case Stopped:
		return "🛑"
	case PartlyApplied, Interrupted:
		return "⚠️"
	case Failed:
		return "❌"
	case NotAvailable:
		return "➖"
	}
	switch e.Conclusion {
	case finding.Blocked:
		return "⛔"
	case finding.Failed:
		return "❌"
	}
	return "✅"
}

// history folds the earlier verdicts away.
func (w *writer) history(list []Entry) {
	if len(list) == 0 {
		return
	}
	list = list[:min(len(list), maxHistory)]
	var b strings.Builder
	for _, e := range list {
		text := "- " + symbolOf(e) + " " + safetext.Prose(safetext.Clip(w.redact(e.Text), maxEntryText))
		if e.Head != "" {
			text += " · " + safetext.Code(short(e.Head))
		}
		if at := when(e.At); at != "" {
			text += " · " + w.link(at, e.RunURL)
		}
		b.WriteString(text + "\n")
	}
	w.fold(plural(len(list), "earlier verdict"), b.String())
}

// footer says what the page is about: digest, commit, run and time.
func (w *writer) footer(p *Page) {
	var parts []string
	if p.Report != nil && p.Report.Digest != "" {
		parts = append(parts, "plan "+safetext.Code(plan.Short(p.Report.Digest)))
	}
	if p.HeadSHA != "" {
		parts = append(parts, "commit "+safetext.Code(safetext.Clip(short(p.HeadSHA), titleRunes)))
	}
	if p.Run.URL != "" {
		label := "run"
		if p.Run.Number > 0 {
			label = fmt.Sprintf("run %d", p.Run.Number)
		}
		if p.Run.Attempt > 1 {
			label += fmt.Sprintf(", attempt %d", p.Run.Attempt)
		}
		parts = append(parts, w.link(label, p.Run.URL))
	}
	if p.DeploymentURL != "" {
		parts = append(parts, w.link("deployment", p.DeploymentURL))
	}
	if at := when(p.At); at != "" {
		parts = append(parts, at)
	}
	if len(parts) > 0 {
		parts[0] = strings.ToUpper(parts[0][:1]) + parts[0][1:]
	}
	w.paragraph(strings.Join(parts, " · "))
	if p.Report != nil && p.Report.Digest != "" && hexOnly(p.Report.Digest) != "" {
		w.fold("Digest of the plan", safetext.Code(p.Report.Digest)+"\n")
	}
}
