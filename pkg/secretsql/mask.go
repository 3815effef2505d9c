package secretsql

import (
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Mask replaces every credential in a piece of SQL by [HIDDEN], inside its quotes;
// everything else stays as it is, and masking twice changes nothing. Text that is
// no SQL keeps its meaning.
func Mask(sql string) string {
	masked, _ := mask(sql)
	return masked
}

// Secrets lists the credentials of a piece of SQL in clear text.
func Secrets(sql string) []string {
	_, found := mask(sql)
	return found
}

func mask(sql string) (masked string, found []string) {
	if !strings.ContainsAny(sql, "'$") && !strings.Contains(sql, "://") {
		return sql, nil
	}
	s := scan(sql)
	hidden := map[int]bool{}
	for _, c := range s.calls {
		for _, i := range s.positional(c) {
			hidden[i] = true
		}
	}
	for i, t := range s.tokens {
		switch {
		case t.Kind == sqltext.Space && len(t.Text) > 2 && strings.TrimSpace(t.Text) != "":
			inner, secrets := mask(t.Text[2:])
			s.tokens[i].Text = t.Text[:2] + inner
			found = append(found, secrets...)
		case t.Kind != sqltext.Literal || len(t.Text) <= 2:
		case hidden[i] || s.named(i):
			found = append(found, content(t.Text))
			s.tokens[i].Text = "'" + inframap.Hidden + "'"
		default:
			for _, p := range partial {
				s.tokens[i].Text, found = hide(p, s.tokens[i].Text, found)
			}
		}
	}
	var b strings.Builder
	for _, t := range s.tokens {
		b.WriteString(t.Text)
	}
	masked, found = hide(userinfo, b.String(), found)
	found = slices.DeleteFunc(found, func(f string) bool { return f == "" || strings.Contains(f, inframap.Hidden) })
	slices.Sort(found)
	return masked, slices.Compact(found)
}

// hide replaces the second group of every match.
func hide(p *regexp.Regexp, text string, found []string) (string, []string) {
	for _, m := range p.FindAllStringSubmatch(text, -1) {
		found = append(found, m[2])
	}
	return p.ReplaceAllString(text, "${1}"+inframap.Hidden+"${3}"), found
}

// content is the text of a literal or heredoc.
func content(literal string) string {
	if literal[0] == '$' {
		n := strings.IndexByte(literal[1:], '$') + 2
		return literal[n : len(literal)-n]
	}
	return sqltext.Unquote(literal)
}
