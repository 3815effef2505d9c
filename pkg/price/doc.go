// Package price says what the steps of a plan make ClickHouse write again: bytes, parts,
// the disk that must be free meanwhile, and about how long it takes. What rewrites and
// what does not is that of ClickHouse 26.7, and is tested on the server.
package price
