package clickhouse

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Introspect reads every table, view and dictionary of the databases in three queries,
// however many there are, or in four when a dictionary reads from a query. Objects whose name starts with a dot (hidden inner tables) and
// temporary tables are left out.
func (c *Client) Introspect(ctx context.Context, databases []string) (*schema.Catalog, error) {
	return c.introspect(ctx, databases, nil)
}

// IntrospectObjects reads the named objects only.
func (c *Client) IntrospectObjects(ctx context.Context, names []schema.Name) (*schema.Catalog, error) {
	if len(names) == 0 {
		return schema.NewCatalog(), nil
	}
	databases := map[string]bool{}
	var pairs, list []string
	for _, n := range names {
		pairs = append(pairs, "("+sqltext.String(n.Database)+", "+sqltext.String(n.Object)+")")
		if !databases[n.Database] {
			databases[n.Database] = true
			list = append(list, n.Database)
		}
	}
	return c.introspect(ctx, list, pairs)
}

func (c *Client) introspect(ctx context.Context, databases, pairs []string) (*schema.Catalog, error) {
	canon, err := c.functions(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the tables of ClickHouse: %w", err)
	}
	list := make([]string, len(databases))
	for i, d := range databases {
		list[i] = sqltext.String(d)
	}
	in := strings.Join(list, ", ")
	catalog := schema.NewCatalog()
	sql := `SELECT d.name, t.name, t.engine, t.create_table_query, t.as_select, t.comment, t.total_rows, t.total_bytes
FROM system.databases AS d
LEFT JOIN (
    SELECT database, name, engine, create_table_query, as_select, comment, total_rows, total_bytes
    FROM system.tables
    WHERE database IN (` + in + `) AND NOT is_temporary AND NOT startsWith(name, '.')` + only("name", pairs) + `
) AS t ON t.database = d.name
WHERE d.name IN (` + in + `)
ORDER BY d.name, t.name`
	err = c.query(ctx, sql, func(rows driver.Rows) error {
		var r objectRow
		if err := rows.Scan(&r.database, &r.name, &r.engine, &r.create, &r.asSelect, &r.comment, &r.rows, &r.bytes); err != nil {
			return err
		}
		catalog.Databases[r.database] = true
		if r.name == "" {
			return nil
		}
		return r.addTo(catalog, canon)
	})
	if err == nil {
		err = c.columnTypes(ctx, catalog, in, pairs)
	}
	if err == nil {
		catalog.Functions = canon.made
		err = c.foundDictionaries(ctx, catalog, canon)
	}
	if err != nil {
		return nil, fmt.Errorf("read the tables of ClickHouse: %w", err)
	}
	return catalog, nil
}

func only(column string, pairs []string) string {
	if len(pairs) == 0 {
		return ""
	}
	return " AND (database, " + column + ") IN (" + strings.Join(pairs, ", ") + ")"
}

// columnTypes takes the types from system.columns, which has the canonical names;
// create_table_query keeps some of the spelling of whoever made the table.
func (c *Client) columnTypes(ctx context.Context, catalog *schema.Catalog, databases string, pairs []string) error {
	sql := "SELECT database, table, name, type FROM system.columns WHERE database IN (" + databases + ")" + only("table", pairs)
	return c.query(ctx, sql, func(rows driver.Rows) error {
		var database, table, name, typ string
		if err := rows.Scan(&database, &table, &name, &typ); err != nil {
			return err
		}
		if t := catalog.Tables[schema.Name{Database: database, Object: table}]; t != nil {
			if column := t.Column(name); column != nil {
				column.Type = flatType(typ)
			}
		}
		if d := catalog.Dictionaries[schema.Name{Database: database, Object: table}]; d != nil {
			if attribute := d.Attribute(name); attribute != nil {
				attribute.Type = flatType(typ)
			}
		}
		return nil
	})
}

type objectRow struct {
	database, name, engine, create, asSelect, comment string
	rows, bytes                                       *uint64
}

func (r *objectRow) addTo(catalog *schema.Catalog, canon dialect) error {
	name := schema.Name{Database: r.database, Object: r.name}
	switch r.engine {
	case "View", "MaterializedView":
		catalog.Views[name] = parseView(name, r.engine, r.create, canon.normaliseQuery(r.asSelect))
		return nil
	case "Dictionary":
		if strings.HasPrefix(r.create, "CREATE DICTIONARY") {
			catalog.Dictionaries[name] = parseDictionary(name, r.create, canon)
			return nil
		}
	case "":
		return nil
	}
	table := parseTable(r.create)
	table.Name, table.Comment, table.Rows, table.Bytes = name, r.comment, r.rows, r.bytes
	if table.Engine.Name == "" {
		table.Engine.Name = r.engine
	}
	canonicalise(table, canon)
	catalog.Tables[name] = table
	return nil
}
