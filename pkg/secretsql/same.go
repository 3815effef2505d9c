package secretsql

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Same reports whether two pieces of SQL in the server's formatting are equal,
// where '[HIDDEN]' on either side stands for any argument, as the last argument for
// all that follow (ClickHouse writes encrypt('aes-256-ofb', '[HIDDEN]') for any
// number of them), and inside a literal for any text. A credential that changed
// behind [HIDDEN] can therefore not be seen.
func Same(a, b string) bool {
	if a == b {
		return true
	}
	if !strings.Contains(a, inframap.Hidden) && !strings.Contains(b, inframap.Hidden) {
		return false
	}
	x, y := dense(a), dense(b)
	i, j := 0, 0
	for i < len(x) && j < len(y) {
		switch {
		case x[i] == y[j]:
			i, j = i+1, j+1
		case whole(x[i]):
			i, j = i+1, argumentEnd(y, j, closes(x, i+1))
		case whole(y[j]):
			i, j = argumentEnd(x, i, closes(y, j+1)), j+1
		case x[i].Kind == sqltext.Literal && y[j].Kind == sqltext.Literal && (fits(x[i].Text, y[j].Text) || fits(y[j].Text, x[i].Text)):
			i, j = i+1, j+1
		default:
			return false
		}
	}
	return i == len(x) && j == len(y)
}

func dense(sql string) []sqltext.Token {
	return slices.DeleteFunc(sqltext.Tokens(sql), func(t sqltext.Token) bool { return t.Kind == sqltext.Space })
}

func whole(t sqltext.Token) bool { return t.Text == "'"+inframap.Hidden+"'" }

func closes(tokens []sqltext.Token, i int) bool {
	return i < len(tokens) && tokens[i].Kind == sqltext.Close
}

// argumentEnd is the end of the argument that starts at i, or of the whole list.
func argumentEnd(tokens []sqltext.Token, i int, list bool) int {
	depth := 0
	for start := i; i < len(tokens); i++ {
		switch tokens[i].Kind {
		case sqltext.Open:
			depth++
		case sqltext.Close:
			if depth--; depth < 0 {
				return i
			}
		case sqltext.Comma:
			if depth == 0 && !list {
				return i
			}
		default:
			if depth == 0 && !list && i > start && tokens[start].Kind == sqltext.Literal {
				return i
			}
		}
	}
	return i
}

// fits reports whether text has the form of a pattern in which [HIDDEN] stands for any text.
func fits(pattern, text string) bool {
	parts := strings.Split(pattern, inframap.Hidden)
	if len(parts) == 1 || !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, p := range parts[1 : len(parts)-1] {
		at := strings.Index(text, p)
		if at < 0 {
			return false
		}
		text = text[at+len(p):]
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}
