package clickhouse

import "github.com/moose-migrate/moose-migrate/pkg/schema"

// FoundView reads a view or materialized view from a row of system.tables: its engine,
// create_table_query and as_select, whose names of functions stay as they are.
func FoundView(name schema.Name, engine, create, asSelect string) *schema.View {
	return parseView(name, engine, create, asSelect)
}

// FlatType is the name of a type on one line, as the rest of the program spells it;
// DESCRIBE lays long ones out over several lines.
func FlatType(name string) string { return flatType(name) }
