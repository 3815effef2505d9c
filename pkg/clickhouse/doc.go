// Package clickhouse reads what a ClickHouse server holds, lets the server
// normalise what a project declares, and runs the statements of a plan.
//
// The number of round trips does not grow with the number of tables: one query
// lists all tables and views, and declared SQL is formatted in batches.
package clickhouse
