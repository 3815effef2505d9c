package action

import (
	"bytes"
	"io"
	"regexp"
	"sync"
)

// quiet passes on what is printed, without any of it being a command to the runner:
// the project's code, its names and the answers of servers end up in the log. The
// runner takes a line for a command that begins with "::" after blanks, and anything
// from "##[" on, the older form (actions/runner, ActionCommand.cs). A zero-width space
// parts these. Lines are passed on whole.
type quiet struct {
	mu   sync.Mutex
	to   io.Writer
	held []byte
}

// part is the zero-width space.
const part = "\u200b"

// Blanks are more than those of ASCII: .NET trims every character that Unicode calls a space.
var command = regexp.MustCompile(`(?m)^([\s\v\p{Z}\x{85}\x{feff}]*:)(:)|(##)(\[)`)

// maxHeld bounds a line that does not end.
const maxHeld = 64 << 10

// Write implements io.Writer.
func (q *quiet) Write(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held = append(q.held, p...)
	end := bytes.LastIndexAny(q.held, "\n\r") + 1
	if end == 0 && len(q.held) > maxHeld {
		// The line ends here, so that no command can be put together across the cut.
		q.held = append(q.held, '\n')
		end = len(q.held)
	}
	if end == 0 {
		return len(p), nil
	}
	return len(p), q.pass(end)
}

// Flush passes on a last line that does not end.
func (q *quiet) Flush() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pass(len(q.held))
}

func (q *quiet) pass(n int) error {
	// A lone carriage return ends a line for the runner, but not for the expression.
	lines := bytes.ReplaceAll(q.held[:n], []byte("\r\n"), []byte("\n"))
	lines = bytes.ReplaceAll(lines, []byte("\r"), []byte("\n"))
	_, err := q.to.Write(command.ReplaceAll(lines, []byte("${1}${3}"+part+"${2}${4}")))
	q.held = append(q.held[:0], q.held[n:]...)
	return err
}
