package lineage

import (
	"cmp"
	"maps"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// ID identifies a node: [Object] for what is in ClickHouse, [Item] for what is not.
type ID string

// Object is the id of a table, view, materialized view or dictionary.
func Object(name schema.Name) ID { return ID(sqltext.Qualified(name.Database, name.Object)) }

// Item is the id of anything else: its kind and its key in the infrastructure map.
func Item(kind diff.Kind, key string) ID { return ID(string(kind) + " " + key) }

// Node is one object.
type Node struct {
	ID   ID
	Kind diff.Kind
	// Name is where the object lies in ClickHouse, zero for what is not there.
	Name schema.Name
	// Key is the object's key in the infrastructure map, empty for an object that no map has.
	Key string
	// Label is the object's name for people, without the default database.
	Label string
	// Before and After say on which sides there is such an object. Neither is set for a
	// table that exists and that Moose does not manage.
	Before, After bool
}

// Use is what joins two nodes.
type Use string

// The uses. Of an edge, the one that uses the other is its To, and for Fills its From.
const (
	// Reads: To reads From.
	Reads Use = "reads"
	// Fills: From writes into To.
	Fills Use = "fills"
	// Filters: the row policy To hides rows of the table From.
	Filters Use = "filters"
)

// Edge says that data flows from one node to another.
type Edge struct {
	From, To ID
	Use      Use
	// Before and After say on which sides it does.
	Before, After bool
}

// Dependent is a node that uses another one.
type Dependent struct {
	Node
	Use Use
	// UsesBefore and UsesAfter say on which sides it does.
	UsesBefore, UsesAfter bool
}

// Graph is the dependency graph of two sides. It is not changed after it is made, and
// every list that it returns is in a stable order.
type Graph struct {
	nodes map[ID]Node
	// edges are in order; from and to are their indices by node.
	edges    []Edge
	from, to map[ID][]int
}

// newGraph puts nodes and edges in order.
func newGraph(nodes map[ID]Node, edges []Edge) *Graph {
	g := &Graph{nodes: nodes, edges: edges, from: map[ID][]int{}, to: map[ID][]int{}}
	slices.SortFunc(g.edges, func(x, y Edge) int {
		return cmp.Or(compareNodes(nodes[x.From], nodes[y.From]), compareNodes(nodes[x.To], nodes[y.To]), cmp.Compare(x.Use, y.Use))
	})
	for i, e := range g.edges {
		g.from[e.From] = append(g.from[e.From], i)
		g.to[e.To] = append(g.to[e.To], i)
	}
	return g
}

// kindOrder is the way of the data.
var kindOrder = []diff.Kind{
	diff.API, diff.Topic, diff.Function, diff.Sync, diff.Table, diff.View, diff.MaterializedView, diff.Dictionary,
	diff.SQLResource, diff.RowPolicy, diff.WebApp, diff.Workflow,
}

func compareNodes(x, y Node) int {
	return cmp.Or(cmp.Compare(slices.Index(kindOrder, x.Kind), slices.Index(kindOrder, y.Kind)), cmp.Compare(x.ID, y.ID))
}

// Nodes are all nodes, kinds in the way of the data, then by id.
func (g *Graph) Nodes() []Node { return slices.SortedFunc(maps.Values(g.nodes), compareNodes) }

// Edges are all edges, in the order of their nodes.
func (g *Graph) Edges() []Edge { return slices.Clone(g.edges) }

// Node returns the node of that id, and whether there is one.
func (g *Graph) Node(id ID) (Node, bool) {
	n, ok := g.nodes[id]
	return n, ok
}

// Dependents are the nodes that use this one themselves, on either side: the views,
// materialized views, dictionaries and endpoints that read a table, and the syncs and
// materialized views that fill it. A node that does both is there twice.
func (g *Graph) Dependents(id ID) []Dependent {
	var out []Dependent
	add := func(e Edge, user ID) {
		out = append(out, Dependent{Node: g.nodes[user], Use: e.Use, UsesBefore: e.Before, UsesAfter: e.After})
	}
	for _, i := range g.from[id] {
		if e := g.edges[i]; e.Use != Fills {
			add(e, e.To)
		}
	}
	for _, i := range g.to[id] {
		if e := g.edges[i]; e.Use == Fills {
			add(e, e.From)
		}
	}
	slices.SortStableFunc(out, func(x, y Dependent) int { return compareNodes(x.Node, y.Node) })
	return out
}

// Downstream are all nodes that data of this one reaches, over any number of steps.
func (g *Graph) Downstream(id ID) []Node { return g.reach(id, g.from, func(e Edge) ID { return e.To }) }

// Upstream are all nodes whose data reaches this one, over any number of steps.
func (g *Graph) Upstream(id ID) []Node { return g.reach(id, g.to, func(e Edge) ID { return e.From }) }

func (g *Graph) reach(id ID, by map[ID][]int, next func(Edge) ID) []Node {
	seen := map[ID]bool{id: true}
	queue := []ID{id}
	var out []Node
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, i := range by[at] {
			if n := next(g.edges[i]); !seen[n] {
				seen[n] = true
				queue, out = append(queue, n), append(out, g.nodes[n])
			}
		}
	}
	slices.SortFunc(out, compareNodes)
	return out
}

// Path is a shortest way of data from one node to another, both included; nil when
// there is none.
func (g *Graph) Path(from, to ID) []Node {
	if _, ok := g.nodes[from]; !ok {
		return nil
	}
	came := map[ID]ID{from: from}
	queue := []ID{from}
	for len(queue) > 0 && came[to] == "" {
		at := queue[0]
		queue = queue[1:]
		for _, i := range g.from[at] {
			if n := g.edges[i].To; came[n] == "" {
				came[n] = at
				queue = append(queue, n)
			}
		}
	}
	if came[to] == "" {
		return nil
	}
	out := []Node{g.nodes[to]}
	for at := to; at != from; at = came[at] {
		out = append(out, g.nodes[came[at]])
	}
	slices.Reverse(out)
	return out
}
