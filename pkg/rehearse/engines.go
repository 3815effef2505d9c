package rehearse

import (
	"strings"
)

// standIn says what takes the place of an engine on the scratch server.
type standIn int

const (
	// itself: the engine works on the scratch server as it is.
	itself standIn = iota
	// plain: the engine of the same family without replication.
	plain
	// memory: a local table that keeps nothing, for what lies elsewhere and can be read.
	memory
	// null: a local table for what can only be consumed by materialized views.
	null
)

// localEngines work without the outside, by their names in lower case.
var localEngines = set("memory null log tinylog stripelog set join buffer merge generaterandom embeddedrocksdb dictionary view " +
	"mergetree replacingmergetree summingmergetree aggregatingmergetree collapsingmergetree versionedcollapsingmergetree graphitemergetree coalescingmergetree")

// consumed are engines that only materialized views read.
var consumed = set("kafka rabbitmq nats s3queue azurequeue filelog")

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// standInFor returns what takes the place of an engine, and why in words.
func standInFor(engine string) (standIn, string) {
	name := strings.ToLower(engine)
	family := strings.TrimPrefix(strings.TrimPrefix(name, "replicated"), "shared")
	switch {
	case localEngines[name]:
		return itself, ""
	case localEngines[family] && strings.HasSuffix(family, "mergetree"):
		return plain, "the replication, since there is no Keeper on the scratch server (the table was tried as " + plainName(engine) + ")"
	case consumed[name]:
		return null, "anything that " + engine + " itself checks or does (an empty local table stood in)"
	case name == "distributed":
		return memory, "the cluster behind Distributed, since there is none on the scratch server (an empty local table stood in)"
	case name == "keepermap":
		return memory, "KeeperMap, since there is no Keeper on the scratch server (an empty local table stood in)"
	}
	return memory, "anything that " + engine + " itself checks or does (an empty local table stood in)"
}

func plainName(engine string) string {
	return strings.TrimPrefix(strings.TrimPrefix(engine, "Replicated"), "Shared")
}

// engineOf is the name of the engine that stands in.
func (s standIn) engineOf(engine string) string {
	switch s {
	case plain:
		return plainName(engine)
	case memory:
		return "Memory"
	case null:
		return "Null"
	}
	return engine
}

// local reports whether a table of another engine stands in.
func (s standIn) elsewhere() bool { return s == memory || s == null }

// hostSettings are settings of tables that name disks of the actual server.
var hostSettings = set("disk storage_policy")
