// Package diff compares two infrastructure maps and says what changed and why.
//
// Tables and views are compared in the server's canonical form (package schema),
// everything else in the canonical form of its JSON. Types are compared in
// columns.go, engines and settings in engine.go, keys in tables.go. The package
// does no I/O.
package diff
