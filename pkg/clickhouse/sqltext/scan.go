package sqltext

import "strings"

// Kind is the class of a token.
type Kind int

// The classes of tokens.
const (
	Space      Kind = iota
	Word            // keyword, bare name or number
	QuotedName      // `name` or "name"
	Literal         // 'text'
	Open            // ( [ {
	Close           // ) ] }
	Comma
	Symbol
)

// Token is a piece of SQL; the texts of all tokens put together are the input.
type Token struct {
	Kind Kind
	Text string
}

// Tokens cuts text into tokens. It never fails: an unterminated quote runs to the end.
func Tokens(text string) []Token {
	out := make([]Token, 0, len(text)/4+4)
	for i := 0; i < len(text); {
		n, kind := next(text[i:])
		out = append(out, Token{kind, text[i : i+n]})
		i += n
	}
	return out
}

func next(s string) (int, Kind) {
	c := s[0]
	switch {
	case isSpace(c):
		return span(s, isSpace), Space
	case isWord(c):
		return span(s, isWord), Word
	case c == '\'':
		return quoted(s), Literal
	case c == '`' || c == '"':
		return quoted(s), QuotedName
	case strings.IndexByte("([{", c) >= 0:
		return 1, Open
	case strings.IndexByte(")]}", c) >= 0:
		return 1, Close
	case c == ',':
		return 1, Comma
	}
	return 1, Symbol
}

func quoted(s string) int {
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

func span(s string, in func(byte) bool) int {
	for i := range len(s) {
		if !in(s[i]) {
			return i
		}
	}
	return len(s)
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// Join puts tokens together again, without space at either end.
func Join(tokens []Token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.Text)
	}
	return strings.TrimSpace(b.String())
}

// SplitTop cuts text at the commas that stand outside every bracket and quote;
// the parts are trimmed, and empty text has none.
func SplitTop(text string) []string { return splitTop(Tokens(text)) }

func splitTop(tokens []Token) []string {
	var out []string
	var part []Token
	depth := 0
	for _, t := range tokens {
		switch t.Kind {
		case Open:
			depth++
		case Close:
			depth--
		case Comma:
			if depth == 0 {
				out = append(out, Join(part))
				part = nil
				continue
			}
		}
		part = append(part, t)
	}
	if last := Join(part); last != "" || len(out) > 0 {
		out = append(out, last)
	}
	return out
}

// Elements is the list that a key expression denotes: "(a, b)" and "tuple(a, b)"
// are two elements, "a" is one, "", "()" and "tuple()" are none.
func Elements(expr string) []string {
	tokens := trim(Tokens(expr))
	closing := matchBrackets(tokens)
	lo, hi := 0, len(tokens)
	for lo < hi {
		open := lo
		if tokens[open].Text == "tuple" {
			for open++; open < hi && tokens[open].Kind == Space; open++ {
			}
		}
		if open >= hi || tokens[open].Text != "(" || tokens[hi-1].Text != ")" || closing[open] != hi-1 {
			break
		}
		lo, hi = open+1, hi-1
		for lo < hi && tokens[lo].Kind == Space {
			lo++
		}
		for lo < hi && tokens[hi-1].Kind == Space {
			hi--
		}
		if hasTopComma(tokens[lo:hi]) {
			break
		}
	}
	return splitTop(tokens[lo:hi])
}

func trim(tokens []Token) []Token {
	for len(tokens) > 0 && tokens[0].Kind == Space {
		tokens = tokens[1:]
	}
	for len(tokens) > 0 && tokens[len(tokens)-1].Kind == Space {
		tokens = tokens[:len(tokens)-1]
	}
	return tokens
}

func hasTopComma(tokens []Token) bool {
	depth := 0
	for _, t := range tokens {
		switch {
		case t.Kind == Open:
			depth++
		case t.Kind == Close:
			depth--
		case t.Kind == Comma && depth == 0:
			return true
		}
	}
	return false
}

// Unwrap takes off one pair of round brackets that encloses the whole text.
func Unwrap(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if len(text) < 2 || text[0] != '(' || text[len(text)-1] != ')' {
		return text, false
	}
	depth := 0
	tokens := Tokens(text)
	for i, t := range tokens {
		switch t.Kind {
		case Open:
			depth++
		case Close:
			if depth--; depth == 0 && i != len(tokens)-1 {
				return text, false
			}
		}
	}
	return strings.TrimSpace(text[1 : len(text)-1]), depth == 0
}
