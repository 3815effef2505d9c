// Package fidelity holds the tests that a plan is neither too long nor too short:
// definitions that mean the same give no operation, every single change gives
// exactly the operation that it needs, and a random schema always reaches another
// random one. It also writes the table of docs/support.md.
package fidelity
