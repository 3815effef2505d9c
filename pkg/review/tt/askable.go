package tt

import (
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// functions are those that an expression may call and still be run as a question: they
// read nothing but their arguments. A TTL may come from a stranger.
var functions = regexp.MustCompile(`^(?:toDate(?:32|Time(?:32|64)?)?|toStartOf[A-Za-z0-9]+|toLastDayOf[A-Za-z]+|toMonday|toInterval[A-Za-z]+|toYear|toMonth|toYYYYMM(?:DD)?|` +
	`(?:add|subtract)(?:Years|Quarters|Months|Weeks|Days|Hours|Minutes|Seconds)|fromUnixTimestamp(?:64[A-Za-z]+)?|parseDateTime[A-Za-z0-9]*|toUnixTimestamp|toTimeZone|` +
	`plus|minus|multiply|divide|intDiv|if|ifNull|coalesce|assumeNotNull|least|greatest|toString|toU?Int(?:8|16|32|64)|length|empty|notEmpty|lower|upper|tuple|` +
	`equals|notEquals|less|greater|lessOrEquals|greaterOrEquals|and|or|not|in|notIn|isNull|isNotNull|now|today|dateDiff|startsWith|endsWith|match|like)$`)

// operators are the words of an expression that are neither names nor numbers.
var operators = []string{"AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "BETWEEN", "INTERVAL", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}

var numeral = regexp.MustCompile(`^[0-9][0-9a-zA-Z_]*$`)

// askable reports whether an expression can be run as a question: it has nothing but
// columns of the table, values and known functions. columns are those that it reads.
func askable(expr string, t *schema.Table) (columns []string, ok bool) {
	tokens := slices.DeleteFunc(sqltext.Tokens(expr), func(t sqltext.Token) bool { return t.Kind == sqltext.Space })
	depth := 0
	for i, token := range tokens {
		calls := i+1 < len(tokens) && tokens[i+1].Text == "("
		name := sqltext.Unquote(token.Text)
		switch token.Kind {
		case sqltext.Open:
			depth++
		case sqltext.Close:
			if depth--; depth < 0 {
				return nil, false
			}
		case sqltext.Symbol:
			if !strings.Contains("+-*/%<>=!.", token.Text) || doubled(tokens, i) {
				return nil, false
			}
		case sqltext.Word, sqltext.QuotedName:
			upper := strings.ToUpper(token.Text)
			switch {
			case slices.Contains(operators, upper):
			case calls && token.Kind == sqltext.Word && functions.MatchString(token.Text):
			case calls:
				return nil, false
			case token.Kind == sqltext.Word && numeral.MatchString(token.Text):
			case stored(t, name):
				columns = append(columns, name)
			default:
				return nil, false
			}
			if i > 0 && strings.EqualFold(tokens[i-1].Text, "IN") && !calls && token.Kind != sqltext.Literal {
				return nil, false // the name of a table
			}
		}
	}
	slices.Sort(columns)
	return slices.Compact(columns), depth == 0 && len(columns) > 0
}

// doubled reports whether two symbols begin a comment.
func doubled(tokens []sqltext.Token, i int) bool {
	if i == 0 {
		return false
	}
	pair := tokens[i-1].Text + tokens[i].Text
	return pair == "--" || pair == "/*" || pair == "*/"
}

func stored(t *schema.Table, column string) bool {
	if t == nil {
		return false
	}
	c := t.Column(column)
	return c != nil && c.DefaultKind != "ALIAS" && c.DefaultKind != "EPHEMERAL"
}
