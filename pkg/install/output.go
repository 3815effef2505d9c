package install

import (
	"bytes"
	"io"
	"net/url"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

// passedSecrets are the values that were passed on purpose, whole and, of addresses,
// the user and the password; a user's name alone is no secret.
func passedSecrets(env map[string]string, pass []string) *dsn.Redactor {
	var secrets []string
	for _, name := range pass {
		value := env[name]
		secrets = append(secrets, value)
		for _, word := range strings.Fields(value) {
			if u, err := url.Parse(word); err == nil && u.User != nil {
				password, _ := u.User.Password()
				secrets = append(secrets, word, password)
				if password == "" { // https://TOKEN@host
					secrets = append(secrets, u.User.Username())
				}
			}
		}
	}
	return dsn.NewRedactor(secrets...)
}

// maxLine bounds a line that is passed on, in bytes; a longer one is cut in pieces.
const maxLine = 64 << 10

// lineWriter passes on whole lines, each of them cleaned. The tools' output is not
// theirs to fail with: errors of the writer behind are dropped.
type lineWriter struct {
	to    io.Writer
	clean func(string) string
	buf   []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	if w.to == nil {
		return len(p), nil
	}
	w.buf = append(w.buf, p...)
	for {
		i := bytes.IndexByte(w.buf, '\n')
		if i < 0 && len(w.buf) < maxLine {
			return len(p), nil
		}
		if i < 0 {
			i = len(w.buf) - 1
		}
		w.emit(w.buf[:i+1])
		w.buf = w.buf[i+1:]
	}
}

func (w *lineWriter) emit(line []byte) {
	_, _ = io.WriteString(w.to, w.clean(string(line)))
}

func (w *lineWriter) flush() {
	if len(w.buf) > 0 && w.to != nil {
		w.emit(append(w.buf, '\n'))
		w.buf = nil
	}
}

// harmless takes from lines the power to be workflow commands of GitHub: those start
// with :: after any space, or have ##[ anywhere (ActionCommand.cs of actions/runner).
func harmless(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r", "\n"), "\n")
	for i, l := range lines {
		lines[i] = "| " + strings.ReplaceAll(l, "##[", "## [")
	}
	return strings.Join(lines, "\n")
}
