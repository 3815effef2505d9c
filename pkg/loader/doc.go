// Package loader reads the desired infrastructure map from a project's main file.
//
// It runs the project's own moose-lib, as Moose does, with three promises that
// Moose does not make: the code that is loaded is the code that is there (a
// failed compile never falls back to an older build), the user's code sees no
// secret of this process, and nothing of it is left running.
//
// Secrets that a table needs are markers in the map, "__MOOSE_RUNTIME_ENV__:NAME",
// until ResolveRuntimeEnv replaces them; a plan needs none of them.
package loader
