// Package parts fetches what development, the demonstration and the tests run
// besides this product: the ClickHouse engine (libchdb), ZooKeeper, Redis,
// Temporal, the dependencies of Node projects, the Moose CLI, a Python with
// moose-lib, a container engine with the base images of the action, act, GitHub's
// description of its API and examples of its events.
//
// Everything comes through the ordinary package clients (npm, pip, apt-get, go),
// in versions pinned in this package, into a cache outside the source tree. A
// part appears in the cache whole or not at all, and processes that want the
// same part at once wait for one another.
package parts
