// Package locktest proves the migration lock beyond what the conformance suite of the stores
// (pkg/state/statetest) asks: models of the two protocols, searched through completely, and
// races of processes that are paused, have wrong clocks, and lose their server.
package locktest
