// Package secretsql finds the credentials that people spell out in SQL (views,
// materialized views, SQL resources), hides them from files, logs and reports, and
// compares SQL of which one side, or ClickHouse itself, hides them.
//
// It is no grammar. It knows the table functions, engines and clauses that
// ClickHouse documents as taking credentials; a credential that stands anywhere
// else, say as a constant in an expression, is not recognised.
package secretsql
