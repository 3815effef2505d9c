package report

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
)

// diffSigns begin the lines of a diff block, which forges colour by their first
// character: green, red and, for "!", orange.
var diffSigns = map[string]string{"+": "+", "-": "-", "~": "!", "-/+": "-/+", "": " "}

func (m *markdownWriter) plan(r *Report) {
	if len(r.Changes) == 0 {
		return
	}
	m.heading("Plan")
	var lines []string
	var hints []string
	for i := range r.Changes {
		c := &r.Changes[i]
		sign := signs[c.Action]
		lines = append(lines, diffSigns[sign]+" "+literal(clip(heading(c), 2*textRunes)))
		if at := sourceText(c.Source); at != "" && m.level.details != 0 {
			lines = append(lines, diffSigns[""]+strings.Repeat(" ", 5)+literal(clip(at, textRunes)))
		}
		for j, d := range c.Details {
			if m.level.details != all && j >= m.level.details {
				if m.level.details > 0 {
					lines = append(lines, fmt.Sprintf("      … %s more", countOf(uint64(len(c.Details)-j), "line")))
				}
				break
			}
			lines = append(lines, diffLine(c.Action, d))
		}
		hints = append(hints, c.Hints...)
	}
	m.b.WriteString(fenced("diff", lines) + "\n")
	m.bullets("Hints", hints)
}

// diffLine writes a detail: a whole object takes the sign of its action.
func diffLine(action diff.Action, d Line) string {
	sign := d.Sign
	if sign == "" && (action == diff.Add || action == diff.Remove) {
		sign = signs[action]
	}
	return diffSigns[sign] + strings.Repeat(" ", 5+2*d.Depth) + literal(d.Text)
}

func (m *markdownWriter) sql(list []Operation) {
	if len(list) == 0 {
		return
	}
	var lines []string
	for i, o := range list {
		if i > 0 {
			lines = append(lines, "")
		}
		head := fmt.Sprintf("-- %d. %s", o.Number, o.Description)
		if o.Destructive != "" {
			head += " (" + o.Destructive + ")"
		}
		lines = append(lines, literal(head))
		for _, statement := range o.SQL {
			for _, l := range visibleLines(statement + ";") {
				lines = append(lines, literal(l))
			}
		}
	}
	fmt.Fprintf(&m.b, "<details>\n<summary>SQL of %s</summary>\n\n%s\n</details>\n\n", plural(len(list), "operation"), fenced("sql", lines))
}
