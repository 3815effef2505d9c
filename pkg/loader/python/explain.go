package python

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

var (
	frame    = regexp.MustCompile(`^\s+File "([^"]+)", line (\d+)`)
	noModule = regexp.MustCompile(`ModuleNotFoundError: No module named '([^']+)'`)
)

// explain tells why the serializer printed nothing: the exception that ended it,
// at the innermost place of its traceback that is the user's own.
func explain(doing, root string, python Interpreter, path func(string) string, out *isolate.Output) error {
	text := string(out.Stderr)
	message, at := raised(text, path)
	if m := noModule.FindStringSubmatch(text); m != nil && !ownModule(root, m[1]) {
		e := missing(doing, root, python, "the package "+m[1]+" is not installed")
		e.Diagnostics[0].Position = at
		e.Output = fault.Tail(out.Stderr)
		return e
	}
	e := &fault.Error{Doing: doing, Output: fault.Tail(out.Stderr)}
	if message == "" {
		message = "the serializer ended with exit code " + strconv.Itoa(out.ExitCode) + " and printed no declarations"
		if out.ExitCode == 0 {
			e.Remedy = "Does the main file end the process itself, with sys.exit?"
		}
	}
	e.Diagnostics = []fault.Diagnostic{{Position: at, Message: message}}
	return e
}

// ownModule reports whether a module's first part is a file or folder of the project.
func ownModule(root, module string) bool {
	first, _, _ := strings.Cut(module, ".")
	m, _ := filepath.Glob(filepath.Join(root, first+"*"))
	for _, p := range m {
		if base := filepath.Base(p); base == first || base == first+".py" {
			return true
		}
	}
	return false
}

// raised finds the last exception of a traceback: the text after its last frame.
func raised(text string, path func(string) string) (message string, at fault.Position) {
	lines := strings.Split(text, "\n")
	last := -1
	for i, line := range lines {
		if strings.HasPrefix(line, "Traceback (") {
			at = fault.Position{}
		}
		m := frame.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		last = i
		rel := path(m[1])
		if !strings.HasPrefix(rel, "/") && !strings.HasPrefix(rel, "<") && !strings.Contains(rel, "site-packages/") && !strings.HasPrefix(rel, ".venv/") {
			n, _ := strconv.Atoi(m[2])
			at = fault.Position{File: rel, Line: n}
		}
	}
	if last < 0 {
		return "", at
	}
	for i := last + 1; i < len(lines); i++ {
		if lines[i] != "" && !strings.HasPrefix(lines[i], " ") {
			return strings.TrimSpace(strings.Join(lines[i:], "\n")), at
		}
	}
	return "", at
}
