package comment

import (
	"cmp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// drift lists what was changed by hand.
func (w *writer) drift(r *report.Report, limit int, details bool) {
	list := r.Drift
	if len(list) == 0 {
		return
	}
	w.heading("🔀 Drift: changed by hand since the last migration")
	for i, d := range list {
		if i == limit {
			w.more(len(list) - i)
			break
		}
		w.driftItem(d, details)
	}
	w.end()
	switch {
	case undone(r):
		w.paragraph("To keep such a change, declare it in the code; otherwise the plan undoes it.")
	case len(r.Changes) > 0:
		w.paragraph("The plan does not undo it. To keep it, declare it in the code.")
	default:
		w.paragraph("The code declares it as it is now, so there is nothing to undo.")
	}
}

// undone reports whether the plan changes anything that was changed by hand.
func undone(r *report.Report) bool {
	changed := map[[2]string]bool{}
	for i := range r.Changes {
		changed[[2]string{r.Changes[i].Database, r.Changes[i].Name}] = true
	}
	return slices.ContainsFunc(r.Drift, func(d report.Drift) bool { return changed[[2]string{d.Database, d.Name}] })
}

// driftAttributes is how many differences of one object are shown.
const driftAttributes = 20

func (w *writer) driftItem(d report.Drift, details bool) {
	w.item(w.sentence(d.Text))
	if !details {
		return
	}
	for i, a := range d.Attributes {
		if i == driftAttributes {
			w.under("- and more")
			break
		}
		w.under("- " + w.code(a.Name+": "+cmp.Or(a.Before, "none")+" -> "+cmp.Or(a.After, "none")))
	}
	if text := w.lastChange(d); text != "" {
		if d.Statement != "" {
			text += ": " + w.code(strings.Join(strings.Fields(d.Statement), " "))
		}
		w.under("- " + text)
	}
}

// lastChange says when and by whom an object was changed last, empty where that is not
// known.
func (w *writer) lastChange(d report.Drift) string {
	text := when(d.ChangedAt)
	if text == "" {
		return ""
	}
	if d.ChangedBy != "" {
		text += " by " + w.code(d.ChangedBy)
	}
	return "Last changed " + text
}
