package comment

import (
	"cmp"
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
	if len(r.Changes) > 0 {
		w.paragraph("To keep such a change, declare it in the code; otherwise the plan undoes it.")
	} else {
		w.paragraph("The code declares it as it is now, so there is nothing to undo.")
	}
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
