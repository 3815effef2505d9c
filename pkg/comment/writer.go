package comment

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// Bounds of single texts in runes, above which they end in "…".
const (
	nameRunes  = 200
	textRunes  = 700
	titleRunes = 60
)

// writer collects Markdown. Everything that is not our own text goes through its
// methods, which take credentials out first and meaning second.
type writer struct {
	b      strings.Builder
	redact func(string) string
	// home is the address of the run, to whose host alone links lead.
	home string
	// local is set where no comment can be answered and no check is set: on a command line.
	local bool
	// limit is the size in bytes above which nobody will read the text, 0 for none.
	limit int
}

// over reports whether the text is too long already, so that the rest can be left out.
func (w *writer) over() bool { return w.limit > 0 && w.b.Len() > w.limit }

func (w *writer) paragraph(text string) {
	if text != "" {
		w.b.WriteString(text + "\n\n")
	}
}

func (w *writer) heading(text string) { w.paragraph("#### " + text) }

func (w *writer) item(text string) { w.b.WriteString("- " + text + "\n") }

// under continues an entry of a list on a line of its own.
func (w *writer) under(text string) { w.b.WriteString("  " + text + "\n") }

func (w *writer) end() { w.b.WriteByte('\n') }

// fold hides a block behind a line that can be opened.
func (w *writer) fold(summary, text string) {
	w.paragraph("<details>\n<summary>" + summary + "</summary>\n\n" + text + "\n</details>")
}

// prose writes a text of the project within a sentence. What it has in backticks is
// shown as code.
func (w *writer) prose(s string) string {
	return withCode(safetext.Clip(w.redact(s), textRunes), safetext.Prose)
}

// withCode writes a text piece by piece, what stands in backticks as code. A text whose
// backticks do not come in pairs with something between them is written in one piece.
func withCode(s string, prose func(string) string) string {
	parts := strings.Split(s, "`")
	if len(parts) < 3 || len(parts)%2 == 0 || strings.Contains(s, "$") {
		return prose(s)
	}
	for i, part := range parts {
		if strings.TrimSpace(part) == "" && i > 0 && i < len(parts)-1 {
			return prose(s)
		}
	}
	var b strings.Builder
	for i, part := range parts {
		switch {
		case i%2 == 1:
			b.WriteString(safetext.Code(part))
		case i == 0:
			b.WriteString(spaced(part, prose))
		default:
			b.WriteString(spaced(part, safetext.Prose))
		}
	}
	return b.String()
}

// spaced keeps the space at the end, which belongs before the code that follows.
func spaced(s string, prose func(string) string) string {
	text := strings.TrimRight(s, " ")
	return prose(text) + s[len(text):]
}

// sentence writes a text of the project as a sentence at the beginning of a line.
func (w *writer) sentence(s string) string {
	return withCode(safetext.Sentence(safetext.Clip(w.redact(s), textRunes)), safetext.Block)
}

// code writes a name or a command of the project.
func (w *writer) code(s string) string {
	return safetext.Code(safetext.Clip(w.redact(s), nameRunes))
}

// fenced writes lines of the project as a block of code.
func (w *writer) fenced(language string, lines []string) string {
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, safetext.Literal(w.redact(l)))
	}
	return safetext.Fenced(language, out)
}
