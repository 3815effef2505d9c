package chserver

import (
	"regexp"
	"strings"
)

// paramPattern is a query parameter, {name:Type}.
var paramPattern = regexp.MustCompile(`^\{\s*[A-Za-z_][A-Za-z0-9_]*\s*:[^{}]*\}`)

// tokenKind is the kind of a token.
type tokenKind uint8

const (
	tokenEnd    tokenKind = iota
	tokenWord             // bare identifier, keyword or number
	tokenQuoted           // `…` or "…"
	tokenString           // '…' or a heredoc
	tokenParam            // {name:Type}
	tokenPunct            // any other single byte
)

// token is a piece of a statement: text[start:end].
type token struct {
	kind       tokenKind
	start, end int
}

// lexer splits a statement into tokens as ClickHouse's own lexer does, as far
// as finding the ends of strings, names and comments goes. Malformed text
// never fails: an open string reaches to the end.
type lexer struct {
	text string
	pos  int
}

// next returns the next token, skipping white space and comments. At the end
// it returns tokenEnd for ever.
func (l *lexer) next() token {
	l.skip()
	start := l.pos
	if start >= len(l.text) {
		return token{tokenEnd, len(l.text), len(l.text)}
	}
	switch c := l.text[start]; {
	case c == '\'':
		l.quoted(c)
		return token{tokenString, start, l.pos}
	case c == '"' || c == '`':
		l.quoted(c)
		return token{tokenQuoted, start, l.pos}
	case c == '$' && l.heredoc():
		return token{tokenString, start, l.pos}
	case c == '{':
		if n := len(paramPattern.FindString(l.text[start:])); n > 0 {
			l.pos = start + n
			return token{tokenParam, start, l.pos}
		}
	case isWord(c):
		for l.pos < len(l.text) && isWord(l.text[l.pos]) {
			l.pos++
		}
		return token{tokenWord, start, l.pos}
	}
	l.pos = start + 1
	return token{tokenPunct, start, l.pos}
}

// skip moves past white space and comments.
func (l *lexer) skip() {
	for l.pos < len(l.text) {
		rest := l.text[l.pos:]
		switch {
		case strings.IndexByte(" \t\n\r\f\v\x00", rest[0]) >= 0:
			l.pos++
		case strings.HasPrefix(rest, "\u00a0") || strings.HasPrefix(rest, "\ufeff"):
			l.pos += len(rest[:2])
			if rest[0] == 0xef {
				l.pos++
			}
		case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "# "), strings.HasPrefix(rest, "#!"):
			l.past(rest, "\n")
		case strings.HasPrefix(rest, "/*"):
			l.past(rest[2:], "*/")
			l.pos = min(l.pos+2, len(l.text))
		default:
			return
		}
	}
}

// past moves to after the first mark in rest, or to the end.
func (l *lexer) past(rest, mark string) {
	if i := strings.Index(rest, mark); i >= 0 {
		l.pos += i + len(mark)
		return
	}
	l.pos = len(l.text)
}

// quoted moves past a quoted text; a backslash escapes and a doubled quote is
// a quote.
func (l *lexer) quoted(quote byte) {
	for l.pos++; l.pos < len(l.text); l.pos++ {
		switch l.text[l.pos] {
		case '\\':
			l.pos++
		case quote:
			l.pos++
			if l.pos >= len(l.text) || l.text[l.pos] != quote {
				return
			}
		}
	}
	l.pos = len(l.text)
}

// heredoc moves past $tag$…$tag$ and tells whether there was one.
func (l *lexer) heredoc() bool {
	rest := l.text[l.pos:]
	n := 1
	for n < len(rest) && isWord(rest[n]) && rest[n] != '$' {
		n++
	}
	if n >= len(rest) || rest[n] != '$' {
		return false
	}
	tag := rest[:n+1]
	end := strings.Index(rest[len(tag):], tag)
	if end < 0 {
		return false
	}
	l.pos += len(tag) + end + len(tag)
	return true
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// is tells whether t is the bare word, in any case.
func (l *lexer) is(t token, word string) bool {
	return t.kind == tokenWord && strings.EqualFold(l.text[t.start:t.end], word)
}

// punct tells whether t is the byte c.
func (l *lexer) punct(t token, c byte) bool {
	return t.kind == tokenPunct && l.text[t.start] == c
}

// group moves past the rest of a bracketed group whose opening bracket was
// just read, and tells whether it was closed.
func (l *lexer) group() bool {
	for depth := 1; depth > 0; {
		t := l.next()
		switch {
		case t.kind == tokenEnd:
			return false
		case l.punct(t, '('), l.punct(t, '['):
			depth++
		case l.punct(t, ')'), l.punct(t, ']'):
			depth--
		}
	}
	return true
}
