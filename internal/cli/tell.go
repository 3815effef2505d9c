package cli

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// PrintError writes "Error: " and the text of err to standard error. Nil, and an
// ExitError without a text, write nothing.
func (f *Factory) PrintError(err error) {
	var exit *ExitError
	if err == nil || errors.As(err, &exit) && exit.Err == nil {
		return
	}
	f.tell(ToneFailure, "Error: ", err.Error())
}

// Warn writes "Warning: " and a text to standard error.
func (f *Factory) Warn(text string) {
	f.tell(ToneWarning, "Warning: ", text)
	f.Log().Warn(text)
}

// Note writes a line to standard error, for what is neither a result nor a
// warning.
func (f *Factory) Note(text string) { fmt.Fprintln(f.Err, f.safe(text)) }

func (f *Factory) tell(tone Tone, label, text string) {
	fmt.Fprintln(f.Err, f.Style(f.Err).Paint(tone, label)+f.safe(text))
}

// safe prepares text that may come from the user's project for a terminal or a
// CI log.
func (f *Factory) safe(text string) string {
	lines := strings.Split(strings.TrimRight(f.Redact(text), "\n"), "\n")
	for i, line := range lines {
		lines[i] = SafeLine(line)
	}
	return strings.Join(lines, "\n")
}

// SafeLine makes one line of foreign text harmless: control characters, which
// can rewrite a terminal, become "?", and a line that GitHub's runner would take
// as a workflow command (docs.github.com, "Workflow commands") gets a bar in
// front of it and a blank into it.
func SafeLine(line string) string {
	line = strings.Map(func(r rune) rune {
		if r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return '?'
		}
		return r
	}, strings.TrimRight(line, "\r"))
	line = strings.ReplaceAll(line, "##[", "## [")
	if strings.HasPrefix(strings.TrimSpace(line), "::") {
		line = "| " + line
	}
	return line
}
