package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// TextOptions say how the text for a terminal looks.
type TextOptions struct {
	// Color turns colours on.
	Color bool
	// Width is the number of columns at which long lines are broken, 0 for never.
	Width int
	// SQL adds the statements of every operation.
	SQL bool
}

// The measures of Moose's terminal lines: the sign of an action ends in column 14,
// a word of status in column 15, details begin after 18 columns.
const (
	signColumn   = 14
	statusColumn = 15
	detailIndent = 18
	leastWidth   = 40
)

// signs are the signs of actions; recreate is one thing, not a removal and an addition.
var signs = map[diff.Action]string{diff.Add: "+", diff.Remove: "-", diff.Update: "~", diff.Recreate: "-/+"}

var signColors = map[string]color.Attribute{
	"+": color.FgHiGreen, "-": color.FgHiRed, "-/+": color.FgHiRed, "~": color.FgHiYellow,
}

// Text writes the report for a terminal in Moose's shapes: drift, changes, what is
// held back, then a summary line and the verdict. The error is that of w.
func (r *Report) Text(w io.Writer, o TextOptions) error {
	t := &textWriter{options: o}
	for _, message := range r.Warnings {
		t.status("Warning", message, color.FgHiYellow)
	}
	t.drift(r)
	for i := range r.Changes {
		c := &r.Changes[i]
		t.item(signs[c.Action], heading(c), c.Source, c.Details)
		if c.Cost != nil {
			t.line(detailIndent, c.Cost.Text())
		}
		for _, h := range c.Hints {
			t.line(detailIndent, "hint: "+h)
		}
	}
	for _, b := range r.Blocked {
		t.item("~", b.Title, b.Source, append([]Line{{Text: "⚠ " + b.Reason}}, b.Details...))
	}
	t.names("Adopted", "taken over from ClickHouse as now", r.Adopted)
	t.names("Unmanaged", "in ClickHouse that your code does not declare, left alone", r.Unmanaged.Names)
	for _, message := range r.Invalid {
		t.status("Invalid", message, color.FgHiRed)
	}
	t.findings(r.Findings)
	if o.SQL {
		t.operations(r.Operations)
	}
	t.rehearsal(r.Rehearsal)
	if t.b.Len() > 0 {
		t.b.WriteByte('\n')
	}
	if r.Summary.Changes() > 0 {
		t.line(0, r.summaryLine())
	}
	t.line(0, r.Verdict)
	if note := r.runtimeNote(); note != "" {
		t.line(0, note)
	}
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// driftCode is the rule that says of each object what the part about drift says.
const driftCode = "PL008"

// findings are the hazards, with what they rest on and what to do. What is only worth
// a line, and drift, which has a part of its own, are left out.
func (t *textWriter) findings(list []finding.Finding) {
	for _, f := range list {
		word, paint := "Blocks", color.FgHiRed
		switch {
		case f.Severity == finding.Info || f.Code == driftCode:
			continue
		case f.Override != nil:
			word, paint = "Allowed", color.FgHiGreen
		case f.Severity == finding.Warn:
			word, paint = "Warning", color.FgHiYellow
		}
		t.status(word, titleOf(f), paint)
		t.line(detailIndent, f.Text)
		for _, l := range facts(f) {
			t.line(detailIndent, l)
		}
		if f.Override != nil || f.Proven {
			continue
		}
		if f.Remedy != "" {
			t.line(detailIndent, "Instead: "+f.Remedy)
		}
		for _, w := range f.Ways {
			t.line(detailIndent, fmt.Sprintf("Or: --way %q. %s %s", w.Name+" "+f.Object, w.Says, w.Know))
		}
	}
}

// heading is the title with its note.
func heading(c *Change) string {
	if c.Note == "" {
		return c.Title
	}
	return c.Title + " (" + c.Note + ")"
}

func (t *textWriter) drift(r *Report) {
	if len(r.Drift) == 0 {
		return
	}
	were := "objects were"
	if len(r.Drift) == 1 {
		were = "object was"
	}
	t.status("Drift", fmt.Sprintf("%d %s changed outside of Moose since the last migration", len(r.Drift), were), color.FgHiYellow)
	for _, d := range r.Drift {
		t.item(signs[d.Action], d.Text, inframap.Source{}, d.Details())
	}
	if len(r.Changes) > 0 {
		t.line(signColumn+1, keepDrift)
		t.b.WriteByte('\n')
		t.status("Plan", "What brings ClickHouse to what your code declares", color.FgHiCyan)
	}
}

// shownNames is how many names a list shows before it counts the rest.
const shownNames = 20

func (t *textWriter) names(word, what string, list []string) {
	if len(list) == 0 {
		return
	}
	t.status(word, fmt.Sprintf("%s %s: %s", plural(len(list), "object"), what, someNames(list, shownNames)), color.FgHiCyan)
}

// someNames joins the first names and counts the rest.
func someNames(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:n], ", "), len(list)-n)
}

func (t *textWriter) operations(list []Operation) {
	if len(list) == 0 {
		return
	}
	t.b.WriteByte('\n')
	t.status("SQL", plural(len(list), "operation"), color.FgHiCyan)
	for _, o := range list {
		text := fmt.Sprintf("%d. %s", o.Number, o.Description)
		if o.Destructive != "" {
			text += " (" + o.Destructive + ")"
		}
		t.line(signColumn-1, text)
		if o.Cost != nil {
			t.line(detailIndent, "-- "+o.Cost.Text())
		}
		for _, statement := range o.SQL {
			for i, l := range safetext.Lines(statement + ";") {
				if i > 0 {
					l = strings.TrimRight(l, " ")
				}
				t.b.WriteString(strings.Repeat(" ", detailIndent) + l + "\n")
			}
		}
	}
}
