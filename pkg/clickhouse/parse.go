package clickhouse

import (
	"slices"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// parseTable reads a CREATE TABLE statement that the server has formatted. Both
// sides of every comparison come through here.
func parseTable(create string) *schema.Table {
	body, rest := splitBody(create)
	t := &schema.Table{Settings: map[string]string{}}
	for _, element := range sqltext.SplitTop(body) {
		parseElement(t, element)
	}
	for _, clause := range sqltext.Clauses(rest, "ENGINE", "PARTITION BY", "PRIMARY KEY", "ORDER BY", "SAMPLE BY", "TTL", "SETTINGS", "COMMENT") {
		switch clause.Keyword {
		case "ENGINE":
			t.Engine = parseEngine(strings.TrimSpace(strings.TrimPrefix(clause.Text, "=")))
		case "PARTITION BY":
			t.PartitionBy = clause.Text
		case "PRIMARY KEY":
			t.PrimaryKey = sqltext.Elements(clause.Text)
		case "ORDER BY":
			t.OrderBy = sqltext.Elements(clause.Text)
		case "SAMPLE BY":
			t.SampleBy = clause.Text
		case "TTL":
			t.TTL = clause.Text
		case "SETTINGS":
			t.Settings = parseSettings(clause.Text)
		}
	}
	return t
}

// splitBody returns what stands between the first pair of brackets after the
// table's name, and what follows.
func splitBody(create string) (body, rest string) {
	tokens := sqltext.Tokens(create)
	tokens = tokens[afterName(tokens):]
	depth, start := 0, -1
	for i, t := range tokens {
		switch t.Kind {
		case sqltext.Open:
			if depth == 0 {
				start = i + 1
			}
			depth++
		case sqltext.Close:
			if depth--; depth == 0 && start >= 0 {
				return sqltext.Join(tokens[start:i]), sqltext.Join(tokens[i+1:])
			}
		case sqltext.Word:
			if depth == 0 && t.Text == "ENGINE" {
				return "", sqltext.Join(tokens[i:])
			}
		}
	}
	return "", create
}

// afterName is the index of the token that follows the name of the object, and its
// cluster, in a CREATE statement. Names can be keywords: the server does not quote
// a table called ENGINE. It is 0 when the statement is not understood.
func afterName(tokens []sqltext.Token) int {
	i := slices.IndexFunc(tokens, func(t sqltext.Token) bool {
		return t.Kind == sqltext.Word && (t.Text == "TABLE" || t.Text == "VIEW")
	})
	if i < 0 {
		return 0
	}
	i += 2 // the keyword and a space
	if words(tokens, i, "IF", "NOT", "EXISTS") {
		i += 6
	}
	i++
	if i+1 < len(tokens) && tokens[i].Text == "." {
		i += 2
	}
	if words(tokens, i+1, "ON", "CLUSTER") {
		i += 6 // a space before each of the three words
	}
	return min(i, len(tokens))
}

// words reports whether the words, with one space between each two, start at token i.
func words(tokens []sqltext.Token, i int, words ...string) bool {
	for n, w := range words {
		if at := i + 2*n; at >= len(tokens) || tokens[at].Kind != sqltext.Word || tokens[at].Text != w {
			return false
		}
	}
	return true
}

func parseElement(t *schema.Table, element string) {
	tokens := sqltext.Tokens(element)
	if len(tokens) < 3 {
		return
	}
	if tokens[0].Kind == sqltext.QuotedName {
		t.Columns = append(t.Columns, parseColumn(sqltext.Unquote(tokens[0].Text), sqltext.Join(tokens[1:])))
		return
	}
	name, rest := sqltext.Unquote(tokens[2].Text), sqltext.Join(tokens[3:])
	switch tokens[0].Text {
	case "INDEX":
		t.Indexes = append(t.Indexes, parseIndex(name, rest))
	case "PROJECTION":
		body, _ := sqltext.Unwrap(rest)
		t.Projections = append(t.Projections, schema.Projection{Name: name, Body: body})
	case "CONSTRAINT":
		t.Constraints = append(t.Constraints, parseConstraint(name, rest))
	}
}

func parseColumn(name, definition string) schema.Column {
	c := schema.Column{Name: name}
	for _, clause := range sqltext.Clauses(definition, "DEFAULT", "MATERIALIZED", "ALIAS", "EPHEMERAL",
		"COMMENT", "CODEC", "STATISTICS", "TTL", "COLLATE", "SETTINGS") {
		switch clause.Keyword {
		case "":
			c.Type = strings.TrimSuffix(strings.TrimSuffix(clause.Text, " NULL"), " NOT")
		case "DEFAULT", "MATERIALIZED", "ALIAS", "EPHEMERAL":
			c.DefaultKind, c.DefaultExpr = clause.Keyword, clause.Text
		case "COMMENT":
			c.Comment = sqltext.Unquote(clause.Text)
		case "CODEC":
			c.Codec, _ = sqltext.Unwrap(clause.Text)
		case "TTL":
			c.TTL = clause.Text
		case "STATISTICS":
			c.Statistics, _ = sqltext.Unwrap(clause.Text)
		case "SETTINGS":
			c.Settings, _ = sqltext.Unwrap(clause.Text)
		}
	}
	return c
}

func parseConstraint(name, definition string) schema.Constraint {
	kind, expr, _ := strings.Cut(strings.TrimSpace(definition), " ")
	return schema.Constraint{Name: name, Type: kind, Expr: strings.Join(sqltext.Elements(expr), ", ")}
}

func parseIndex(name, definition string) schema.Index {
	index := schema.Index{Name: name, Granularity: 1}
	for _, clause := range sqltext.Clauses(definition, "TYPE", "GRANULARITY") {
		switch clause.Keyword {
		case "":
			index.Expr = strings.Join(sqltext.Elements(clause.Text), ", ")
		case "TYPE":
			index.Type = strings.TrimSuffix(clause.Text, "()")
		case "GRANULARITY":
			if n, err := strconv.ParseUint(clause.Text, 10, 64); err == nil {
				index.Granularity = n
			}
		}
	}
	return index
}

func parseEngine(text string) schema.Engine {
	name, args, ok := strings.Cut(text, "(")
	e := schema.Engine{Name: strings.TrimSpace(name)}
	if ok {
		e.Args = sqltext.SplitTop(strings.TrimSuffix(strings.TrimSpace(args), ")"))
	}
	return e
}

func parseSettings(text string) map[string]string {
	out := map[string]string{}
	for _, pair := range sqltext.SplitTop(text) {
		if name, value, ok := strings.Cut(pair, "="); ok {
			out[sqltext.Unquote(strings.TrimSpace(name))] = sqltext.Unquote(strings.TrimSpace(value))
		}
	}
	return out
}

// parseView reads a CREATE VIEW or CREATE MATERIALIZED VIEW statement of the server.
func parseView(name schema.Name, engine, create, asSelect string) *schema.View {
	v := &schema.View{Name: name, Select: asSelect, Materialized: engine == "MaterializedView"}
	if !v.Materialized {
		return v
	}
	tokens := sqltext.Tokens(create)
	tokens = tokens[afterName(tokens):]
	for i, t := range tokens {
		if i > 0 && tokens[i-1].Text == "." {
			continue
		}
		if t.Kind == sqltext.Open || t.Kind == sqltext.Word && (t.Text == "AS" || t.Text == "ENGINE" || t.Text == "DEFINER") {
			break
		}
		if t.Kind == sqltext.Word && t.Text == "REFRESH" {
			v.Refresh = refresh(tokens[i+1:])
		}
		if t.Kind == sqltext.Word && t.Text == "TO" && i+2 < len(tokens) {
			v.Target = parseName(tokens[i+2:], name.Database)
			return v
		}
	}
	v.Inner = true
	return v
}

// refresh is what stands between REFRESH and the target or the columns.
func refresh(tokens []sqltext.Token) string {
	end := slices.IndexFunc(tokens, func(t sqltext.Token) bool {
		return t.Kind == sqltext.Open || t.Kind == sqltext.Word && (t.Text == "TO" || t.Text == "ENGINE" || t.Text == "DEFINER" || t.Text == "AS")
	})
	return strings.TrimSpace(sqltext.Join(tokens[:max(end, 0)]))
}

func parseName(tokens []sqltext.Token, database string) schema.Name {
	n := schema.Name{Database: database, Object: sqltext.Unquote(tokens[0].Text)}
	if len(tokens) > 2 && tokens[1].Text == "." {
		n.Database, n.Object = n.Object, sqltext.Unquote(tokens[2].Text)
	}
	return n
}
