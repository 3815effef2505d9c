package secretsql

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// tokens cuts SQL as people write it: unlike the server's own text it can have
// comments (one Space token each) and heredocs such as $$text$$ (one Literal each).
func tokens(sql string) []sqltext.Token {
	if !strings.Contains(sql, "--") && !strings.Contains(sql, "/*") && !strings.ContainsAny(sql, "#$") {
		return sqltext.Tokens(sql)
	}
	var out []sqltext.Token
	start := 0
	for i := 0; i < len(sql); {
		n, kind := special(sql[i:])
		switch {
		case n == 0:
			i += quotedOrOne(sql[i:])
			continue
		case kind == sqltext.Literal && i > 0 && wordByte(sql[i-1]):
			i++ // a$b is a name
			continue
		}
		out = append(out, sqltext.Tokens(sql[start:i])...)
		out = append(out, sqltext.Token{Kind: kind, Text: sql[i : i+n]})
		i += n
		start = i
	}
	return append(out, sqltext.Tokens(sql[start:])...)
}

func wordByte(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// quotedOrOne is the length of the quoted text that s starts with, or 1.
func quotedOrOne(s string) int {
	if strings.IndexByte("'`\"", s[0]) < 0 {
		return 1
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			if i+1 < len(s) && s[i+1] == s[0] {
				i++
				continue
			}
			return i + 1
		}
	}
	return len(s)
}

// special is the length of the comment or heredoc that s starts with, 0 for neither.
func special(s string) (int, sqltext.Kind) {
	switch {
	case strings.HasPrefix(s, "--"), strings.HasPrefix(s, "# "), strings.HasPrefix(s, "#!"):
		return until(s, 2, "\n", false), sqltext.Space
	case strings.HasPrefix(s, "/*"):
		return until(s, 2, "*/", true), sqltext.Space
	case s[0] == '$':
		if n := strings.IndexByte(s[1:], '$') + 2; n > 1 && bare(s[1:n-1]) && strings.Contains(s[n:], s[:n]) {
			return until(s, n, s[:n], true), sqltext.Literal
		}
	}
	return 0, sqltext.Space
}

func bare(tag string) bool {
	return strings.IndexFunc(tag, func(r rune) bool { return r >= 0x80 || !wordByte(byte(r)) }) < 0
}

func until(s string, from int, end string, inclusive bool) int {
	i := strings.Index(s[from:], end)
	switch {
	case i < 0:
		return len(s)
	case inclusive:
		return from + i + len(end)
	}
	return from + i
}
