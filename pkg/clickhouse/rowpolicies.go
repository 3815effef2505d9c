package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// collectPolicies adds the statements of the row policies of a map to the batch.
func (b *batch) collectPolicies(m *inframap.Map) error {
	policies, err := m.TypedRowPolicies()
	if err != nil {
		return err
	}
	for _, name := range inframap.Keys(policies) {
		statements, err := ddl.CreateRowPolicy(policies[name], m.DefaultDatabase)
		if err != nil {
			return err
		}
		for _, sql := range statements {
			b.add("row policy "+name, sql)
		}
	}
	return nil
}

// declaredPolicies are the row policies of a map after collectPolicies and the formatting.
func (b *batch) declaredPolicies(m *inframap.Map, formatted []string, names dialect) map[string][]schema.RowPolicy {
	out := map[string][]schema.RowPolicy{}
	policies, err := m.TypedRowPolicies()
	if err != nil {
		return out
	}
	for name, p := range policies {
		statements, err := ddl.CreateRowPolicy(p, m.DefaultDatabase)
		if err != nil {
			continue
		}
		for _, sql := range statements {
			if policy, ok := parsePolicy(formatted[b.index[sql]], m.DefaultDatabase, names); ok {
				out[name] = append(out[name], policy)
			}
		}
	}
	return out
}

// parsePolicy reads a CREATE ROW POLICY statement of one policy on one table that
// the server has formatted.
func parsePolicy(create, database string, names dialect) (schema.RowPolicy, bool) {
	tokens := sqltext.Tokens(create)
	i := slices.IndexFunc(tokens, func(t sqltext.Token) bool { return t.Kind == sqltext.Word && t.Text == "POLICY" })
	if i < 0 {
		return schema.RowPolicy{}, false
	}
	i += 2
	if words(tokens, i, "IF", "NOT", "EXISTS") {
		i += 6
	} else if words(tokens, i, "OR", "REPLACE") {
		i += 4
	}
	if !words(tokens, i+2, "ON") || i+4 >= len(tokens) {
		return schema.RowPolicy{}, false
	}
	p := schema.RowPolicy{Short: sqltext.Unquote(tokens[i].Text), Table: parseName(tokens[i+4:], database)}
	rest := tokens[i+4:]
	for _, clause := range sqltext.Clauses(sqltext.Join(rest[nameTokens(rest):]), "AS", "FOR", "USING", "TO") {
		switch clause.Keyword {
		case "":
			if strings.HasPrefix(clause.Text, ",") {
				return schema.RowPolicy{}, false
			}
		case "AS":
			p.Restrictive = strings.EqualFold(clause.Text, "RESTRICTIVE")
		case "USING":
			p.Filter = names.normalise(clause.Text)
		case "TO":
			for _, role := range sqltext.SplitTop(clause.Text) {
				p.Roles = append(p.Roles, sqltext.Unquote(role))
			}
		}
	}
	if len(p.Roles) == 1 && strings.HasPrefix(p.Roles[0], "ALL") {
		p.Roles, p.All = nil, true
	}
	slices.Sort(p.Roles)
	return p, true
}

// nameTokens is the number of tokens of the name that comes first, with its database.
func nameTokens(tokens []sqltext.Token) int {
	if len(tokens) > 2 && tokens[1].Text == "." {
		return 3
	}
	return min(1, len(tokens))
}

// RowPolicies reads the row policies of the databases in one query. An error says
// which right is missing when the user may not see them.
func (c *Client) RowPolicies(ctx context.Context, databases []string) ([]schema.RowPolicy, error) {
	names, err := c.functions(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the row policies of ClickHouse: %w", err)
	}
	list := make([]string, len(databases))
	for i, d := range databases {
		list[i] = sqltext.String(d)
	}
	sql := "SELECT short_name, database, table, ifNull(select_filter, ''), is_restrictive, apply_to_all, apply_to_list, apply_to_except\n" +
		"FROM system.row_policies WHERE database IN (" + strings.Join(list, ", ") + ") ORDER BY database, table, short_name"
	var out []schema.RowPolicy
	err = c.query(ctx, sql, func(rows driver.Rows) error {
		p, err := scanPolicy(rows, names)
		out = append(out, p)
		return err
	})
	var server *ServerError
	if errors.As(err, &server) && server.Code == accessDenied {
		return nil, fmt.Errorf("the project has row policies, and the user may not see those of ClickHouse: %w\nGrant it with: GRANT SHOW ROW POLICIES ON *.* TO <user>", err)
	}
	if err != nil {
		return nil, fmt.Errorf("read the row policies of ClickHouse: %w", err)
	}
	return out, nil
}

// scanner is a row of a result.
type scanner interface{ Scan(dest ...any) error }

func scanPolicy(row scanner, names dialect) (schema.RowPolicy, error) {
	var p schema.RowPolicy
	var restrictive, all uint8
	var list, except []string
	if err := row.Scan(&p.Short, &p.Table.Database, &p.Table.Object, &p.Filter, &restrictive, &all, &list, &except); err != nil {
		return p, err
	}
	p.Filter, p.Restrictive, p.All = names.normalise(p.Filter), restrictive != 0, all != 0
	p.Roles = list
	if p.All {
		p.Roles = except
	}
	slices.Sort(p.Roles)
	if len(p.Roles) == 0 {
		p.Roles = nil
	}
	return p, nil
}

// Roles reads the names of all roles in one query.
func (c *Client) Roles(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	err := c.query(ctx, "SELECT name FROM system.roles", func(rows driver.Rows) error {
		var name string
		err := rows.Scan(&name)
		out[name] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the roles of ClickHouse: %w", err)
	}
	return out, nil
}
