// Package statement tells what a statement of the project's own does to stored data, as
// far as that is sure.
package statement

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Effect is what a statement does to stored data. Each one that is known has a rule of
// its own; the rule about SQL of the project speaks of the others.
type Effect string

// The effects.
const (
	// Unknown is anything that is not listed here; it may be harmless.
	Unknown Effect = ""
	// DropsDatabase: a database goes with everything in it (DS104).
	DropsDatabase Effect = "drops a database"
	// Removes: rows, partitions, values or whole tables go (DS105).
	Removes Effect = "removes data"
	// Replaces: a table goes, and an empty one takes its name (DS107).
	Replaces Effect = "replaces a table"
	// Detaches: a table or a partition is no longer to be seen, and its files stay (DS109).
	Detaches Effect = "detaches"
)

// Statement is one statement and what it does.
type Statement struct {
	SQL    string
	Effect Effect
	// Does are the words that do it, such as "TRUNCATE TABLE" or "DROP PARTITION".
	Does string
	// Objects are the tables that it names, without a database where it gives none; for a
	// whole database the object is empty. The rows of these tables are affected.
	Objects []schema.Name
}

// Classify reads one statement. The server's own formatting of it is understood best; of
// one as it was written comments and anything unusual make it [Unknown].
func Classify(sql string) Statement {
	s := Statement{SQL: sql}
	tokens := significant(sql)
	if len(tokens) == 0 || hasComment(sql) || followed(tokens) {
		return s
	}
	for _, read := range []func([]sqltext.Token) (Statement, bool){dropped, truncated, deleted, replaced, detached, altered} {
		if found, ok := read(tokens); ok {
			found.SQL = sql
			return found
		}
	}
	return s
}

// significant are the tokens without space and without a semicolon at the end.
func significant(sql string) []sqltext.Token {
	tokens := slices.DeleteFunc(sqltext.Tokens(sql), func(t sqltext.Token) bool { return t.Kind == sqltext.Space })
	for len(tokens) > 0 && tokens[len(tokens)-1].Text == ";" {
		tokens = tokens[:len(tokens)-1]
	}
	return tokens
}

// hasComment reports whether a text may hold a comment, which is no token of its own.
func hasComment(sql string) bool {
	for _, t := range sqltext.Tokens(sql) {
		if t.Text == "#" {
			return true
		}
	}
	bare := sqltext.Join(slices.DeleteFunc(sqltext.Tokens(sql), func(t sqltext.Token) bool {
		return t.Kind == sqltext.Literal || t.Kind == sqltext.QuotedName
	}))
	return strings.Contains(bare, "--") || strings.Contains(bare, "/*")
}

// followed reports whether another statement follows.
func followed(tokens []sqltext.Token) bool {
	for i, t := range tokens {
		if t.Text == ";" || starts(tokens[i:], "PARALLEL", "WITH") {
			return true
		}
	}
	return false
}

// starts reports whether tokens begin with the words, in any case.
func starts(tokens []sqltext.Token, words ...string) bool {
	if len(tokens) < len(words) {
		return false
	}
	for i, w := range words {
		if tokens[i].Kind != sqltext.Word || !strings.EqualFold(tokens[i].Text, w) {
			return false
		}
	}
	return true
}

// skip takes the words off where tokens begin with them.
func skip(tokens []sqltext.Token, words ...string) []sqltext.Token {
	if starts(tokens, words...) {
		return tokens[len(words):]
	}
	return tokens
}

// object reads a name, and gives the tokens after it.
func object(tokens []sqltext.Token) (schema.Name, []sqltext.Token) {
	isName := func(i int) bool {
		return i < len(tokens) && (tokens[i].Kind == sqltext.Word || tokens[i].Kind == sqltext.QuotedName)
	}
	switch {
	case isName(0) && len(tokens) > 2 && tokens[1].Text == "." && isName(2):
		return schema.Name{Database: sqltext.Unquote(tokens[0].Text), Object: sqltext.Unquote(tokens[2].Text)}, tokens[3:]
	case isName(0):
		return schema.Name{Object: sqltext.Unquote(tokens[0].Text)}, tokens[1:]
	}
	return schema.Name{}, tokens
}

// objects reads a list of names.
func objects(tokens []sqltext.Token) []schema.Name {
	var out []schema.Name
	for {
		n, rest := object(tokens)
		if n.Object == "" {
			return out
		}
		out = append(out, n)
		if len(rest) == 0 || rest[0].Kind != sqltext.Comma {
			return out
		}
		tokens = rest[1:]
	}
}
