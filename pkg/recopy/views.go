package recopy

import (
	"context"
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// twins makes, for each materialized view that fires on the table, one that does the same
// on the name that the old table will have for a moment.
func (c *copier) twins(ctx context.Context, s *state) error {
	if err := c.dropViews(ctx); err != nil {
		return err
	}
	rows, err := c.server.Strings(ctx, fmt.Sprintf(`SELECT [v.database, v.name, v.as_select, toString(v.uuid)] FROM system.tables AS v INNER JOIN
(SELECT arrayJoin(arrayZip(dependencies_database, dependencies_table)) AS d FROM system.tables WHERE database = %s AND name = %s) AS t ON v.database = t.d.1 AND v.name = t.d.2
WHERE v.engine = 'MaterializedView' ORDER BY v.database, v.name`, sqltext.String(c.database), sqltext.String(c.op.Table)))
	if err != nil {
		return fmt.Errorf("ask which views fire on the table: %w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	names := make([]schema.Name, len(rows))
	for i, r := range rows {
		names[i] = schema.Name{Database: r[0], Object: r[1]}
	}
	catalog, err := c.server.IntrospectObjects(ctx, names)
	if err != nil {
		return fmt.Errorf("read the views that fire on the table: %w", err)
	}
	for i, r := range rows {
		target := schema.Name{Database: r[0], Object: ".inner_id." + r[3]}
		if v := catalog.Views[names[i]]; v != nil && v.Target.Object != "" {
			target = v.Target
		}
		query, ok := retarget(r[2], schema.Name{Database: c.database, Object: c.op.Table}, s.newName())
		if !ok {
			return fmt.Errorf("the materialized view %s.%s fires on the table, and its query cannot be read: %s", r[0], r[1], shorten(r[2]))
		}
		twin := fmt.Sprintf("%sview_%d", c.step, i)
		if err := c.do(ctx, nil, "CREATE MATERIALIZED VIEW %s TO %s AS %s", c.name(twin), sqltext.Qualified(target.Database, target.Object), query); err != nil {
			return fmt.Errorf("make a twin of the materialized view %s.%s: %w", r[0], r[1], err)
		}
	}
	return nil
}

// retarget lets a query that the server has written read another table of the database
// under the old name; ok is false when it does not read the old one.
func retarget(query string, from schema.Name, to string) (out string, ok bool) {
	tokens := sqltext.Tokens(query)
	var b strings.Builder
	for i := 0; i < len(tokens); i++ {
		if !names(tokens, i, from) {
			b.WriteString(tokens[i].Text)
			continue
		}
		i += 2
		if i+1 < len(tokens) && tokens[i+1].Text == "." { // a column of it
			b.WriteString(sqltext.Ident(from.Object))
			continue
		}
		ok = true
		b.WriteString(sqltext.Qualified(from.Database, to))
		if next := i + 1; !(next+1 < len(tokens) && tokens[next].Kind == sqltext.Space && strings.EqualFold(tokens[next+1].Text, "AS")) {
			b.WriteString(" AS " + sqltext.Ident(from.Object))
		}
	}
	return b.String(), ok
}

// names reports whether database.table stands at a token.
func names(tokens []sqltext.Token, i int, n schema.Name) bool {
	return i+2 < len(tokens) && tokens[i+1].Text == "." && isName(tokens[i]) && isName(tokens[i+2]) &&
		sqltext.Unquote(tokens[i].Text) == n.Database && sqltext.Unquote(tokens[i+2].Text) == n.Object && (i == 0 || tokens[i-1].Text != ".")
}

func isName(t sqltext.Token) bool { return t.Kind == sqltext.Word || t.Kind == sqltext.QuotedName }
