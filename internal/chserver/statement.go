package chserver

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// errMulti is what a server answers to several statements in one request.
var errMulti = &chdb.Exception{Code: 62, Name: "SYNTAX_ERROR", Message: "Multi-statements are not allowed"}

// statement is one SQL text, taken apart as far as a server has to: the engine
// library takes an INSERT's head, its format and its data apart from each
// other, and the output format apart from the query.
type statement struct {
	// sql is the text without trailing semicolon and, unless it is an INSERT
	// with data, without FORMAT clause.
	sql string
	// format is the name of the FORMAT clause, "" when there is none.
	format string
	// verb is the first word in upper case, "" when the text does not start
	// with a word.
	verb string
	// insert is set for an INSERT that takes data, not for INSERT … SELECT.
	insert *insertParts
}

// insertParts is an INSERT that takes data.
type insertParts struct {
	// head is the statement without FORMAT clause, VALUES and data.
	head string
	// target is the text that names the table or table function.
	target string
	// columns is the text between the brackets of the column list, "" for none.
	columns string
	// data is what follows the format in the text itself.
	data string
	// values says that the text has VALUES rather than FORMAT.
	values bool
}

// parseStatement takes text apart. Only several statements are an error here;
// anything else malformed is left for the engine to refuse.
func parseStatement(text string) (statement, error) {
	l := &lexer{text: text}
	first := l.next()
	st := statement{sql: text}
	if first.kind == tokenWord {
		st.verb = strings.ToUpper(text[first.start:first.end])
	}
	if st.verb == "INSERT" {
		ok, err := st.splitInsert(l)
		if ok || err != nil {
			return st, err
		}
		l.pos = first.end
	}
	if l.punct(first, '(') {
		l.pos = first.start
	}
	return st, st.splitQuery(l)
}

// splitQuery finds the FORMAT clause and the end of the statement.
func (st *statement) splitQuery(l *lexer) error {
	text, end := l.text, len(l.text)
	var clause, name token
	depth := 0
	prev := token{}
scan:
	for {
		t := l.next()
		switch {
		case t.kind == tokenEnd:
			break scan
		case l.punct(t, '('), l.punct(t, '['):
			depth++
		case l.punct(t, ')'), l.punct(t, ']'):
			depth--
		case l.punct(t, ';'):
			end = t.start
			if l.next().kind != tokenEnd {
				return errMulti
			}
			break scan
		case depth == 0 && formatVerbs[st.verb] && l.is(prev, "FORMAT") && l.isFormatName(t):
			clause, name = prev, t
		case depth == 0 && name.end > 0 && !l.settingsAfter(t, prev, name):
			// What looked like a clause was a name: SELECT format f FROM t.
			name = token{}
		}
		prev = t
	}
	if name.end > 0 {
		st.format = text[name.start:name.end]
		st.sql = text[:clause.start] + " " + text[name.end:end]
		return nil
	}
	st.sql = text[:end]
	return nil
}

// formatVerbs are the statements whose FORMAT clause is taken off. Elsewhere
// "format" may be a column: ALTER TABLE t ADD COLUMN format String. A statement
// that starts with a bracket has the verb "".
var formatVerbs = map[string]bool{
	"": true, "SELECT": true, "WITH": true, "FROM": true, "SHOW": true, "DESCRIBE": true, "DESC": true,
	"EXPLAIN": true, "EXISTS": true, "CHECK": true, "KILL": true, "VALUES": true,
}

// isFormatName tells whether t can name a format: a bare word that is not one
// of those that may follow a column called format at the end of a statement.
func (l *lexer) isFormatName(t token) bool {
	if t.kind != tokenWord {
		return false
	}
	switch strings.ToUpper(l.text[t.start:t.end]) {
	case "ASC", "ASCENDING", "DESC", "DESCENDING", "END", "NULL":
		return false
	}
	return true
}

// checkValues refuses a further statement after the rows of VALUES.
func checkValues(data string) error {
	l := &lexer{text: data}
	for {
		switch t := l.next(); {
		case t.kind == tokenEnd:
			return nil
		case l.punct(t, ';'):
			if l.next().kind != tokenEnd {
				return errMulti
			}
			return nil
		}
	}
}

// settingsAfter tells whether t may follow FORMAT name: only SETTINGS and what
// belongs to it does.
func (l *lexer) settingsAfter(t, prev, name token) bool {
	if prev == name {
		return l.is(t, "SETTINGS")
	}
	return true
}

// splitInsert takes an INSERT apart; l stands after the word INSERT. It
// reports false when the statement takes no data or is beyond this grammar:
//
//	INSERT INTO [TABLE] [FUNCTION] target [(columns)] [SETTINGS …] VALUES … | FORMAT name …
func (st *statement) splitInsert(l *lexer) (bool, error) {
	text := l.text
	t := l.next()
	if !l.is(t, "INTO") {
		return false, nil
	}
	parts := &insertParts{}
	t = l.next()
	if l.is(t, "TABLE") {
		if after := l.peek(); after.kind != tokenEnd && !l.punct(after, '.') && !l.punct(after, '(') && !l.headEnds(after) {
			t = l.next()
		}
	}
	start := t.start
	if l.is(t, "FUNCTION") && !l.punct(l.peek(), '.') && !l.punct(l.peek(), '(') {
		l.next()
		if !l.punct(l.next(), '(') || !l.group() {
			return false, nil
		}
		parts.target = text[start:l.pos]
	} else {
		for l.punct(l.peek(), '.') {
			l.next()
			t = l.next()
		}
		if t.kind == tokenEnd || t.kind == tokenPunct {
			return false, nil
		}
		parts.target = text[start:t.end]
	}
	if open := l.peek(); l.punct(open, '(') {
		l.next()
		from := l.pos
		if inner := l.peek(); l.is(inner, "SELECT") || l.is(inner, "WITH") || l.punct(inner, '(') {
			return false, nil // a query in brackets
		}
		if !l.group() {
			return false, nil
		}
		parts.columns = text[from : l.pos-1]
	}
	return st.insertTail(l, parts)
}

// insertTail finds where the head ends and the data begins.
func (st *statement) insertTail(l *lexer, parts *insertParts) (bool, error) {
	text := l.text
	for depth := 0; ; {
		t := l.next()
		switch {
		case t.kind == tokenEnd, l.punct(t, ';') && depth == 0:
			if t.kind != tokenEnd && l.next().kind != tokenEnd {
				return false, errMulti
			}
			// No format at all: the data comes in the request's default format.
			parts.head = text[:t.start]
			st.insert, st.sql = parts, parts.head
			return true, nil
		case l.punct(t, '('), l.punct(t, '['):
			depth++
		case l.punct(t, ')'), l.punct(t, ']'):
			depth--
		case depth > 0:
		case l.is(t, "SELECT"), l.is(t, "WITH"), l.is(t, "FROM"), l.is(t, "EXPLAIN"), l.is(t, "SHOW"), l.is(t, "DESCRIBE"):
			return false, nil
		case l.is(t, "VALUES"):
			if err := checkValues(text[t.end:]); err != nil {
				return false, err
			}
			parts.head, parts.data, parts.values = text[:t.start], text[t.end:], true
			st.insert, st.format = parts, "Values"
			return true, nil
		case l.is(t, "FORMAT"):
			name := l.next()
			if name.kind != tokenWord {
				return false, nil
			}
			parts.head, parts.data = text[:t.start], inlineData(text[name.end:])
			st.insert, st.format = parts, text[name.start:name.end]
			if parts.values = strings.EqualFold(st.format, "Values"); parts.values {
				return true, checkValues(parts.data)
			}
			return true, nil
		}
	}
}

// inlineData drops what separates the format's name from its data: blanks and
// one line break, or a semicolon.
func inlineData(rest string) string {
	rest = strings.TrimLeft(rest, " \t\f")
	rest = strings.TrimPrefix(rest, ";")
	rest = strings.TrimLeft(rest, " \t\f")
	rest = strings.TrimPrefix(rest, "\r")
	return strings.TrimPrefix(rest, "\n")
}

// peek returns the next token without moving.
func (l *lexer) peek() token {
	at := l.pos
	t := l.next()
	l.pos = at
	return t
}

// headEnds tells whether t starts what follows the target of an INSERT.
func (l *lexer) headEnds(t token) bool {
	for _, word := range []string{"VALUES", "FORMAT", "SETTINGS", "SELECT", "WITH"} {
		if l.is(t, word) {
			return true
		}
	}
	return false
}
