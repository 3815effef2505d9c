// Package reverse writes the declaration that would give an existing table: the
// inverse of package ddl. Types and engines that Moose cannot declare are kept as
// ClickHouse's own text.
package reverse
