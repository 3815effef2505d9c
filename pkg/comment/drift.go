package comment

import (
	"fmt"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// DriftIssue is the issue that is open as long as an environment has drift.
type DriftIssue struct {
	Project, Environment string
	// Report is the check for drift, with or without any.
	Report *report.DriftReport
	Run    Run
	At     time.Time
	// Notes are said in a line each.
	Notes []string
	// Redact is as in [Page].
	Redact func(string) string
}

func (d *DriftIssue) redact(s string) string { return (&Page{Redact: d.Redact}).redact(s) }

func (d *DriftIssue) where() string {
	return (&Page{Project: d.Project, Environment: d.Environment}).where()
}

// Title is the issue's, the same for every check, so that people know it again.
func (d *DriftIssue) Title() string {
	return "Drift: ClickHouse of " + safetext.Visible(safetext.Clip(d.redact(d.where()), 2*titleRunes)) + " was changed by hand"
}

// Marker is what the issue remembers.
func (d *DriftIssue) Marker() Marker {
	return Marker{
		Kind: KindDrift, Project: d.redact(d.Project), Environment: d.redact(d.Environment), Run: d.Run.ID, Attempt: d.Run.Attempt,
		At: d.At, Text: d.redact(d.Report.Verdict), RunURL: d.redact(d.Run.URL),
	}
}

// driftLimits are the numbers of objects that an issue tries to show.
var driftLimits = []int{1000, 200, 50, 10, 1}

// Body is the issue's text, marker included, in at most budget bytes: what drifted, or
// that nothing does any more.
func (d *DriftIssue) Body(budget int) string {
	marker := d.Marker().Encode()
	budget = max(budget, LeastBudget) - len(marker) - len("\n\n")
	for _, limit := range driftLimits {
		for _, details := range []bool{true, false} {
			if text := d.redact(d.write(limit, details)); len(text) <= budget {
				return text + "\n" + marker + "\n"
			}
		}
	}
	return "### 🔀 " + plural(len(d.Report.Drift), "object") + " changed by hand\n\n" + marker + "\n"
}

func (d *DriftIssue) write(limit int, details bool) string {
	w := &writer{redact: d.redact, home: d.Run.URL}
	r := d.Report
	where := w.code(d.where())
	if len(r.Drift) == 0 {
		w.paragraph("### ✅ No drift on " + where)
		w.paragraph(w.sentence(r.Verdict))
		w.paragraph("This issue opens again when ClickHouse is changed by hand.")
	} else {
		w.paragraph("### 🔀 " + plural(len(r.Drift), "object") + " changed by hand on " + where)
		if !r.RecordedAt.IsZero() {
			w.paragraph("ClickHouse is no longer what the migration of " + when(r.RecordedAt) + " left.")
		} else {
			w.paragraph("ClickHouse is no longer what the last migration left.")
		}
	}
	for _, n := range d.Notes {
		w.paragraph("⚠️ " + w.sentence(n))
	}
	for i, o := range r.Drift {
		if i == limit {
			w.paragraph("and " + plural(len(r.Drift)-i, "more object"))
			break
		}
		w.driftObject(o, details)
	}
	if len(r.Drift) > 0 {
		w.heading("What to do")
		w.item("**Keep it:** declare it in the code, and merge that. `moose db pull --print TABLE` writes the declaration of a table.")
		w.item("**Undo it:** run the migration as the code is. What was added by hand is dropped with its values.")
		w.item("**Live with it:** list it under `ignore:` in `moose-migrate.yml`.")
		w.end()
		w.paragraph("This issue is kept up to date by every check, and closes when nothing differs any more.")
	}
	w.bullets("⚠️ Not looked at", r.Warnings, 20)
	w.names("Left out by the project's rules", ignoredNames(r.Ignored), 20)
	w.names("In ClickHouse but not in the code, left alone", r.Unmanaged.Names, 20)
	w.footer(&Page{Run: d.Run, At: d.At})
	return strings.TrimRight(w.b.String(), "\n") + "\n"
}

func ignoredNames(list []report.Drift) []string {
	var out []string
	for _, d := range list {
		out = append(out, fmt.Sprintf("%s %s", d.Kind, d.Name))
	}
	return out
}

var driftVerbs = map[diff.Action]string{diff.Add: "appeared", diff.Remove: "is gone", diff.Update: "differs", diff.Recreate: "differs"}

// driftObject writes one object: what differs, who did it, what is particular.
func (w *writer) driftObject(d report.Drift, details bool) {
	name := d.Name
	if d.Database != "" {
		name = d.Database + "." + d.Name
	}
	kind := w.prose(string(d.Kind))
	w.heading(strings.ToUpper(kind[:min(1, len(kind))]) + kind[min(1, len(kind)):] + " " + w.code(name) + " " + driftVerbs[d.Action])
	if !details {
		return
	}
	var lines []string
	for i, a := range d.Attributes {
		if i == driftAttributes {
			lines = append(lines, "  … and more")
			break
		}
		if a.Before != "" {
			lines = append(lines, "- "+a.Name+": "+a.Before)
		}
		if a.After != "" {
			lines = append(lines, "+ "+a.Name+": "+a.After)
		}
	}
	for i := range lines {
		lines[i] = safetext.Clip(lines[i], errorRunes)
	}
	if len(lines) > 0 {
		w.paragraph(strings.TrimRight(w.fenced("diff", lines), "\n"))
	}
	if text := w.lastChange(d); text != "" {
		if d.Statement != "" {
			w.paragraph(text + ":")
			w.paragraph(strings.TrimRight(w.fenced("sql", safetext.Lines(safetext.Clip(w.redact(d.Statement), textRunes))), "\n"))
		} else {
			w.paragraph(text + ".")
		}
	}
	for _, l := range d.Remedy() {
		w.paragraph(w.sentence(l.Text))
	}
}
