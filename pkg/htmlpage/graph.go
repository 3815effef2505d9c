package htmlpage

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// graphNodes is the number of objects above which the graph is only listed.
const graphNodes = 60

// The measures of the drawing in pixels. A character of the names is charWidth wide in
// the monospaced font of the style sheet.
const (
	margin     = 6.0
	nodeHeight = 58.0
	passHeight = 12.0
	rowGap     = 16.0
	layerGap   = 52.0
	charWidth  = 7.3
	padding    = 24.0
	leastWidth = 96.0
	nameRunes  = 30
)

// drawing is the graph as SVG.
type drawing struct {
	Width, Height string
	Nodes         []drawnNode
	Edges         []drawnEdge
}

type drawnNode struct {
	X, Y, Width, Height, Middle string
	// TextY are the base lines of kind, name and what is said.
	KindY, NameY, SaysY string
	// Class is breaks, removed, changed, added or empty; Round is the radius of corners.
	Class, Round     string
	Kind, Name, Says string
	Whole            string // for a tooltip
}

type drawnEdge struct{ Path, Class string }

// drawing lays the graph out, nil when it is too large to be read.
func (v viewer) drawing(g *report.Graph) *drawing {
	if len(g.Nodes) > graphNodes {
		return nil
	}
	at := map[int]int{}
	nodes := make([]drawnNode, len(g.Nodes))
	widths := make([]float64, len(g.Nodes))
	for i, n := range g.Nodes {
		at[n.Number] = i
		nodes[i], widths[i] = v.node(n)
	}
	edges := make([][2]int, len(g.Edges))
	for i, e := range g.Edges {
		edges[i] = [2]int{at[e.From], at[e.To]}
	}
	layers, ways := layered(len(nodes), edges)
	lefts, wides, high := place(layers, widths)
	out := &drawing{Height: px(high + 2*margin)}
	right := margin
	for l, layer := range layers {
		right = lefts[l] + wides[l]
		for _, b := range layer {
			if b.index >= 0 {
				nodes[b.index].put(lefts[l], b.y-nodeHeight/2, wides[l])
			}
		}
	}
	out.Width, out.Nodes = px(right+margin), nodes
	for i, way := range ways {
		class := ""
		switch {
		case g.Edges[i].Gone:
			class = "gone"
		case g.Edges[i].New:
			class = "new"
		}
		out.Edges = append(out.Edges, drawnEdge{path(way, lefts, wides), class})
	}
	return out
}

// place gives each box its height on the page, layers centred, and returns where the
// layers begin, how wide they are, and the height of the highest.
func place(layers [][]*box, widths []float64) (lefts, wides []float64, high float64) {
	heights := make([]float64, len(layers))
	x := margin
	for l, layer := range layers {
		wide := leastWidth
		for i, b := range layer {
			b.high = passHeight
			if b.index >= 0 {
				b.high, wide = nodeHeight, max(wide, widths[b.index])
			}
			if i > 0 {
				heights[l] += rowGap
			}
			heights[l] += b.high
		}
		lefts, wides = append(lefts, x), append(wides, wide)
		x += wide + layerGap
		high = max(high, heights[l])
	}
	for l, layer := range layers {
		y := margin + (high-heights[l])/2
		for _, b := range layer {
			b.y = y + b.high/2
			y += b.high + rowGap
		}
	}
	return lefts, wides, high
}

// path is a smooth line through the boxes that an edge passes.
func path(way []*box, lefts, wides []float64) string {
	first, last := way[0], way[len(way)-1]
	forward := last.layer > first.layer
	if first.layer == last.layer { // within a layer, or to itself: around on the right
		x := lefts[first.layer] + wides[first.layer]
		return fmt.Sprintf("M%s %s C%s %s %s %s %s %s", px(x), px(first.y-6), px(x+layerGap*.8), px(first.y-6), px(x+layerGap*.8), px(last.y+6), px(x), px(last.y+6))
	}
	out, in := func(l int) float64 { return lefts[l] + wides[l] }, func(l int) float64 { return lefts[l] }
	if !forward {
		out, in = in, out
	}
	var b strings.Builder
	x := out(first.layer)
	fmt.Fprintf(&b, "M%s %s", px(x), px(first.y))
	for i := 1; i < len(way); i++ {
		to := in(way[i].layer)
		middle := (x + to) / 2
		fmt.Fprintf(&b, " C%s %s %s %s %s %s", px(middle), px(way[i-1].y), px(middle), px(way[i].y), px(to), px(way[i].y))
		if i < len(way)-1 {
			x = out(way[i].layer)
			fmt.Fprintf(&b, " L%s %s", px(x), px(way[i].y))
		}
	}
	return b.String()
}

func px(f float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0") }

// put places a node.
func (n *drawnNode) put(x, y, width float64) {
	n.X, n.Y, n.Width, n.Height = px(x), px(y), px(width), px(nodeHeight)
	n.Middle = px(x + width/2)
	n.KindY, n.NameY, n.SaysY = px(y+17), px(y+34), px(y+50)
	if n.Says == "" {
		n.KindY, n.NameY = px(y+24), px(y+42)
	}
}

// round are the corners of nodes by kind: what holds rows has square ones.
var round = map[diff.Kind]string{diff.API: "24", diff.Workflow: "24", diff.WebApp: "24", diff.Topic: "10"}

// node is a node with its texts, and how wide they are.
func (v viewer) node(n report.GraphNode) (drawnNode, float64) {
	out := drawnNode{
		Kind: safetext.Clip(v.text(string(n.Kind)), nameRunes), Name: cmp.Or(safetext.Clip(v.text(n.Name), nameRunes), "(no name)"), Says: v.text(n.Says()),
		Round: cmp.Or(round[n.Kind], "2"),
	}
	out.Whole = v.node1(n)
	out.Says = safetext.Clip(out.Says, nameRunes+4)
	switch {
	case n.Breaks():
		out.Class = "breaks"
	case n.Action != "":
		out.Class = map[diff.Action]string{diff.Add: "added", diff.Remove: "removed", diff.Update: "changed", diff.Recreate: "changed"}[n.Action]
	}
	return out, max(wide(out.Name), wide(out.Says)*.9, wide(out.Kind)*.9)*charWidth + padding
}

// wide is the width of a text in characters; those of East Asia count twice.
func wide(s string) float64 {
	n := 0.0
	for _, r := range s {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return n
}

// node1 names a node in one line: "table Events (removed, DS101 blocks)".
func (v viewer) node1(n report.GraphNode) string {
	text := strings.TrimSpace(string(n.Kind) + " " + n.Name)
	if says := n.Says(); says != "" {
		text += " (" + says + ")"
	}
	return v.text(text)
}

// links are the edges in words.
func (v viewer) links(g *report.Graph) []string {
	nodes := map[int]report.GraphNode{}
	for _, n := range g.Nodes {
		nodes[n.Number] = n
	}
	var out []string
	for _, e := range g.Edges {
		text := v.node1(nodes[e.From]) + " → " + v.node1(nodes[e.To])
		switch {
		case e.Gone:
			text += ", ends with the plan"
		case e.New:
			text += ", begins with the plan"
		}
		out = append(out, text)
	}
	return out
}
