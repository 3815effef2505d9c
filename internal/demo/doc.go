// Package demo shows the product at work: it takes a sample project from its
// main branch to a pull request with the real moose program, on a real
// ClickHouse with a Keeper, and prints what happens like a shell transcript.
//
// Everything it makes lies in one temporary folder, and everything it starts is
// a child of this process; both are gone when it ends.
package demo
