// Package interop proves that this program and the published Moose CLI can work
// on the same project, database and state in turns, and that a project means the
// same in both of its languages. It has tests only.
package interop
