// Package schema is the canonical form of what ClickHouse holds: tables and views
// in the server's own spelling, so that two of them mean the same exactly when
// they compare equal.
//
// Both sides of every comparison come through it: what the server reports, and
// what a project declares after the server has formatted it (package clickhouse
// makes both). The package does no I/O.
package schema

import "strings"

// Name is a database and an object in it.
type Name struct {
	Database string
	Object   string
}

// String is "database.object", for people; it does not quote.
func (n Name) String() string { return n.Database + "." + n.Object }

// Table is a table in canonical form. All expressions are the server's formatting.
type Table struct {
	Name    Name
	Engine  Engine
	Columns []Column
	// OrderBy and PrimaryKey are the elements of the keys; PrimaryKey equals OrderBy when it was not given apart.
	OrderBy, PrimaryKey []string
	PartitionBy         string
	SampleBy            string
	TTL                 string
	// Settings are the settings that the table's own definition names, unquoted.
	Settings    map[string]string
	Indexes     []Index
	Projections []Projection
	Constraints []Constraint
	Comment     string
	// Rows and Bytes are the server's own counts, nil where it keeps none or for a declared table.
	Rows, Bytes *uint64
}

// Column is a column in canonical form.
type Column struct {
	Name string
	// Type is the server's name of the type, such as Enum8('a' = 1) or Decimal(9, 2).
	Type string
	// DefaultKind is DEFAULT, MATERIALIZED, ALIAS, EPHEMERAL or empty.
	DefaultKind string
	DefaultExpr string
	// Codec is what stands between the brackets of CODEC(…).
	Codec   string
	TTL     string
	Comment string
	// Statistics and Settings are what stands between the brackets of STATISTICS(…) and
	// SETTINGS (…), which a project cannot declare.
	Statistics, Settings string
}

// Index is a data-skipping index; Type carries its arguments: "set(100)".
type Index struct {
	Name, Expr, Type string
	Granularity      uint64
}

// Projection is a projection; Body is what stands between its brackets.
type Projection struct{ Name, Body string }

// Constraint is a constraint; Type is CHECK or ASSUME.
type Constraint struct{ Name, Type, Expr string }

// View is a view or a materialized view in canonical form.
type View struct {
	Name   Name
	Select string
	// Materialized views write into Target; Inner is set when the view owns a hidden target table.
	Materialized bool
	Target       Name
	Inner        bool
	// Refresh is when a refreshable materialized view runs, such as "EVERY 1 HOUR APPEND";
	// empty for one that sees inserts. A project cannot declare it.
	Refresh string
}

// Catalog is everything that was found, keyed by name.
type Catalog struct {
	Tables map[Name]*Table
	Views  map[Name]*View
	// Databases are those that exist among the ones asked for.
	Databases map[string]bool
}

// NewCatalog returns an empty catalog.
func NewCatalog() *Catalog {
	return &Catalog{Tables: map[Name]*Table{}, Views: map[Name]*View{}, Databases: map[string]bool{}}
}

// Column returns the column of that name, nil when there is none.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Nullable reports whether a column of that type can hold NULL as a whole: Nullable
// itself, inside LowCardinality or as the argument of SimpleAggregateFunction.
func Nullable(typ string) bool {
	if rest, ok := strings.CutPrefix(typ, "SimpleAggregateFunction("); ok {
		_, argument, _ := strings.Cut(rest, ", ")
		return strings.HasPrefix(argument, "Nullable(")
	}
	return strings.HasPrefix(strings.TrimPrefix(typ, "LowCardinality("), "Nullable(")
}
