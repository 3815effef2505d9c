package rehearse

import (
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// tableClauses are the clauses of CREATE TABLE behind the columns.
var tableClauses = []string{"ENGINE", "PARTITION BY", "PRIMARY KEY", "ORDER BY", "SAMPLE BY", "TTL", "SETTINGS", "COMMENT"}

// definer is the user whose rights a view has; the scratch server knows one user only.
var definer = regexp.MustCompile("^(CREATE [^']*?) DEFINER = (?:`[^`]*`|\\S+) SQL SECURITY (?:DEFINER|INVOKER|NONE)")

// localView takes what needs the outside out of the server's CREATE statement of a view.
func localView(create string) string {
	create = definer.ReplaceAllString(create, "$1")
	head, query, found := strings.Cut(create, " AS ")
	if !found {
		return create
	}
	return localTable(head, "") + " AS " + query
}

// localTable takes what needs the outside out of the server's CREATE statement: another
// engine stands in, the disks of the server are not named. engine is the engine's name as
// the server has it, empty to read it from the statement.
func localTable(create, engine string) string {
	head, rest := splitHead(create)
	clauses := sqltext.Clauses(rest, tableClauses...)
	at := slices.IndexFunc(clauses, func(c sqltext.Clause) bool { return c.Keyword == "ENGINE" })
	if at < 0 {
		return create
	}
	found := parseEngine(clauses[at].Text)
	if engine == "" {
		engine = found.Name
	}
	kind, _ := standInFor(engine)
	var b strings.Builder
	b.WriteString(head)
	for _, c := range clauses {
		switch {
		case c.Keyword == "":
			b.WriteString(c.Text)
			continue
		case c.Keyword == "ENGINE" && kind == plain:
			found.Name = engine
			c.Text = "= " + plainName(engine) + arguments(found.Rest())
		case c.Keyword == "ENGINE" && kind.elsewhere():
			c.Text = "= " + kind.engineOf(engine)
		case kind.elsewhere() && c.Keyword != "COMMENT":
			continue
		case c.Keyword == "SETTINGS":
			if c.Text = localSettings(c.Text); c.Text == "" {
				continue
			}
		}
		b.WriteString(" " + c.Keyword + " " + strings.TrimSpace(c.Text))
	}
	return b.String()
}

// splitHead cuts a CREATE statement behind the list of columns.
func splitHead(create string) (head, rest string) {
	tokens := sqltext.Tokens(create)
	depth := 0
	for i, t := range tokens {
		switch t.Kind {
		case sqltext.Open:
			depth++
		case sqltext.Close:
			if depth--; depth == 0 {
				return sqltext.Join(tokens[:i+1]), " " + sqltext.Join(tokens[i+1:])
			}
		}
	}
	return create, ""
}

// parseEngine reads "= Name(args)".
func parseEngine(text string) schema.Engine {
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "="))
	name, args, found := strings.Cut(text, "(")
	e := schema.Engine{Name: strings.TrimSpace(name)}
	if found {
		e.Args = sqltext.SplitTop(strings.TrimSuffix(strings.TrimSpace(args), ")"))
	}
	return e
}

func arguments(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "(" + strings.Join(list, ", ") + ")"
}

// localSettings leaves out the settings that name disks, and hidden ones.
func localSettings(text string) string {
	var kept []string
	for _, s := range sqltext.SplitTop(text) {
		name, value, _ := strings.Cut(s, "=")
		if hostSettings[sqltext.Unquote(strings.TrimSpace(name))] || strings.Contains(value, inframap.Hidden) {
			continue
		}
		kept = append(kept, s)
	}
	return strings.Join(kept, ", ")
}

// localDictionary lets a dictionary of another source than this server read nothing; the
// second result names the source, empty for one that stays on the server.
func localDictionary(create string) (string, string) {
	tokens := sqltext.Tokens(create)
	for i, t := range tokens {
		if t.Kind != sqltext.Word || t.Text != "SOURCE" {
			continue
		}
		open := i + 1
		for open < len(tokens) && tokens[open].Kind == sqltext.Space {
			open++
		}
		if open+1 >= len(tokens) || tokens[open].Text != "(" {
			continue
		}
		source := tokens[open+1].Text
		if localSources[strings.ToLower(source)] {
			return create, ""
		}
		depth := 0
		for j := open; j < len(tokens); j++ {
			switch tokens[j].Kind {
			case sqltext.Open:
				depth++
			case sqltext.Close:
				if depth--; depth == 0 {
					return sqltext.Join(tokens[:open]) + "(NULL()) " + sqltext.Join(tokens[j+1:]), source
				}
			}
		}
	}
	return create, ""
}
