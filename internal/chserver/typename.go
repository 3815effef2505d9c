package chserver

import (
	"fmt"
	"strings"
)

// splitType splits "Name(arg, arg)" into its parts. Brackets and quotes inside
// arguments are respected.
func splitType(full string) (name string, args []string, err error) {
	open := strings.IndexByte(full, '(')
	if open < 0 {
		return full, nil, nil
	}
	if !strings.HasSuffix(full, ")") {
		return "", nil, fmt.Errorf("the type name %q does not end with a bracket", full)
	}
	name, body := full[:open], full[open+1:len(full)-1]
	if strings.TrimSpace(body) == "" {
		return name, nil, nil
	}
	for {
		n, err := endOfArg(body, ',')
		if err != nil {
			return "", nil, fmt.Errorf("the type name %q: %w", full, err)
		}
		args = append(args, strings.TrimSpace(body[:n]))
		if n == len(body) {
			return name, args, nil
		}
		body = body[n+1:]
	}
}

// endOfArg finds the first stop outside brackets and quotes, or the end.
func endOfArg(s string, stop byte) (int, error) {
	l := &lexer{text: s}
	for depth := 0; l.pos < len(s); {
		switch c := s[l.pos]; c {
		case '\'', '"', '`':
			l.quoted(c)
			continue
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return 0, fmt.Errorf("a bracket is closed that was not opened")
			}
		case stop:
			if depth == 0 {
				return l.pos, nil
			}
		}
		l.pos++
	}
	return len(s), nil
}

// unnamed drops the element names of a Tuple or Nested: "a Int32" and
// "`a b` Int32" become "Int32".
func unnamed(args []string) []string {
	out := make([]string, len(args))
	for i, arg := range args {
		out[i] = arg
		if n, err := endOfArg(arg, ' '); err == nil && n < len(arg) {
			out[i] = strings.TrimSpace(arg[n+1:])
		}
	}
	return out
}
