package tt

import (
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// oldNames writes a new TTL with the names that renamed columns have before the plan:
// those are the ones that the server knows, and ClickHouse renames them in the TTL too.
func oldNames(t review.TableEdit, ttl string) string {
	old := map[string]string{}
	for _, c := range t.Table.Columns {
		if c.Action == diff.Add && c.RenameStated && c.After != nil {
			old[c.After.Name] = c.RenameOf
		}
	}
	if len(old) == 0 {
		return ttl
	}
	tokens := sqltext.Tokens(ttl)
	for i, token := range tokens {
		if token.Kind != sqltext.Word && token.Kind != sqltext.QuotedName {
			continue
		}
		if name, ok := old[sqltext.Unquote(token.Text)]; ok {
			tokens[i].Text = name
			if token.Kind == sqltext.QuotedName {
				tokens[i].Text = sqltext.Ident(name)
			}
		}
	}
	return sqltext.Join(tokens)
}
