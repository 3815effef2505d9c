// Package embedded starts the servers that development, the demonstration and
// the tests need as children of this process: the ClickHouse engine with its
// Keeper, Redis, and Temporal. Each listens on 127.0.0.1 only, writes a log whose end is
// shown when the start fails, and cannot outlive this process.
package embedded
