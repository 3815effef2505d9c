package comment

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// openLines is the number of lines above which the plan is folded away.
const openLines = 60

// plan shows the changed objects as a diff.
func (w *writer) plan(r *report.Report, s shape, folded bool) {
	if len(r.Changes) == 0 {
		return
	}
	lines := w.redacted(r.DiffLines(s.details))
	title, block := "Plan: "+counts(r.Summary), safetext.Fenced("diff", lines)
	if !folded && len(lines) <= openLines {
		w.heading(title)
		w.paragraph(strings.TrimRight(block, "\n"))
		return
	}
	w.fold(title, block)
}

// redacted takes credentials out of lines that are safe already.
func (w *writer) redacted(lines []string) []string {
	for i, l := range lines {
		lines[i] = w.redact(l)
	}
	return lines
}

// counts is "2 to add, 1 to change", less what is none.
func counts(s report.Summary) string {
	var parts []string
	for _, c := range []struct {
		n    int
		word string
	}{{s.Add, "add"}, {s.Change, "change"}, {s.Recreate, "recreate"}, {s.Remove, "remove"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%s to %s", humanize.Comma(int64(c.n)), c.word))
		}
	}
	return strings.Join(parts, ", ")
}

// hintsOf are the hints, less those about renames, which are asked about by themselves.
func hintsOf(r *report.Report) []string {
	advice := map[string]bool{}
	for _, q := range r.Renames {
		advice[q.Advice()] = true
	}
	var out []string
	for i := range r.Changes {
		for _, h := range r.Changes[i].Hints {
			if !advice[h] {
				out = append(out, h)
			}
		}
	}
	return out
}
