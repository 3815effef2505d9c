package comment

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// graphNodes is the number of objects above which no graph is drawn: a larger one is
// smaller than can be read. graphRunes bounds a name in it.
const (
	graphNodes = 40
	graphRunes = 40
)

// graph draws what hangs together with what breaks, for forges that show Mermaid.
func (w *writer) graph(g *report.Graph) {
	if g == nil {
		return
	}
	if len(g.Nodes) > graphNodes {
		w.paragraph("What depends on it is not drawn: " + humanize.Comma(int64(len(g.Nodes))) + " objects hang together. The run's artifact lists them.")
		return
	}
	w.fold("What depends on it", safetext.Fenced("mermaid", w.mermaid(g))+
		"\nData flows from left to right. A thick border: at risk. Dashed: removed. Dotted: changed.\n")
}

// shapes of nodes by kind: what holds rows is a cylinder, a view a plain box, what runs
// has round ends.
var mermaidShapes = map[diff.Kind][2]string{
	diff.Table: {"[(", ")]"}, diff.Topic: {"[[", "]]"}, diff.API: {"([", "])"}, diff.Workflow: {"([", "])"}, diff.WebApp: {"([", "])"},
}

// mermaid writes the graph in the language of Mermaid (https://mermaid.js.org/syntax/flowchart.html).
// Colours are borders alone, so that the text can be read in a light and a dark style.
func (w *writer) mermaid(g *report.Graph) []string {
	lines := []string{"flowchart LR"}
	classes := map[string][]string{}
	for _, n := range g.Nodes {
		shape, ok := mermaidShapes[n.Kind]
		if !ok {
			shape = [2]string{"[", "]"}
		}
		label := mermaidText(string(n.Kind)) + "<br/>" + mermaidText(safetext.Clip(w.redact(n.Name), graphRunes))
		if says := n.Says(); says != "" {
			label += "<br/>" + mermaidText(safetext.Clip(w.redact(says), graphRunes))
		}
		id := fmt.Sprintf("n%d", n.Number)
		lines = append(lines, fmt.Sprintf(`  %s%s"%s"%s`, id, shape[0], label, shape[1]))
		if class := mermaidClass(n); class != "" {
			classes[class] = append(classes[class], id)
		}
	}
	for _, e := range g.Edges {
		arrow := "-->"
		if e.Gone {
			arrow = "-.->"
		}
		lines = append(lines, fmt.Sprintf("  n%d %s n%d", e.From, arrow, e.To))
	}
	for _, c := range []struct{ name, style string }{
		{"breaks", "stroke:#d1242f,stroke-width:4px"},
		{"removed", "stroke:#d1242f,stroke-width:2px,stroke-dasharray:8 4"},
		{"changed", "stroke:#9a6700,stroke-width:2px,stroke-dasharray:2 3"},
	} {
		if ids := classes[c.name]; len(ids) > 0 {
			lines = append(lines, "  classDef "+c.name+" "+c.style, "  class "+strings.Join(ids, ",")+" "+c.name)
		}
	}
	return lines
}

func mermaidClass(n report.GraphNode) string {
	switch {
	case n.Breaks():
		return "breaks"
	case n.Action == diff.Remove:
		return "removed"
	case n.Action == diff.Update, n.Action == diff.Recreate:
		return "changed"
	}
	return ""
}

// mermaidText writes a text in a quoted label in which nothing has a meaning, neither
// for Mermaid nor for the HTML that it makes: all but letters, digits, spaces
// and points becomes an entity code of Mermaid, such as #34;.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range safetext.Visible(s) {
		switch {
		case strings.ContainsRune(" _.,", r), '0' <= r && r <= '9', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', r > 0xa0:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	if b.Len() == 0 {
		return "(no name)"
	}
	return b.String()
}
