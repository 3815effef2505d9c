package cli

import (
	"fmt"
	"io"

	"github.com/fatih/color"
)

// Tone is the meaning of a text, which decides its colour. The tones are those
// of Moose's terminal output.
type Tone int

// The tones: info is cyan, success green, warning yellow, failure red, all bold;
// plain is bold only.
const (
	TonePlain Tone = iota
	ToneInfo
	ToneSuccess
	ToneWarning
	ToneFailure
)

var attributes = map[Tone][]color.Attribute{
	TonePlain:   {color.Bold},
	ToneInfo:    {color.Bold, color.FgHiCyan},
	ToneSuccess: {color.Bold, color.FgHiGreen},
	ToneWarning: {color.Bold, color.FgHiYellow},
	ToneFailure: {color.Bold, color.FgHiRed},
}

// Style colours text for one stream, or leaves it alone.
type Style struct{ on bool }

// Style returns the style for a stream: colours on a terminal, unless NO_COLOR
// has a value (https://no-color.org) or TERM is dumb.
func (f *Factory) Style(w io.Writer) Style {
	return Style{on: f.Environ["NO_COLOR"] == "" && f.fullTerminal(w)}
}

// fullTerminal reports whether a stream understands control sequences.
func (f *Factory) fullTerminal(w io.Writer) bool {
	return f.IsTerminal != nil && f.IsTerminal(w) && f.Environ["TERM"] != "dumb"
}

// Enabled reports whether the style colours.
func (s Style) Enabled() bool { return s.on }

// Paint gives text the colour of a tone.
func (s Style) Paint(tone Tone, text string) string {
	if !s.on {
		return text
	}
	c := color.New(attributes[tone]...)
	c.EnableColor() // whatever the package found out about standard output
	return c.Sprint(text)
}

// actionWidth is the width in columns of the right-aligned word that begins a
// line of Moose's output.
const actionWidth = 15

// Message writes one line in Moose's layout: a right-aligned word, a space, text.
// Use it for results on Out; it does not redact.
func (f *Factory) Message(w io.Writer, tone Tone, action, text string) {
	word := f.Style(w).Paint(tone, fmt.Sprintf("%*s", actionWidth, action))
	fmt.Fprintln(w, word+" "+text)
}
