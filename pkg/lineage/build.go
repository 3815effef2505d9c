package lineage

import (
	"maps"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

type edgeKey struct {
	from, to ID
	use      Use
}

// builder collects the nodes and edges of both sides.
type builder struct {
	nodes map[ID]Node
	edges map[edgeKey]Edge
}

// Of is the graph of two sides of a comparison. A side without a map is empty.
func Of(before, after diff.Side) *Graph {
	b := &builder{nodes: map[ID]Node{}, edges: map[edgeKey]Edge{}}
	known := diff.KnownObjects(before, after)
	var sides []*side
	if before.Map != nil {
		sides = append(sides, &side{Side: before, b: b, before: true, known: known})
	}
	if after.Map != nil {
		sides = append(sides, &side{Side: after, b: b, after: true, known: known})
	}
	for _, s := range sides {
		s.nodes()
	}
	if len(sides) == 2 {
		sides[0].knows(sides[1])
		sides[1].knows(sides[0])
	}
	for _, n := range b.nodes {
		known[n.Name] = true
	}
	for _, s := range sides {
		s.flows()
	}
	return b.graph()
}

func (b *builder) graph() *Graph { return newGraph(b.nodes, slices.Collect(maps.Values(b.edges))) }

// join adds an edge, or its side to one that is there.
func (b *builder) join(e Edge) {
	key := edgeKey{e.From, e.To, e.Use}
	if old, ok := b.edges[key]; ok {
		e.Before, e.After = e.Before || old.Before, e.After || old.After
	}
	b.edges[key] = e
}

// side is one side while it is read.
type side struct {
	diff.Side
	b             *builder
	before, after bool
	known         map[schema.Name]bool
	// What the map refers to by name: objects are those of ClickHouse.
	objects, topics, resources, endpoints *index
}

// knows makes references find what only the other side has.
func (s *side) knows(other *side) {
	s.objects.other, s.topics.other = other.objects, other.topics
	s.resources.other, s.endpoints.other = other.resources, other.endpoints
}

func (s *side) add(n Node) ID {
	n.Before, n.After = s.before, s.after
	if old, ok := s.b.nodes[n.ID]; ok {
		n.Before, n.After = n.Before || old.Before, n.After || old.After
	}
	s.b.nodes[n.ID] = n
	return n.ID
}

// object adds an object of ClickHouse.
func (s *side) object(kind diff.Kind, key string, name schema.Name) ID {
	return s.add(Node{ID: Object(name), Kind: kind, Key: key, Name: name, Label: s.label(name)})
}

func (s *side) item(kind diff.Kind, key, label string) ID {
	return s.add(Node{ID: Item(kind, key), Kind: kind, Key: key, Label: label})
}

func (s *side) label(name schema.Name) string {
	if name.Database == s.Map.DefaultDatabase {
		return name.Object
	}
	return name.String()
}

// join adds an edge between nodes of this side; an empty id is one that nothing has.
func (s *side) join(from ID, use Use, to ID) {
	if from != "" && to != "" && from != to {
		s.b.join(Edge{From: from, To: to, Use: use, Before: s.before, After: s.after})
	}
}

// named is the node of a name in ClickHouse. A table that no map has becomes one; an
// unknown name has none.
func (s *side) named(name schema.Name) ID {
	id := Object(name)
	if _, ok := s.b.nodes[id]; ok {
		return id
	}
	if !s.known[name] {
		return ""
	}
	s.b.nodes[id] = Node{ID: id, Kind: diff.Table, Name: name, Label: s.label(name)}
	return id
}

// sql joins a node to what its formatted SQL reads.
func (s *side) sql(sql string, reader ID) {
	def := s.Map.DefaultDatabase
	for _, n := range slices.Concat(diff.Names(sql, def, s.known), diff.DictionaryNames(sql, def, s.known)) {
		s.join(s.named(n), Reads, reader)
	}
}

// view joins a view to what it reads: by its canonical SQL, and by what Moose notes
// where that is not known.
func (s *side) view(v *schema.View, sources []string, id ID) {
	if v != nil {
		s.sql(v.Select, id)
		return
	}
	for _, text := range sources {
		s.join(s.named(s.nameOf(text)), Reads, id)
	}
}

// nameOf reads a name as Moose notes it: `local`.`Events` or Events.
func (s *side) nameOf(text string) schema.Name {
	var parts []string
	for _, t := range sqltext.Tokens(text) {
		if t.Kind != sqltext.Space && t.Text != "." {
			parts = append(parts, sqltext.Unquote(t.Text))
		}
	}
	if len(parts) == 2 {
		return schema.Name{Database: parts[0], Object: parts[1]}
	}
	return schema.Name{Database: s.Map.DefaultDatabase, Object: strings.Join(parts, ".")}
}

// signatures joins a node to what Moose notes that it reads and fills.
func (s *side) signatures(id ID, pulls, pushes []inframap.Signature) {
	for _, p := range pulls {
		s.join(s.lookUp(p), Reads, id)
	}
	for _, p := range pushes {
		s.join(id, Fills, s.lookUp(p))
	}
}
