// Package probe asks the servers for the facts that a review rests on: how many rows
// a change would touch, what a table holds, what reads it. It only reads, within
// bounds, and says what it could not find out.
package probe
