package htmlpage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestLayersLeadToTheRight(t *testing.T) {
	for name, c := range map[string]struct {
		n     int
		edges [][2]int
		want  string
	}{
		"a chain":                    {4, [][2]int{{0, 1}, {1, 2}, {2, 3}}, "0 1 2 3"},
		"a short cut":                {3, [][2]int{{0, 1}, {1, 2}, {0, 2}}, "0 1 2"},
		"a late start":               {4, [][2]int{{0, 1}, {1, 2}, {3, 2}}, "0 1 2 1"},
		"alone":                      {2, nil, "0 0"},
		"a cycle":                    {3, [][2]int{{0, 1}, {1, 2}, {2, 0}}, "0 1 2"},
		"to itself":                  {1, [][2]int{{0, 0}}, "0"},
		"both ways":                  {2, [][2]int{{0, 1}, {1, 0}}, "0 1"},
		"a cycle behind a beginning": {3, [][2]int{{0, 1}, {1, 2}, {2, 1}}, "0 1 2"},
	} {
		layers, ways := layered(c.n, c.edges)
		got := make([]string, c.n)
		for l, layer := range layers {
			for _, b := range layer {
				if b.index >= 0 {
					got[b.index] = strconv.Itoa(l)
				}
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: layers %v, want %s", name, got, c.want)
		}
		for i, e := range c.edges {
			if way := ways[i]; way[0].index != e[0] || way[len(way)-1].index != e[1] {
				t.Errorf("%s: edge %v goes from %d to %d", name, e, way[0].index, way[len(way)-1].index)
			}
		}
	}
}

// TestNoBoxesOverlap lays out random graphs: each box has its own place, and each edge
// passes every layer between its ends.
func TestNoBoxesOverlap(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		n := 1 + random.IntN(graphNodes)
		var edges [][2]int
		for range random.IntN(2 * n) {
			edges = append(edges, [2]int{random.IntN(n), random.IntN(n)})
		}
		layers, ways := layered(n, edges)
		widths := make([]float64, n)
		lefts, wides, high := place(layers, widths)
		count := 0
		for l, layer := range layers {
			end := 0.0
			for _, b := range layer {
				if b.index >= 0 {
					count++
				}
				if b.y-b.high/2 < end || b.y+b.high/2 > high+2*margin {
					t.Fatalf("a box of layer %d is at %f, %f high, after %f of %f", l, b.y, b.high, end, high)
				}
				end = b.y + b.high/2
			}
		}
		if count != n {
			t.Fatalf("%d boxes of %d", count, n)
		}
		for i, way := range ways {
			for j := 1; j < len(way); j++ {
				if d := way[j].layer - way[j-1].layer; len(way) > 2 && d != 1 && d != -1 {
					t.Fatalf("edge %v jumps over %d layers", edges[i], d)
				}
			}
			if p := path(way, lefts, wides); strings.Contains(p, "NaN") || !strings.HasPrefix(p, "M") {
				t.Fatalf("path %s", p)
			}
		}
	}
}

func TestBarsCanBeSeen(t *testing.T) {
	for _, c := range []struct {
		n, of uint64
		want  string
	}{{0, 0, "0"}, {0, 5, "0"}, {5, 5, "100.0"}, {1, 4, "25.0"}, {1, math.MaxUint64, "0.8"}} {
		if got := percent(c.n, c.of); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.n, c.of, got, c.want)
		}
	}
}

var variables = regexp.MustCompile(`--([a-z]+): (#[0-9a-f]{3,6});`)

// TestContrast computes the contrast of every colour of text on every ground that it
// stands on, in both schemes: at least 4.5, as WCAG 2.2 (1.4.3) asks for level AA.
func TestContrast(t *testing.T) {
	schemes := strings.SplitN(style, "@media (prefers-color-scheme: dark)", 2)
	for i, scheme := range schemes {
		scheme, _, _ = strings.Cut(scheme, "\n* {")
		colors := map[string]string{}
		for _, m := range variables.FindAllStringSubmatch(scheme, -1) {
			colors[m[1]] = m[2]
		}
		for text, grounds := range map[string][]string{
			"text": {"page", "card", "added", "removed", "changed"}, "quiet": {"page", "card"},
			"block": {"card"}, "warn": {"card"}, "info": {"card"}, "pass": {"card"},
		} {
			for _, ground := range grounds {
				if c := contrast(t, colors[text], colors[ground]); c < 4.5 {
					t.Errorf("scheme %d: %s on %s has a contrast of %.2f", i, text, ground, c)
				}
			}
		}
		// Shapes need 3 (1.4.11).
		if c := contrast(t, colors["fill"], colors["track"]); c < 3 {
			t.Errorf("scheme %d: bars have a contrast of %.2f", i, c)
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

// luminance is that of WCAG 2.2.
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	var c [3]uint8
	if _, err := fmt.Sscanf(color, "#%02x%02x%02x", &c[0], &c[1], &c[2]); err != nil {
		t.Fatalf("colour %q: %v", color, err)
	}
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		v := float64(c[i]) / 255
		if v <= .04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
