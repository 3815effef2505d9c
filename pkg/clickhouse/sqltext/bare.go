package sqltext

import "strings"

// beforeExpression are words after which a whole expression stands, and
// afterExpression those that can follow one.
var (
	beforeExpression = wordSet("SELECT DISTINCT WHERE PREWHERE HAVING QUALIFY ON BY WHEN THEN ELSE")
	afterExpression  = wordSet(`AS FROM WHERE PREWHERE GROUP HAVING QUALIFY WINDOW ORDER LIMIT OFFSET SETTINGS FORMAT UNION INTERSECT EXCEPT
		ASC DESC WITH WHEN THEN ELSE END JOIN LEFT RIGHT INNER FULL CROSS ANY ALL ASOF SEMI ANTI GLOBAL ARRAY PASTE
		DELETE TO RECOMPRESS SET`)
	startsQuery = wordSet("SELECT WITH FROM EXPLAIN VALUES")
)

func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// Bare takes off the round brackets that change nothing: those around a whole
// expression ("WHERE (a = 1)", "f((a))") and around one name or literal
// ("(a) = (1)"). ClickHouse 26.7 keeps them as they were written. Brackets
// that make a tuple, a subquery or an argument list, and those between operators,
// stay. The text must be the server's formatting, where keywords are upper case.
func Bare(text string) string {
	if !strings.Contains(text, "(") {
		return text
	}
	tokens := Tokens(text)
	for visited := 0; visited < maxVisits; visited += len(tokens) {
		less := bareOnce(tokens)
		if len(less) == len(tokens) {
			break
		}
		// Without a bracket, tokens beside it can be one.
		tokens = Tokens(Join(less))
	}
	return Join(tokens)
}

// maxVisits bounds the work of Bare, in tokens: a long text with brackets in hundreds
// of brackets keeps some of them. It depends on the text alone, so that two equal
// texts stay equal.
const maxVisits = 20_000_000

func bareOnce(tokens []Token) []Token {
	closing := matchBrackets(tokens)
	gone := make([]bool, len(tokens))
	near := func(i, step int) (int, Token) {
		for i += step; i >= 0 && i < len(tokens); i += step {
			if !gone[i] && tokens[i].Kind != Space {
				return i, tokens[i]
			}
		}
		return -1, Token{}
	}
	for open, t := range tokens {
		end := closing[open]
		if t.Text != "(" || end == 0 || !oneExpression(tokens[open+1:end]) || joins(tokens, open-1, open+1) || joins(tokens, end-1, end+1) {
			continue
		}
		before, prev := near(open, -1)
		after, next := near(end, 1)
		_, first := near(open, 1)
		whole := (before < 0 || prev.Kind == Open || prev.Kind == Comma || prev.Kind == Word && beforeExpression[prev.Text]) &&
			(after < 0 || next.Kind == Close || next.Kind == Comma || next.Kind == Word && afterExpression[next.Text])
		// A minus before a number could be its sign; a word or a name before a bracket, a call.
		operand := isOperand(tokens[open+1:end], first) && prev.Kind != Word && prev.Kind != QuotedName && prev.Kind != Close && prev.Text != "-" && next.Text != "."
		if whole || operand {
			gone[open], gone[end] = true, true
		}
	}
	out := tokens[:0:0]
	for i, t := range tokens {
		if !gone[i] {
			out = append(out, t)
		}
	}
	return out
}

// joins reports whether two tokens would become one without what stands between them.
func joins(tokens []Token, left, right int) bool {
	solid := func(i int) bool {
		return i >= 0 && i < len(tokens) && tokens[i].Kind != Space && tokens[i].Kind != Open && tokens[i].Kind != Close && tokens[i].Kind != Comma
	}
	return solid(left) && solid(right)
}

// matchBrackets maps the index of each opening bracket to that of its closing one, 0 when there is none.
func matchBrackets(tokens []Token) map[int]int {
	out := map[int]int{}
	var open []int
	for i, t := range tokens {
		switch {
		case t.Kind == Open:
			open = append(open, i)
		case t.Kind == Close && len(open) > 0:
			out[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
	}
	return out
}

// oneExpression reports whether tokens are one expression: no list and no query.
func oneExpression(tokens []Token) bool {
	depth, empty := 0, true
	for _, t := range tokens {
		switch t.Kind {
		case Space:
			continue
		case Open:
			depth++
		case Close:
			depth--
		case Comma:
			if depth == 0 {
				return false
			}
		case Word:
			if startsQuery[t.Text] && depth == 0 {
				return false
			}
		}
		if empty && t.Kind == Open && t.Text == "(" && startsWithQuery(tokens) {
			return false
		}
		empty = false
	}
	return !empty
}

// startsWithQuery reports whether the first word, after brackets, starts a query.
func startsWithQuery(tokens []Token) bool {
	for _, t := range tokens {
		if t.Kind == Word {
			return startsQuery[t.Text]
		}
		if t.Kind != Open && t.Kind != Space {
			return false
		}
	}
	return false
}

// isOperand reports whether tokens are one name or literal.
func isOperand(tokens []Token, first Token) bool {
	return len(tokens) == 1 && (first.Kind == Word || first.Kind == QuotedName || first.Kind == Literal)
}
