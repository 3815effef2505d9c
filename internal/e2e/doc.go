// Package e2e proves the promises of a migration on real servers, from the
// outside: of two runs at the same time one applies, a change behind the tool's
// back stops the plan and is named, a killed run is finished by the next one.
// It has tests only.
package e2e
