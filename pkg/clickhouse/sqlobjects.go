package clickhouse

import (
	"context"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// effects are what the SQL resources of one map create; tables and dictionaries are
// those in it whose types are not named yet.
type effects struct {
	of           map[string]schema.SQLEffect
	tables       []*schema.Table
	dictionaries []*schema.Dictionary
}

// sqlEffects finds the objects that the setup statements create, from the server's
// own formatting of them, in one query for all maps.
func (c *Client) sqlEffects(ctx context.Context, maps []*inframap.Map, names dialect) ([]effects, error) {
	index := map[string]int{}
	var texts []string
	for _, m := range maps {
		for _, name := range inframap.Keys(m.SQLResources) {
			for _, sql := range setupOf(m.SQLResources[name]) {
				if _, seen := index[sql]; !seen {
					index[sql] = len(texts)
					texts = append(texts, sql)
				}
			}
		}
	}
	formatted, err := c.formatOrNull(ctx, texts)
	if err != nil {
		return nil, err
	}
	out := make([]effects, len(maps))
	for i, m := range maps {
		out[i].of = map[string]schema.SQLEffect{}
		for name, r := range m.SQLResources {
			var effect schema.SQLEffect
			for _, sql := range setupOf(r) {
				addEffect(&effect, formatted[index[sql]], m.DefaultDatabase, names)
			}
			for _, o := range effect.Objects {
				if o.Table != nil {
					out[i].tables = append(out[i].tables, o.Table)
				}
				if o.Dictionary != nil {
					out[i].dictionaries = append(out[i].dictionaries, o.Dictionary)
				}
			}
			out[i].of[name] = effect
		}
	}
	return out, nil
}

// addEffect adds what one formatted statement does; nil is one that the server does
// not understand.
func addEffect(effect *schema.SQLEffect, formatted *string, database string, names dialect) {
	if formatted == nil || *formatted == "" {
		effect.Opaque = true
		return
	}
	tokens := sqltext.Tokens(*formatted)
	switch first := tokens[0].Text; {
	case first == "DROP" && len(effect.Objects) == 0:
		return // clears the way for what follows
	case first == "DROP" || first == "RENAME" || first == "EXCHANGE" || first == "DETACH":
		effect.Objects, effect.Opaque = nil, true
		return
	case words(tokens, 0, "ALTER", "TABLE") && len(tokens) > 4:
		effect.Alters = append(effect.Alters, parseName(tokens[4:], database))
	}
	objects := createdObjects(*formatted, database, names)
	effect.Objects = append(effect.Objects, objects...)
	effect.Opaque = effect.Opaque || len(objects) == 0
}

// setupOf are the setup statements of a resource without their credentials, which
// stay out of the server's query log.
func setupOf(r *inframap.SQLResource) []string {
	var out []string
	for _, sql := range secretsql.Statements(r.Setup) {
		if sql = strings.TrimRight(strings.TrimSpace(sql), "; \n\t"); sql != "" {
			out = append(out, sql)
		}
	}
	return out
}

// creatable are the kinds of CREATE whose objects can be looked up.
var creatable = []struct {
	words []string
	kind  schema.ObjectKind
}{
	{[]string{"DICTIONARY"}, schema.DictionaryObject},
	{[]string{"FUNCTION"}, schema.FunctionObject},
	{[]string{"ROLE"}, schema.RoleObject},
	{[]string{"ROW", "POLICY"}, schema.PolicyObject},
	{[]string{"TABLE"}, schema.TableObject},
	{[]string{"VIEW"}, schema.ViewObject},
	{[]string{"MATERIALIZED", "VIEW"}, schema.ViewObject},
}

// head is the beginning of a CREATE statement; rest is what follows the name.
type head struct {
	kind         schema.ObjectKind
	materialized bool
	name         []sqltext.Token
	rest         []sqltext.Token
}

// parseHead reads CREATE [OR REPLACE] kind [IF NOT EXISTS] name [ON CLUSTER name].
func parseHead(formatted string) (head, bool) {
	tokens := sqltext.Tokens(formatted)
	if !words(tokens, 0, "CREATE") {
		return head{}, false
	}
	i := 2
	if words(tokens, i, "OR", "REPLACE") {
		i += 4
	}
	for _, c := range creatable {
		if !words(tokens, i, c.words...) {
			continue
		}
		i += 2 * len(c.words)
		switch {
		case words(tokens, i, "IF", "NOT", "EXISTS"):
			i += 6
		case words(tokens, i, "OR", "REPLACE"):
			i += 4
		}
		if i >= len(tokens) {
			return head{}, false
		}
		h := head{kind: c.kind, materialized: len(c.words) > 1, name: tokens[i:]}
		end := i + nameTokens(tokens[i:])
		if words(tokens, end+1, "ON", "CLUSTER") {
			end += 6
		}
		h.rest = tokens[min(end, len(tokens)):]
		return h, true
	}
	return head{}, false
}

// createdObjects are the objects that a formatted statement creates, none when it
// is not a CREATE of a kind that can be looked up.
func createdObjects(formatted, database string, names dialect) []schema.SQLObject {
	h, ok := parseHead(formatted)
	if !ok {
		return nil
	}
	o := schema.SQLObject{Kind: h.kind, Name: parseName(h.name, database)}
	switch h.kind {
	case schema.FunctionObject:
		o.Name.Database = ""
		o.Definition = names.normalise(sqltext.Join(h.rest))
	case schema.RoleObject:
		return createdRoles(h)
	case schema.PolicyObject:
		policy, ok := parsePolicy(formatted, database, names)
		if !ok {
			return nil
		}
		o.Name, o.Policy = schema.Name{Database: policy.Table.Database, Object: policy.Short}, &policy
	case schema.DictionaryObject:
		o.Dictionary = parseDictionary(o.Name, formatted, names)
	case schema.ViewObject:
		engine := "View"
		if h.materialized {
			engine = "MaterializedView"
		}
		o.View = parseView(o.Name, engine, formatted, names.normalise(selectOf(h.rest)))
	case schema.TableObject:
		o.Table = createdTable(o.Name, formatted, h.rest, names)
	}
	return []schema.SQLObject{o}
}

func createdRoles(h head) []schema.SQLObject {
	var out []schema.SQLObject
	for _, clause := range sqltext.Clauses(sqltext.Join(h.name), "SETTINGS", "IN", "ON")[:1] {
		for _, role := range sqltext.SplitTop(clause.Text) {
			out = append(out, schema.SQLObject{Kind: schema.RoleObject, Name: schema.Name{Object: sqltext.Unquote(role)}})
		}
	}
	return out
}

// selectOf is what follows the first AS outside of brackets.
func selectOf(rest []sqltext.Token) string {
	depth := 0
	for i, t := range rest {
		switch t.Kind {
		case sqltext.Open:
			depth++
		case sqltext.Close:
			depth--
		case sqltext.Word:
			if depth == 0 && t.Text == "AS" {
				return sqltext.Join(rest[i+1:])
			}
		}
	}
	return ""
}

// createdTable is the table of a statement that says all of it, nil when it takes
// something from elsewhere, such as CREATE TABLE a AS b.
func createdTable(name schema.Name, formatted string, rest []sqltext.Token, names dialect) *schema.Table {
	if selectOf(rest) != "" {
		return nil
	}
	t := parseTable(formatted)
	t.Name = name
	if len(t.Columns) == 0 || t.Engine.Name == "" || slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return c.Type == "" }) {
		return nil
	}
	canonicalise(t, names)
	return t
}

// functionBody is what follows the name in a CREATE FUNCTION of the server.
func (d dialect) functionBody(create string) string {
	h, ok := parseHead(create)
	if !ok {
		return create
	}
	return d.normalise(sqltext.Join(h.rest))
}
