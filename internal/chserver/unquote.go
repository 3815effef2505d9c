package chserver

import "strings"

// escapes are the one-letter escapes of ClickHouse literals; any other escaped
// byte stands for itself.
var escapes = map[byte]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', '0': 0, 'a': '\a', 'v': '\v', 'e': 0x1b}

// unquote reads a quoted name or literal: a backslash escapes and a doubled
// quote is a quote. Text without quotes is returned as it is.
func unquote(s string) string {
	if len(s) < 2 || s[0] != s[len(s)-1] || strings.IndexByte("'\"`", s[0]) < 0 {
		return s
	}
	quote, body := s[0], s[1:len(s)-1]
	if strings.IndexByte(body, '\\') < 0 && strings.IndexByte(body, quote) < 0 {
		return body
	}
	var b strings.Builder
	for i := 0; i < len(body); i++ {
		c := body[i]
		switch {
		case c == '\\' && i+1 < len(body):
			i++
			c = body[i]
			if e, ok := escapes[c]; ok {
				c = e
			}
		case c == quote && i+1 < len(body) && body[i+1] == quote:
			i++
		}
		b.WriteByte(c)
	}
	return b.String()
}
