package chdb

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Exception is an error reported by the ClickHouse engine.
type Exception struct {
	// Code is the number of src/Common/ErrorCodes.cpp, 0 when the text held none.
	Code int
	// Name is the symbolic name of the code, "" when the text held none.
	Name string
	// Message is the text without the leading code and the trailing name.
	Message string
}

// Error gives the text as a ClickHouse server words it.
func (e *Exception) Error() string {
	if e.Code == 0 {
		return e.Message
	}
	s := fmt.Sprintf("Code: %d. DB::Exception: %s", e.Code, e.Message)
	if e.Name != "" {
		s += " (" + e.Name + ")"
	}
	return s
}

var (
	codePattern = regexp.MustCompile(`^\s*(?:Error:\s*)?Code:\s*(\d+)\.\s*(?:DB::[A-Za-z]*Exception:\s*)?`)
	namePattern = regexp.MustCompile(`\s*\(([A-Z][A-Z0-9_]+)\)\s*$`)
)

// ParseException reads the engine's error text, "Code: N. DB::Exception:
// message (NAME)". The prefix is sometimes doubled; a version note in brackets
// after the name is dropped.
func ParseException(text string) *Exception {
	e := &Exception{Message: strings.TrimSpace(text)}
	for {
		m := codePattern.FindStringSubmatchIndex(e.Message)
		if m == nil {
			break
		}
		n, err := strconv.ParseInt(e.Message[m[2]:m[3]], 10, 32)
		if err != nil {
			break
		}
		// The innermost code is the one that the server would report.
		e.Code = int(n)
		e.Message = e.Message[m[1]:]
	}
	if i := strings.LastIndex(e.Message, " (version "); i >= 0 && strings.HasSuffix(e.Message, ")") {
		e.Message = e.Message[:i]
	}
	for {
		m := namePattern.FindStringSubmatchIndex(e.Message)
		if m == nil {
			break
		}
		e.Name = e.Message[m[2]:m[3]]
		e.Message = strings.TrimRight(e.Message[:m[0]], " \n")
	}
	e.Message = strings.TrimSpace(e.Message)
	return e
}
