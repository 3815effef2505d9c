package report

import (
	"strings"

	"github.com/fatih/color"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

type textWriter struct {
	b       strings.Builder
	options TextOptions
}

// paint colours text that is ours.
func (t *textWriter) paint(text string, attributes ...color.Attribute) string {
	c := color.New(attributes...)
	if t.options.Color {
		c.EnableColor()
	} else {
		c.DisableColor()
	}
	return c.Sprint(text)
}

// item writes an action with the place of its declaration and its details.
func (t *textWriter) item(sign, title string, source inframap.Source, details []Line) {
	pad := strings.Repeat(" ", max(0, signColumn-len(sign)))
	t.b.WriteString(pad + t.paint(sign, signColors[sign], color.Bold) + " ")
	t.wrapped(signColumn+1, title)
	if at := sourceText(source); at != "" {
		// Whole, so that a terminal finds the file in it.
		t.b.WriteString(strings.Repeat(" ", detailIndent) + t.paint(safetext.Visible(at), color.Faint) + "\n")
	}
	for _, l := range details {
		t.detail(l)
	}
}

func (t *textWriter) detail(l Line) {
	indent := detailIndent + 2*l.Depth
	if l.Sign == "" {
		t.line(indent, l.Text)
		return
	}
	t.b.WriteString(strings.Repeat(" ", indent) + t.paint(l.Sign, signColors[l.Sign]) + " ")
	t.wrapped(indent+2, l.Text)
}

// status writes a word right-aligned in its column and a message.
func (t *textWriter) status(word, message string, attribute color.Attribute) {
	t.b.WriteString(strings.Repeat(" ", max(0, statusColumn-len(word))) + t.paint(word, attribute, color.Bold) + " ")
	t.wrapped(statusColumn+1, message)
}

func (t *textWriter) line(indent int, text string) {
	t.b.WriteString(strings.Repeat(" ", indent))
	t.wrapped(indent, text)
}

// wrapped ends a line that has the given number of columns already. Long text goes
// on below, indented by two more.
func (t *textWriter) wrapped(indent int, text string) {
	text = safetext.Visible(text)
	width := t.options.Width - indent
	if t.options.Width < leastWidth || width < leastWidth/2 {
		t.b.WriteString(text + "\n")
		return
	}
	for {
		head, rest := breakAt(text, width)
		t.b.WriteString(head + "\n")
		if rest == "" {
			return
		}
		t.b.WriteString(strings.Repeat(" ", indent+2))
		text, width = rest, max(leastWidth/2, t.options.Width-indent-2)
	}
}

// breakAt cuts text at the last space within width runes; a word that is longer stays whole.
func breakAt(text string, width int) (head, rest string) {
	count, last := 0, -1
	for i, r := range text {
		if r == ' ' && count > 0 {
			if count > width && last < 0 {
				return text[:i], strings.TrimLeft(text[i:], " ")
			}
			if count <= width {
				last = i
			}
		}
		if count++; count > width && last > 0 {
			return text[:last], strings.TrimLeft(text[last:], " ")
		}
	}
	return text, ""
}
