package report

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// diffSigns begin the lines of a diff block, which forges colour by their first
// character: green, red and, for "!", orange.
var diffSigns = map[string]string{"+": "+", "-": "-", "~": "!", "-/+": "-/+", "": " "}

func (m *markdownWriter) plan(r *Report) {
	if len(r.Changes) == 0 {
		return
	}
	m.heading("Plan")
	m.b.WriteString(safetext.Fenced("diff", r.DiffLines(m.level.details)) + "\n")
	m.bullets("Hints", r.hints())
}

func (r *Report) hints() []string {
	var hints []string
	for i := range r.Changes {
		hints = append(hints, r.Changes[i].Hints...)
	}
	return hints
}

// DiffLines are the changes as lines of a diff block, each with at most details lines
// below its heading, all of them when details is negative. They are safe in a fence that
// [safetext.Fenced] makes.
func (r *Report) DiffLines(details int) []string {
	var lines []string
	for i := range r.Changes {
		c := &r.Changes[i]
		sign := signs[c.Action]
		lines = append(lines, diffSigns[sign]+" "+safetext.Literal(safetext.Clip(heading(c), 2*textRunes)))
		if at := sourceText(c.Source); at != "" && details != 0 {
			lines = append(lines, diffSigns[""]+strings.Repeat(" ", 5)+safetext.Literal(safetext.Clip(at, textRunes)))
		}
		for j, d := range c.Details {
			if details >= 0 && j >= details {
				if details > 0 {
					lines = append(lines, fmt.Sprintf("      … %s more", countOf(uint64(len(c.Details)-j), "line")))
				}
				break
			}
			lines = append(lines, diffLine(c.Action, d))
		}
	}
	return lines
}

// diffLine writes a detail: a whole object takes the sign of its action.
func diffLine(action diff.Action, d Line) string {
	sign := d.Sign
	if sign == "" && (action == diff.Add || action == diff.Remove) {
		sign = signs[action]
	}
	return diffSigns[sign] + strings.Repeat(" ", 5+2*d.Depth) + safetext.Literal(d.Text)
}

func (m *markdownWriter) sql(r *Report) {
	if len(r.Operations) == 0 {
		return
	}
	fmt.Fprintf(&m.b, "<details>\n<summary>SQL of %s</summary>\n\n%s\n</details>\n\n",
		plural(len(r.Operations), "operation"), safetext.Fenced("sql", r.SQLLines()))
}

// SQLLines are the statements of all operations, each below its number and
// description. They are safe in a fence that [safetext.Fenced] makes.
func (r *Report) SQLLines() []string {
	var lines []string
	for i, o := range r.Operations {
		if i > 0 {
			lines = append(lines, "")
		}
		head := fmt.Sprintf("-- %d. %s", o.Number, o.Description)
		if o.Destructive != "" {
			head += " (" + o.Destructive + ")"
		}
		lines = append(lines, safetext.Literal(head))
		for _, statement := range o.SQL {
			for _, l := range safetext.Lines(statement + ";") {
				lines = append(lines, safetext.Literal(l))
			}
		}
	}
	return lines
}
