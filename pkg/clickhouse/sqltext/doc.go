// Package sqltext cuts up SQL that ClickHouse itself has formatted
// (create_table_query, formatQuerySingleLine) and quotes names and strings.
//
// It is no grammar: it knows strings, quoted names, brackets and top-level
// keywords, which is all that the server's own canonical text needs.
package sqltext
