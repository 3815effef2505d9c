package sqltext

import (
	"slices"
	"strings"
)

// Clause is a keyword of Clauses with the text up to the next one.
type Clause struct {
	Keyword string
	Text    string
}

// Clauses cuts text at the given keywords (upper case, one or more words, such as
// "ORDER BY") where they stand outside every bracket and quote. The first clause
// has an empty keyword and what comes before the first keyword.
func Clauses(text string, keywords ...string) []Clause {
	tokens := Tokens(text)
	out := []Clause{{}}
	var part []Token
	depth := 0
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		switch t.Kind {
		case Open:
			depth++
		case Close:
			depth--
		case Word:
			if depth != 0 || afterDot(tokens, i) || wantsText(out[len(out)-1].Keyword) && blank(part) {
				break
			}
			if keyword, n := matchKeyword(tokens[i:], keywords); n > 0 {
				out[len(out)-1].Text = Join(part)
				out = append(out, Clause{Keyword: keyword})
				part = nil
				i += n - 1
				continue
			}
		}
		part = append(part, t)
	}
	out[len(out)-1].Text = Join(part)
	return out
}

// wantsText reports whether a word right after the keyword belongs to it, whatever
// the word: the server does not quote a column called TTL in "DEFAULT TTL".
// EPHEMERAL can stand alone.
func wantsText(keyword string) bool { return keyword != "" && keyword != "EPHEMERAL" }

// blank reports whether tokens are nothing but space.
func blank(tokens []Token) bool {
	return !slices.ContainsFunc(tokens, func(t Token) bool { return t.Kind != Space })
}

func afterDot(tokens []Token, i int) bool {
	return i > 0 && tokens[i-1].Text == "."
}

func matchKeyword(tokens []Token, keywords []string) (string, int) {
	for _, k := range keywords {
		if n := matchWords(tokens, strings.Fields(k)); n > 0 {
			return k, n
		}
	}
	return "", 0
}

func matchWords(tokens []Token, words []string) int {
	i := 0
	for w, word := range words {
		if w > 0 {
			if i >= len(tokens) || tokens[i].Kind != Space {
				return 0
			}
			i++
		}
		if i >= len(tokens) || tokens[i].Kind != Word || tokens[i].Text != word {
			return 0
		}
		i++
	}
	return i
}
