package comment

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// doubtsShown is how much of what a rehearsal does not prove its line names.
const doubtsShown = 3

// rehearsal says in one line how the plan went on a scratch server. A statement that was
// refused is shown with its error, unless the page has to be short.
func (w *writer) rehearsal(r *report.Rehearsal, s shape) {
	if r == nil {
		return
	}
	text := r.Summary()
	if n := len(r.NotProven); n > 0 {
		text += "; not proven: " + strings.Join(r.NotProven[:min(n, doubtsShown)], "; ")
		if n > doubtsShown {
			text += "; and " + humanize.Comma(int64(n-doubtsShown)) + " more"
		}
	}
	symbol := "🎭 "
	if !r.OK() {
		symbol = "❌ "
	}
	w.paragraph(symbol + w.prose(text) + ".")
	if s.hazards != inFull {
		return
	}
	if f := r.Failed; f != nil {
		message := f.Message
		if f.Code != 0 {
			message += fmt.Sprintf(" (ClickHouse code %d)", f.Code)
		}
		w.paragraph("The statement, and what ClickHouse says of it:")
		if f.SQL != "" {
			w.paragraph(strings.TrimRight(w.fenced("sql", firstLines(f.SQL, s.errors)), "\n"))
		}
		w.paragraph(strings.TrimRight(w.fenced("text", firstLines(message, s.errors)), "\n"))
	}
	if len(r.Left) > 0 {
		w.paragraph("Left after all statements:")
		w.paragraph(strings.TrimRight(w.fenced("text", firstLines(strings.Join(r.Left, "\n"), s.errors)), "\n"))
	}
}

// firstLines cuts a text into lines that are safe, and counts those above the limit.
func firstLines(text string, limit int) []string {
	lines := safetext.Lines(safetext.Clip(text, lineRunes*limit))
	for i, l := range lines {
		lines[i] = strings.TrimRight(safetext.Clip(l, lineRunes), " ")
	}
	if rest := len(lines) - limit; rest > 0 {
		lines = append(lines[:limit], "… "+plural(rest, "more line"))
	}
	return lines
}

// lineRunes bounds one line of a statement or an error.
const lineRunes = 500
