package clickhouse

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// Definitions are the statements that make what the databases hold, without any
// credential and without any data.
type Definitions struct {
	// Objects are tables, views and dictionaries, by database and name.
	Objects []Definition
	// Functions are those made with SQL: name → CREATE FUNCTION statement.
	Functions map[string]string
}

// Definition is one object with the statement that makes it.
type Definition struct {
	Name schema.Name
	// Engine is the server's name of it: "View" for a view, "Dictionary" for a dictionary.
	Engine string
	// Create is the server's CREATE statement, credentials hidden.
	Create string
}

// Definitions reads how every object of the databases is made, in two queries however
// many there are. Hidden inner tables and temporary tables are left out.
func (c *Client) Definitions(ctx context.Context, databases []string) (*Definitions, error) {
	list := make([]string, len(databases))
	for i, d := range databases {
		list[i] = sqltext.String(d)
	}
	out := &Definitions{Functions: map[string]string{}}
	err := c.query(ctx, `SELECT database, name, engine, create_table_query FROM system.tables
WHERE database IN (`+strings.Join(list, ", ")+`) AND NOT is_temporary AND NOT startsWith(name, '.') ORDER BY database, name`, func(rows driver.Rows) error {
		var d Definition
		if err := rows.Scan(&d.Name.Database, &d.Name.Object, &d.Engine, &d.Create); err != nil {
			return err
		}
		d.Create = secretsql.Mask(d.Create)
		out.Objects = append(out.Objects, d)
		return nil
	})
	if err == nil {
		err = c.query(ctx, "SELECT name, create_query FROM system.functions WHERE origin = 'SQLUserDefined'", func(rows driver.Rows) error {
			var name, create string
			err := rows.Scan(&name, &create)
			out.Functions[name] = secretsql.Mask(create)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("read how the tables of ClickHouse are made: %w", err)
	}
	return out, nil
}
