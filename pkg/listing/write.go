package listing

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"
)

// WriteJSON writes an object with a list for each kind, or, for one kind, its
// list alone, as Moose does. It ends with a newline.
func (l *Listing) WriteJSON(w io.Writer, kind Kind) error {
	var value any = l
	for _, s := range l.sections() {
		if s.kind == kind {
			value = s.items
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	return nil
}

// WriteText writes an aligned table for each kind that there are any of, or for
// the one kind. bold paints a heading; nil leaves it plain. It reports whether
// there was anything to write.
func (l *Listing) WriteText(w io.Writer, kind Kind, bold func(string) string) (bool, error) {
	if bold == nil {
		bold = func(s string) string { return s }
	}
	first := true
	for _, s := range l.sections() {
		if kind != All && s.kind != kind || len(s.rows) == 0 {
			continue
		}
		if !first {
			fmt.Fprintln(w)
		}
		first = false
		fmt.Fprintln(w, bold(s.title))
		if err := s.write(w); err != nil {
			return true, fmt.Errorf("writing the list: %w", err)
		}
	}
	return !first, nil
}

func (s section) write(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.TabIndent)
	for _, row := range append([][]string{s.header}, s.rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = oneLine(cell)
		}
		fmt.Fprintln(table, "  "+strings.Join(cells, "\t"))
	}
	return table.Flush()
}

// oneLine keeps a name from breaking the table or the terminal.
func oneLine(s string) string {
	s = cmp.Or(strings.Join(strings.Fields(s), " "), "-")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '?'
		}
		return r
	}, s)
}
