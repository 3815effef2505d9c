package tt

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// element is one part of a TTL: rows that are older than expr says and meet where (all
// of them when it is empty) are treated as rest says; an empty rest deletes them.
type element struct {
	expr, where, rest string
	// rollsUp is set when the rows of a group become one.
	rollsUp bool
	// text is the whole part.
	text string
}

func (e element) deletes() bool { return e.rest == "" }

// elements cuts a TTL in the server's formatting into its parts.
func elements(ttl string) []element {
	var out []element
	for _, part := range sqltext.SplitTop(ttl) {
		e := element{text: part}
		for _, c := range sqltext.Clauses(part, "DELETE WHERE", "DELETE", "WHERE", "GROUP BY", "RECOMPRESS CODEC", "RECOMPRESS", "TO DISK", "TO VOLUME", "TO") {
			switch c.Keyword {
			case "":
				e.expr = c.Text
			case "DELETE":
			case "WHERE", "DELETE WHERE":
				e.where = c.Text
			default:
				e.rest, e.rollsUp = strings.TrimSpace(c.Keyword+" "+c.Text), c.Keyword == "GROUP BY"
			}
		}
		// A comma inside of GROUP BY … SET is no new part.
		if last := len(out) - 1; last >= 0 && out[last].rollsUp && continues(part) {
			out[last].rest += ", " + part
			out[last].text += ", " + part
			continue
		}
		out = append(out, e)
	}
	return out
}

// continues reports whether a part belongs to the GROUP BY before it: a further key, or
// a further assignment.
func continues(part string) bool {
	tokens := slices.DeleteFunc(sqltext.Tokens(part), func(t sqltext.Token) bool { return t.Kind == sqltext.Space })
	return len(tokens) == 1 || slices.ContainsFunc(tokens, func(t sqltext.Token) bool { return t.Text == "SET" }) || len(tokens) > 2 && tokens[1].Text == "="
}

// shortened are the parts that delete rows which no part before has deleted at that time.
func shortened(before, after string) []element {
	old := elements(before)
	var out []element
	for _, e := range elements(after) {
		if e.deletes() && !slices.ContainsFunc(old, func(o element) bool { return o.deletes() && covers(o, e) }) {
			out = append(out, e)
		}
	}
	return out
}

// covers reports whether every row that the new part deletes is deleted by the old one at
// the same time or sooner.
func covers(old, now element) bool {
	return (old.where == "" || old.where == now.where) && longer(old.expr, now.expr)
}
