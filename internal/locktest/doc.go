// Package locktest proves the migration lock beyond what the conformance suite of the stores
// (pkg/state/statetest) asks: a model of the protocol in KeeperMap, searched through
// completely.
package locktest
