package typescript

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

var (
	// plainDiagnostic is "app/index.ts(28,14): error TS2322: …", prettyDiagnostic
	// "app/index.ts:28:14 - error TS2322: …", globalDiagnostic "error TS18003: …".
	plainDiagnostic  = regexp.MustCompile(`^(.+)\((\d+),(\d+)\): error (TS[^:\s]*): (.*)$`)
	prettyDiagnostic = regexp.MustCompile(`^(.+):(\d+):(\d+) - error (TS[^:\s]*): (.*)$`)
	globalDiagnostic = regexp.MustCompile(`^error (TS[^:\s]*): (.*)$`)
	ansi             = regexp.MustCompile("\x1b\\[[0-9;]*m")
)

// diagnostics are the compiler's errors. Indented lines after one belong to it.
func diagnostics(out []byte) []fault.Diagnostic {
	var found []fault.Diagnostic
	open := false
	for line := range strings.Lines(ansi.ReplaceAllString(string(out), "")) {
		line = strings.TrimRight(line, "\r\n")
		m := plainDiagnostic.FindStringSubmatch(line)
		if m == nil {
			m = prettyDiagnostic.FindStringSubmatch(line)
		}
		switch {
		case m != nil:
			found = append(found, fault.Diagnostic{Position: position(m[1], m[2], m[3]), Code: m[4], Message: m[5]})
			open = true
		case globalDiagnostic.MatchString(line):
			m := globalDiagnostic.FindStringSubmatch(line)
			found = append(found, fault.Diagnostic{Code: m[1], Message: m[2]})
			open = true
		case open && strings.HasPrefix(line, "  ") && strings.TrimSpace(line) != "":
			found[len(found)-1].Message += "\n" + line
		default:
			open = false
		}
	}
	return found
}

func position(file, line, column string) fault.Position {
	l, _ := strconv.Atoi(line)
	c, _ := strconv.Atoi(column)
	return fault.Position{File: file, Line: l, Column: c}
}

var (
	frame     = regexp.MustCompile(`^\s+at (?:.*\()?((?:file://|/)[^()]*?):(\d+):(\d+)\)?$`)
	anyFrame  = regexp.MustCompile(`^\s+at `)
	errorLine = regexp.MustCompile(`^(?:Uncaught )?[A-Za-z_$][\w$.]*(?: \[\w+\])?: |^[A-Za-z_$][\w$.]*Error$`)
)

// explain tells why the serializer printed nothing: the error that ended it, at
// the topmost place of its stack that is the user's own.
func explain(doing string, r Request, b *build, out *isolate.Output) error {
	text := ansi.ReplaceAllString(string(out.Stderr), "")
	path, _ := b.paths()
	message, at := thrown(text, path)
	if e := missingModule(doing, r.Root, text); e != nil {
		return e
	}
	e := &fault.Error{Doing: doing, Output: fault.Tail(out.Stderr)}
	if message == "" {
		message = "moose-runner ended with exit code " + strconv.Itoa(out.ExitCode) + " and printed no declarations"
		if out.ExitCode == 0 {
			e.Remedy = "Does the main file end the process itself, with process.exit or by a signal?"
		}
	}
	e.Diagnostics = []fault.Diagnostic{{Position: at, Message: message}}
	return e
}

// thrown finds the last error with a stack in Node's output.
func thrown(text string, path func(string) string) (message string, at fault.Position) {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !anyFrame.MatchString(line) || i == 0 || anyFrame.MatchString(lines[i-1]) {
			continue
		}
		message = messageBefore(lines[:i])
		at = fault.Position{}
		for _, l := range lines[i:] {
			if !anyFrame.MatchString(l) {
				break
			}
			m := frame.FindStringSubmatch(l)
			if m == nil {
				continue
			}
			if rel := path(m[1]); own(rel) {
				at = position(rel, m[2], m[3])
				break
			}
		}
		if at.File != "" {
			return message, at
		}
	}
	return message, at
}

// own reports whether a path is code of the project.
func own(rel string) bool {
	return !strings.HasPrefix(rel, "/") && !strings.HasPrefix(rel, "node:") && !strings.Contains(rel, "node_modules/")
}

// messageBefore is the error's text, which ends where its stack begins and may
// have several lines.
func messageBefore(lines []string) string {
	for i := len(lines) - 1; i >= 0 && i >= len(lines)-20; i-- {
		if errorLine.MatchString(lines[i]) {
			return strings.TrimSpace(strings.Join(lines[i:], "\n"))
		}
	}
	return strings.TrimSpace(lines[len(lines)-1])
}
