package plan

import (
	"maps"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// node is an operation with the objects that it depends on.
type node struct {
	op      Operation
	name    schema.Name
	sources []schema.Name
}

func (m *maker) addNode(phase *map[string]node, key string, op Operation, sources []schema.Name) {
	if *phase == nil {
		*phase = map[string]node{}
	}
	target := op.Target()
	name := schema.Name{Database: target.Database, Object: target.Name}
	if name.Database == "" {
		name.Database = m.after.Map.DefaultDatabase
	}
	(*phase)[key] = node{op: op, name: name, sources: sources}
	if m.touched == nil {
		m.touched = map[string]bool{}
	}
	m.touched[key] = true
}

// ordered puts the phases one after the other. Tables that no dropped view reads
// or fills are altered first, so that a view is gone only for as long as it must
// be. SQL resources are torn down before everything they may read and set up after
// it, but before the views that may use what they define.
func (m *maker) ordered() []Operation {
	late := m.besideViews()
	var ops []Operation
	for _, id := range inframap.Keys(m.alters) {
		if !late[id] {
			ops = append(ops, m.alters[id]...)
		}
	}
	ops = append(ops, reverse(sortNodes(m.dropViews))...)
	ops = append(ops, m.teardownSQL...)
	ops = append(ops, reverse(sortNodes(m.dropTables))...)
	created := sortNodes(m.makeTables)
	ops = append(ops, created...)
	for _, id := range inframap.Keys(m.alters) {
		if late[id] {
			ops = append(ops, m.alters[id]...)
		}
	}
	ops = append(ops, m.setupSQL...)
	return append(ops, sortNodes(m.makeViews)...)
}

// besideViews are the ids of the altered tables that a dropped view reads or fills.
func (m *maker) besideViews() map[string]bool {
	used := map[schema.Name]bool{}
	for _, n := range m.dropViews {
		for _, s := range n.sources {
			used[s] = true
		}
	}
	out := map[string]bool{}
	for id := range m.alters {
		out[id] = used[m.after.Tables[id].Name] || used[m.oldNames[id]]
	}
	return out
}

// sortNodes puts every node after the nodes that it depends on; among those that
// are ready, in byte order of their keys. A cycle is broken at its first key.
func sortNodes(nodes map[string]node) []Operation {
	byName := map[schema.Name]string{}
	for key, n := range nodes {
		byName[n.name] = key
	}
	keys := slices.Sorted(maps.Keys(nodes))
	state := map[string]int{}
	var out []Operation
	var visit func(key string)
	visit = func(key string) {
		if state[key] != 0 {
			return
		}
		state[key] = 1
		var needs []string
		for _, s := range nodes[key].sources {
			if dep, ok := byName[s]; ok && dep != key {
				needs = append(needs, dep)
			}
		}
		slices.Sort(needs)
		for _, dep := range needs {
			visit(dep)
		}
		out = append(out, nodes[key].op)
	}
	for _, key := range keys {
		visit(key)
	}
	return out
}

func reverse(ops []Operation) []Operation {
	slices.Reverse(ops)
	return ops
}

// tableSources are the tables that a table of an engine such as Distributed stands for.
func tableSources(t *inframap.Table, side diff.Side) []schema.Name {
	name := t.Engine.String("target_table")
	if name == "" {
		return nil
	}
	db := t.Engine.String("target_database")
	if db == "" {
		db = t.DatabaseOr(side.Map.DefaultDatabase)
	}
	return []schema.Name{{Database: db, Object: name}}
}

// viewSources are the objects that a view reads and, when it is materialized, writes to.
func (m *maker) viewSources(side diff.Side, v *schema.View) []schema.Name {
	if v == nil {
		return nil
	}
	sources := diff.Names(v.Select, side.Map.DefaultDatabase, m.known)
	if v.Materialized && !v.Inner {
		sources = append(sources, v.Target)
	}
	return sources
}
