// Package ddl writes the SQL of ClickHouse objects and of plan operations.
//
// The spelling is Moose's wherever the server accepts it, so that
// tables made by either tool look alike. Names are always quoted; expressions come
// from the project and are put in as they are, one statement at a time.
package ddl
