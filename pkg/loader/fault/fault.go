// Package fault is how a failure in the user's project is told: where in the
// user's own files, what, and what to do about it.
package fault

import (
	"fmt"
	"strings"
)

// Position is a place in the user's code.
type Position struct {
	// File is relative to the project, with slashes, when it lies inside it.
	File string
	// Line and Column count from 1; 0 means unknown.
	Line, Column int
}

// String is "file:line:column" without what is unknown.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Diagnostic is one message about one place; Code is the compiler's ("TS2322") or empty.
type Diagnostic struct {
	Position
	Code    string
	Message string
}

// String is "file:line:column: code message".
func (d Diagnostic) String() string {
	text := strings.TrimSpace(d.Code + " " + d.Message)
	if d.File == "" {
		return text
	}
	return d.Position.String() + ": " + text
}

// Error is a failure whose cause is in the project or on the machine, not in this program.
type Error struct {
	// Doing is what failed, as the start of a sentence: "compile TypeScript".
	Doing string
	// Diagnostics are the causes, most important first. There is at least one.
	Diagnostics []Diagnostic
	// Remedy is what the reader can do; empty when the diagnostics say it.
	Remedy string
	// Output is the last part of what the tool printed, for the details.
	Output string
	// Cause is the underlying error, if any.
	Cause error
}

// New makes an error with one message that is about no place in particular.
func New(doing, message, remedy string) *Error {
	return &Error{Doing: doing, Diagnostics: []Diagnostic{{Message: message}}, Remedy: remedy}
}

// maxShown bounds the diagnostics in the text; all are in Diagnostics.
const maxShown = 20

// Error tells the causes first, then the remedy, then the tool's own words.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Doing + ": ")
	for i, d := range e.Diagnostics {
		if i == maxShown {
			fmt.Fprintf(&b, "\nand %d more", len(e.Diagnostics)-maxShown)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(d.String())
	}
	if e.Remedy != "" {
		b.WriteString("\n" + e.Remedy)
	}
	if e.Output != "" {
		b.WriteString("\nThe tool said:\n  " + strings.ReplaceAll(e.Output, "\n", "\n  "))
	}
	return b.String()
}

// Unwrap returns the underlying error.
func (e *Error) Unwrap() error { return e.Cause }

// tailLines is how much of a tool's output an error carries.
const tailLines = 30

// Tail is the last part of a tool's output as an error carries it.
func Tail(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) > tailLines {
		lines = lines[len(lines)-tailLines:]
	}
	for i, l := range lines {
		if len(l) > 500 {
			l = l[:500] + "…"
		}
		lines[i] = strings.ToValidUTF8(strings.TrimRight(l, " \r"), "?")
	}
	return strings.Join(lines, "\n")
}
