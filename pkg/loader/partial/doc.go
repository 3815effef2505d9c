// Package partial reads what moose-lib's serializer prints about a project and
// makes an infrastructure map of it.
//
// The serializer's JSON is "partial": it holds the declarations as they were
// written. The full map adds ids, defaults, hashes and the processes between
// topics and tables. The rules are those of Moose 0.6.533, and
// the result has the same bytes, with two differences: paths inside the project
// are always relative to it, and a declaration that contradicts itself is an
// error that names it, where Moose ends with a panic.
//
// Both spellings of a member are read (camelCase and snake_case), nulls count as
// absent, and members that this version does not know are kept and reported.
package partial
