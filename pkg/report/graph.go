package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/lineage"
)

// Graph is the part of the dependency graph where something breaks: the objects that a
// blocking or warning finding is about and that something depends on, and what they are
// joined to.
type Graph struct {
	// Nodes are numbered from 1 in the way of the data.
	Nodes []GraphNode `json:"nodes"`
	Edges []GraphEdge `json:"edges"`
}

// GraphNode is one object of a [Graph].
type GraphNode struct {
	Number int       `json:"number"`
	Kind   diff.Kind `json:"kind" report:"keep"`
	// Name is the object's, without the default database.
	Name string `json:"name" report:"keep"`
	// Action is what the plan does with it, empty for nothing.
	Action diff.Action `json:"action,omitzero" report:"keep"`
	// Severity is that of its gravest finding, empty when there is none; Codes are the
	// rules of all of them.
	Severity finding.Severity `json:"severity,omitzero" report:"keep"`
	Codes    []string         `json:"codes,omitempty" report:"keep"`
	// Allowed is set when someone let every finding pass that would block.
	Allowed bool `json:"allowed,omitzero"`
}

// Breaks reports whether a finding that nobody let pass stops the plan at this object.
func (n GraphNode) Breaks() bool { return n.Severity == finding.Block && !n.Allowed }

// GraphEdge says that data flows from one node to another, both by their numbers.
type GraphEdge struct {
	From int         `json:"from"`
	To   int         `json:"to"`
	Use  lineage.Use `json:"use" report:"keep"`
	// Gone is set when the plan ends it, New when it begins with the plan.
	Gone bool `json:"gone,omitzero"`
	New  bool `json:"new,omitzero"`
}

// driftRule is the name of the rule of drift, which says nothing of what the plan breaks.
const driftRule = "drift"

// through are the kinds that hold no data: what depends on one, depends on what lies
// behind it.
var through = map[diff.Kind]bool{diff.MaterializedView: true, diff.Function: true, diff.Sync: true}

// graphOf is the graph of a reviewed plan, nil when nothing breaks that something else
// depends on.
func graphOf(r *Report, all *lineage.Graph) *Graph {
	if all == nil {
		return nil
	}
	marks := marksOf(r, all)
	all = all.Without(func(n lineage.Node) bool { return n.Kind == diff.Sync && marks[n.ID].Action == "" })
	edges := all.Edges()
	// near adds what is joined to one of these.
	near := func(of map[lineage.ID]bool) map[lineage.ID]bool {
		out := map[lineage.ID]bool{}
		for _, e := range edges {
			if of[e.From] || of[e.To] {
				out[e.From], out[e.To] = true, true
			}
		}
		return out
	}
	broken := map[lineage.ID]bool{}
	for id, m := range marks {
		broken[id] = m.Severity != "" && m.Action != "" && m.Action != diff.Add
	}
	shown := near(broken)
	passing := map[lineage.ID]bool{}
	for id := range shown {
		n, _ := all.Node(id)
		passing[id] = through[n.Kind]
	}
	maps.Copy(shown, near(passing))
	part := all.Around(slices.Collect(maps.Keys(shown)), 0)
	if len(shown) == 0 {
		return nil
	}
	g := &Graph{}
	numbers := map[lineage.ID]int{}
	for i, n := range part.Nodes() {
		numbers[n.ID] = i + 1
		m := marks[n.ID]
		m.Number, m.Kind, m.Name = i+1, n.Kind, cmp.Or(n.Label, n.Key)
		g.Nodes = append(g.Nodes, m)
	}
	for _, e := range part.Edges() {
		g.Edges = append(g.Edges, GraphEdge{From: numbers[e.From], To: numbers[e.To], Use: e.Use, Gone: !e.After, New: !e.Before})
	}
	return g
}

// marksOf are the actions and findings of the nodes.
func marksOf(r *Report, all *lineage.Graph) map[lineage.ID]GraphNode {
	type key struct {
		kind diff.Kind
		id   string
	}
	actions := map[key]diff.Action{}
	for _, c := range r.Changes {
		actions[key{c.Kind, c.ID}] = c.Action
	}
	marks, names := map[lineage.ID]GraphNode{}, map[string]lineage.ID{}
	for _, n := range all.Nodes() {
		if action, ok := actions[key{n.Kind, n.Key}]; ok {
			marks[n.ID] = GraphNode{Action: action}
		}
		for _, name := range []string{n.Label, n.Key, n.Name.String()} {
			if name == "" {
				continue
			}
			names[string(n.Kind)+" "+name] = n.ID
			if n.Name.Object != "" || n.Kind == diff.SQLResource {
				names[name] = n.ID
			}
		}
	}
	for _, f := range r.Findings {
		id, ok := named(names, f.Object)
		if !ok || f.Severity == finding.Info || f.Rule == driftRule {
			continue
		}
		m := marks[id]
		blocks := f.Severity == finding.Block
		switch {
		case blocks && m.Severity != finding.Block:
			m.Severity, m.Allowed, m.Codes = finding.Block, f.Override != nil, nil // only the gravest are named
		case blocks:
			m.Allowed = m.Allowed && f.Override != nil
		case m.Severity == "":
			m.Severity = f.Severity
		case m.Severity == finding.Block:
			continue
		}
		if !slices.Contains(m.Codes, f.Code) {
			m.Codes = append(m.Codes, f.Code)
		}
		marks[id] = m
	}
	return marks
}

// named finds the node of a finding's object, which may go on with the name of a column.
func named(names map[string]lineage.ID, object string) (lineage.ID, bool) {
	for object != "" {
		if id, ok := names[object]; ok {
			return id, true
		}
		object = object[:max(strings.LastIndexByte(object, '.'), 0)]
	}
	return "", false
}

// Says is what the plan does with the node and what was found, in words: "removed,
// DS101 blocks"; empty for a node that stays as it is.
func (n GraphNode) Says() string {
	var parts []string
	if word := map[diff.Action]string{diff.Add: "new", diff.Remove: "removed", diff.Update: "changed", diff.Recreate: "recreated"}[n.Action]; word != "" {
		parts = append(parts, word)
	}
	if len(n.Codes) > 0 {
		what := "warns"
		switch {
		case n.Breaks():
			what = "blocks"
		case n.Severity == finding.Block:
			what = "allowed"
		}
		parts = append(parts, fmt.Sprintf("%s %s", strings.Join(n.Codes, " "), what))
	}
	return strings.Join(parts, ", ")
}
