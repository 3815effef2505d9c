package report

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

type markdownWriter struct {
	b     strings.Builder
	level level
}

func (m *markdownWriter) paragraph(text string) { m.b.WriteString(text + "\n\n") }

func (m *markdownWriter) heading(text string) { m.paragraph("### " + text) }

// textRunes bounds a text of the project that stands in a list.
const textRunes = 600

// item writes a text of the project as one entry of a list.
func (m *markdownWriter) item(text string) {
	m.b.WriteString("- " + safetext.Block(safetext.Clip(text, textRunes)) + "\n")
}

// more counts the entries that a list leaves out.
func (m *markdownWriter) more(n int) {
	fmt.Fprintf(&m.b, "- and %s more\n", humanize.Comma(int64(n)))
}

// bullets lists texts that must be read; the number of names bounds them only at the lowest levels.
func (m *markdownWriter) bullets(title string, list []string) {
	if len(list) == 0 {
		return
	}
	m.heading(title)
	limit := max(m.level.names, 1)
	for i, text := range list {
		if i == limit && len(list) > limit {
			m.more(len(list) - limit)
			break
		}
		m.item(text)
	}
	m.b.WriteByte('\n')
}

func lossHeading(list []Loss) string {
	converted := 0
	for _, l := range list {
		if l.Converts() {
			converted++
		}
	}
	switch converted {
	case 0:
		return "What would be lost"
	case len(list):
		return "What could be changed"
	}
	return "What would be lost or changed"
}

// losses lists the hazards; those that are not listed are counted with their sums.
func (m *markdownWriter) losses(list []Loss) {
	if len(list) == 0 {
		return
	}
	m.heading(lossHeading(list))
	limit := len(list)
	if m.level.hazards >= 0 {
		limit = min(limit, m.level.hazards)
	}
	for _, l := range list[:limit] {
		m.item(l.Text)
	}
	if rest := list[limit:]; len(rest) > 0 {
		m.b.WriteString("- " + restOfLosses(rest, limit > 0) + "\n")
	}
	m.b.WriteByte('\n')
}

// LossTotals sums up what would be lost, empty for nothing: "3 tables with 1.2 million
// rows, 3.4 GB, 12 columns".
func (r *Report) LossTotals() string { return restOfLosses(r.Losses, false) }

// restOfLosses sums up losses: "and 12 more: 3 columns, 9 tables with 1.2 million rows".
func restOfLosses(list []Loss, more bool) string {
	var tables, columns, converted, unknown int
	var rows, bytes uint64
	for _, l := range list {
		if l.Converts() {
			converted++
			continue
		}
		if l.Column != "" {
			columns++
			continue
		}
		tables++
		if l.Rows == nil {
			unknown++
		} else {
			rows += *l.Rows
		}
		if l.Bytes != nil {
			bytes += *l.Bytes
		}
	}
	var parts []string
	if tables > 0 {
		parts = append(parts, fmt.Sprintf("%s with %s", plural(tables, "table"), amount(&rows, &bytes)))
	}
	if unknown > 0 {
		parts = append(parts, fmt.Sprintf("%d of them with rows that are not counted", unknown))
	}
	if columns > 0 {
		parts = append(parts, plural(columns, "column"))
	}
	if converted > 0 {
		parts = append(parts, plural(converted, "converted column"))
	}
	text := strings.Join(parts, ", ")
	if more {
		return fmt.Sprintf("and %s more: %s", humanize.Comma(int64(len(list))), text)
	}
	return text
}

// drift lists what was changed by hand; undone says that a plan follows.
func (m *markdownWriter) drift(list []Drift, undone bool) {
	if len(list) == 0 {
		return
	}
	m.heading("Drift")
	m.paragraph("Changed outside of Moose since the last migration:")
	for i, d := range list {
		if i >= max(m.level.names, 1) {
			m.more(len(list) - i)
			break
		}
		m.item(d.Text)
		for j, a := range d.Attributes {
			if m.level.details != all && j >= m.level.details {
				break
			}
			m.b.WriteString("  - " + safetext.Code(safetext.Clip(attributeText(a), textRunes)) + "\n")
		}
	}
	m.b.WriteByte('\n')
	if undone && m.level.plan {
		m.paragraph(keepDrift)
	}
}

func (m *markdownWriter) blocked(list []Blocked) {
	if len(list) == 0 {
		return
	}
	m.heading("Held back")
	for i, b := range list {
		if i >= max(m.level.names, 1) {
			m.more(len(list) - i)
			break
		}
		text := b.Reason
		if at := sourceText(b.Source); at != "" && m.level.details != 0 {
			text += " (" + at + ")"
		}
		m.item(text)
	}
	m.b.WriteByte('\n')
}

func (m *markdownWriter) names(title string, list []string) {
	if len(list) == 0 || m.level.names == 0 {
		return
	}
	var shown []string
	for _, n := range list[:min(len(list), m.level.names)] {
		shown = append(shown, safetext.Code(safetext.Clip(n, textRunes)))
	}
	if rest := len(list) - len(shown); rest > 0 {
		shown = append(shown, fmt.Sprintf("and %d more", rest))
	}
	m.paragraph(title + ": " + strings.Join(shown, ", "))
}
