package report

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// textRunes bounds a text that comes from the project where it stands among others.
const textRunes = 600

// diffSigns begin the lines of a diff block, which forges colour by their first
// character: green, red and, for "!", orange.
var diffSigns = map[string]string{"+": "+", "-": "-", "~": "!", "-/+": "-/+", "": " "}

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
		if c.Cost != nil && details != 0 {
			lines = append(lines, diffSigns[""]+strings.Repeat(" ", 5)+safetext.Literal(c.Cost.Short()))
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
		if o.Cost != nil {
			lines = append(lines, safetext.Literal("--    "+o.Cost.Text()))
		}
		for _, statement := range o.SQL {
			for _, l := range safetext.Lines(statement + ";") {
				lines = append(lines, safetext.Literal(l))
			}
		}
	}
	return lines
}
