// Package codegen writes the declarations of tables that ClickHouse holds, as
// source of a Moose project in TypeScript or Python. It is the way back from
// package schema to code, and does no I/O.
//
// Loading what it writes with moose-lib 0.6.533 declares the same table again. What
// moose-lib cannot declare is left out and named by a Note, which also stands as a
// comment beside the declaration. The source is run by whoever loads the project,
// so every text of the server goes through the quoting of this package, and a name
// that moose-lib itself would turn into code is refused.
package codegen
