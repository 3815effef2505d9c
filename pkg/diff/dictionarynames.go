package diff

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// DictionaryNames finds the dictionaries that formatted SQL asks with dictGet and
// the functions like it.
func DictionaryNames(sql, def string, known map[schema.Name]bool) []schema.Name {
	tokens := slices.DeleteFunc(sqltext.Tokens(sql), func(t sqltext.Token) bool { return t.Kind == sqltext.Space })
	var out []schema.Name
	for i := range tokens {
		if !asksDictionary(tokens, i) {
			continue
		}
		n := schema.Name{Database: def, Object: sqltext.Unquote(tokens[i+2].Text)}
		if db, name, ok := strings.Cut(n.Object, "."); ok && tokens[i+2].Kind == sqltext.Literal {
			n = schema.Name{Database: db, Object: name}
		} else if i+4 < len(tokens) && tokens[i+3].Text == "." {
			n = schema.Name{Database: n.Object, Object: sqltext.Unquote(tokens[i+4].Text)}
		}
		if known[n] && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// asksDictionary reports whether a call that takes a dictionary's name starts at i:
// dictGet…, dictHas, dictIsIn and the like, and the table function dictionary.
func asksDictionary(tokens []sqltext.Token, i int) bool {
	return tokens[i].Kind == sqltext.Word && strings.HasPrefix(tokens[i].Text, "dict") && i+2 < len(tokens) &&
		tokens[i+1].Text == "(" && (tokens[i+2].Kind == sqltext.Literal || isName(tokens[i+2]))
}

// unqualifyDictionaries writes the name in every dictGet as one literal without the
// default database: the server adds the database to a bare name when it stores a view.
func unqualifyDictionaries(sql, database string) string {
	if !strings.Contains(sql, "dict") {
		return sql
	}
	tokens := sqltext.Tokens(sql)
	for i := range tokens {
		if !asksDictionary(tokens, i) {
			continue
		}
		name := sqltext.Unquote(tokens[i+2].Text)
		if i+4 < len(tokens) && tokens[i+3].Text == "." && tokens[i+2].Kind != sqltext.Literal {
			name += "." + sqltext.Unquote(tokens[i+4].Text)
			tokens[i+3].Text, tokens[i+4].Text = "", ""
		}
		tokens[i+2].Text = sqltext.String(strings.TrimPrefix(name, database+"."))
	}
	return sqltext.Join(tokens)
}
