package diff

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Names finds the known objects that formatted SQL reads, with or without the
// default database: the names after FROM, JOIN and IN and those after a comma of a
// FROM list. Columns, aliases and common table expressions are not objects, even
// when they share a name with one; neither are the arguments of table functions.
func Names(sql, def string, known map[schema.Name]bool) []schema.Name {
	tokens := slices.DeleteFunc(sqltext.Tokens(sql), func(t sqltext.Token) bool { return t.Kind == sqltext.Space })
	var out []schema.Name
	seen := map[schema.Name]bool{}
	for _, i := range sourcePositions(tokens) {
		n := schema.Name{Database: def, Object: sqltext.Unquote(tokens[i].Text)}
		switch {
		case i+2 < len(tokens) && tokens[i+1].Text == "." && isName(tokens[i+2]):
			n = schema.Name{Database: n.Object, Object: sqltext.Unquote(tokens[i+2].Text)}
		case fromCTE(tokens, i):
			continue
		}
		if known[n] && !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// scope is what stands between two brackets.
type scope struct {
	// selects: a SELECT was seen, so FROM is that of a query and not of a function such as substring.
	selects bool
	// list: a comma separates sources.
	list bool
}

// listEnds are the clauses after which a comma separates no sources any more.
var listEnds = map[string]bool{
	"SELECT": true, "WHERE": true, "PREWHERE": true, "GROUP": true, "HAVING": true, "WINDOW": true, "QUALIFY": true,
	"ORDER": true, "LIMIT": true, "OFFSET": true, "SETTINGS": true, "UNION": true, "INTERSECT": true, "EXCEPT": true, "ARRAY": true,
}

// sourcePositions are the first tokens of the names that stand where a source can stand.
func sourcePositions(tokens []sqltext.Token) []int {
	var out []int
	stack := []scope{{}}
	for i, t := range tokens {
		top := &stack[len(stack)-1]
		source := false
		switch {
		case t.Kind == sqltext.Open:
			stack = append(stack, scope{})
		case t.Kind == sqltext.Close:
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
		case t.Kind == sqltext.Comma:
			source = top.list
		case t.Kind != sqltext.Word:
		case t.Text == "FROM":
			top.list = top.selects && tokens[i-1].Text != "DISTINCT" // a IS DISTINCT FROM b
			source = top.list
		case t.Text == "JOIN":
			top.list = top.list || tokens[max(i-1, 0)].Text != "ARRAY"
			source = tokens[max(i-1, 0)].Text != "ARRAY"
		case t.Text == "IN":
			if i+3 < len(tokens) && tokens[i+1].Kind == sqltext.Open {
				if end := nameEnd(tokens, i+2); end < len(tokens) && tokens[end].Kind == sqltext.Close && isName(tokens[i+2]) {
					out = append(out, i+2) // the server writes IN T as IN (T)
				}
				continue
			}
			source = true
		case listEnds[t.Text]:
			top.selects, top.list = top.selects || t.Text == "SELECT", false
		}
		if source && i+1 < len(tokens) && isName(tokens[i+1]) && !calls(tokens, i+1) {
			out = append(out, i+1)
		}
	}
	return out
}

// nameEnd is the position after the name, with or without a database, that starts at i.
func nameEnd(tokens []sqltext.Token, i int) int {
	if i+2 < len(tokens) && tokens[i+1].Text == "." {
		return i + 3
	}
	return i + 1
}

func calls(tokens []sqltext.Token, i int) bool {
	return i+1 < len(tokens) && tokens[i+1].Text == "("
}

// fromCTE reports whether the bare name at i is that of a common table expression:
// WITH name AS (SELECT …), outside of the expression itself.
func fromCTE(tokens []sqltext.Token, i int) bool {
	for at := 0; at+3 < i; at++ {
		if isName(tokens[at]) && sqltext.Unquote(tokens[at].Text) == sqltext.Unquote(tokens[i].Text) &&
			tokens[at+1].Text == "AS" && tokens[at+2].Text == "(" &&
			(tokens[at+3].Text == "SELECT" || tokens[at+3].Text == "WITH") && closing(tokens, at+2) < i {
			return true
		}
	}
	return false
}

// closing is the position of the bracket that closes the one at i.
func closing(tokens []sqltext.Token, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		switch tokens[i].Kind {
		case sqltext.Open:
			depth++
		case sqltext.Close:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return i
}
