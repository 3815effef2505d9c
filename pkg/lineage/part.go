package lineage

// Around is the part of the graph that lies within so many steps of the given nodes,
// in any direction, with all edges between its nodes. Ids that are not in the graph
// are left out.
func (g *Graph) Around(ids []ID, depth int) *Graph {
	nodes := map[ID]Node{}
	var edge []ID
	for _, id := range ids {
		if n, ok := g.nodes[id]; ok {
			nodes[id] = n
			edge = append(edge, id)
		}
	}
	for ; depth > 0; depth-- {
		var next []ID
		visit := func(id ID) {
			if _, seen := nodes[id]; !seen {
				nodes[id] = g.nodes[id]
				next = append(next, id)
			}
		}
		for _, id := range edge {
			for _, i := range g.from[id] {
				visit(g.edges[i].To)
			}
			for _, i := range g.to[id] {
				visit(g.edges[i].From)
			}
		}
		edge = next
	}
	var edges []Edge
	for _, e := range g.edges {
		_, from := nodes[e.From]
		_, to := nodes[e.To]
		if from && to {
			edges = append(edges, e)
		}
	}
	return newGraph(nodes, edges)
}

// Without leaves nodes out and joins what they joined: a topic, a sync and a table
// become a topic and a table that it fills.
func (g *Graph) Without(drop func(Node) bool) *Graph {
	b := &builder{nodes: map[ID]Node{}, edges: map[edgeKey]Edge{}}
	for id, n := range g.nodes {
		if !drop(n) {
			b.nodes[id] = n
		}
	}
	var follow func(start, at ID, before, after bool, use Use, seen map[ID]bool)
	follow = func(start, at ID, before, after bool, use Use, seen map[ID]bool) {
		if _, kept := b.nodes[at]; kept {
			b.join(Edge{From: start, To: at, Use: use, Before: before, After: after})
			return
		}
		if seen[at] {
			return
		}
		seen[at] = true
		for _, i := range g.from[at] {
			e := g.edges[i]
			follow(start, e.To, before && e.Before, after && e.After, e.Use, seen)
		}
		delete(seen, at)
	}
	for _, e := range g.edges {
		if _, kept := b.nodes[e.From]; kept {
			follow(e.From, e.To, e.Before, e.After, e.Use, map[ID]bool{})
		}
	}
	return b.graph()
}
