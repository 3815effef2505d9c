package comment

import (
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// over reports whether the plan is no longer a question: it ran, or will not run.
func (s State) over() bool {
	return s == Applying || s == Applied || s == PartlyApplied || s == Interrupted || s == Stopped
}

// report writes what a plan holds.
func (w *writer) report(r *report.Report, s shape, limit int, state State) {
	w.bullets("❌ To fix in the code", r.Invalid, s.names)
	if totals := r.LossTotals(); totals != "" && s.hazards != inFull {
		w.paragraph("Lost altogether: " + totals + ".")
	}
	// The answer to this can make a hazard go, so it comes first.
	w.renames(r.Renames, s.names)
	w.hazards(sortFindings(r), s.hazards, limit)
	if s.graph && !state.over() {
		w.graph(r.Graph)
	}
	w.rehearsal(r.Rehearsal, s)
	w.bullets("⚠️ Warnings", r.Warnings, s.names)
	if !state.over() || state == Stopped {
		w.drift(r, s.names, s.details != 0)
	}
	if w.over() {
		return
	}
	if s.plan {
		w.plan(r, s, state.over())
		if s.hints {
			w.bullets("💡 Good to know", hintsOf(r), s.names)
		}
	}
	w.held(r.Blocked, s.names)
	if s.plan {
		w.names("Taken over as they are in ClickHouse", r.Adopted, s.names)
		w.names("In ClickHouse but not in the code, left alone", r.Unmanaged.Names, s.names)
	}
	if s.sql && len(r.Operations) > 0 && !w.over() {
		w.fold("SQL of "+plural(len(r.Operations), "operation"), safetext.Fenced("sql", w.redacted(r.SQLLines())))
	}
}

func (w *writer) bullets(title string, list []string, limit int) {
	if len(list) == 0 {
		return
	}
	w.heading(title)
	for i, text := range list {
		if i == limit {
			w.more(len(list) - i)
			break
		}
		w.item(w.sentence(text))
	}
	w.end()
}

func (w *writer) more(n int) { w.item("and " + humanize.Comma(int64(n)) + " more") }

// held lists what a life cycle holds back.
func (w *writer) held(list []report.Blocked, limit int) {
	if len(list) == 0 {
		return
	}
	w.heading("🔒 Held back by the life cycle")
	for i, b := range list {
		if i == limit {
			w.more(len(list) - i)
			break
		}
		text := w.sentence(b.Reason)
		if b.Source.File != "" {
			text += " Declared at " + w.code(b.Source.String()) + "."
		}
		w.item(text)
	}
	w.end()
}

func (w *writer) names(title string, list []string, limit int) {
	if len(list) == 0 {
		return
	}
	var shown []string
	for _, n := range list[:min(len(list), limit)] {
		shown = append(shown, w.code(n))
	}
	text := title + ": " + strings.Join(shown, ", ")
	if rest := len(list) - len(shown); rest > 0 {
		text += " and " + humanize.Comma(int64(rest)) + " more"
	}
	w.paragraph(text)
}
