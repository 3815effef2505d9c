package htmlpage

import (
	"cmp"
	"slices"
)

// box is a node of a layered drawing while it is laid out. A box without an index stands
// for an edge that passes its layer.
type box struct {
	index int // of the node, -1 for a passing edge
	layer int
	place float64 // within its layer, for sorting
	in    []*box
	out   []*box
	y     float64 // of its middle
	high  float64
}

// layered puts n nodes into layers from left to right, so that edges (pairs of indices)
// lead to the right wherever there is no cycle, and orders each layer so that few edges
// cross: the method of Sugiyama in its simplest form. It returns the layers, and for
// each edge the boxes that it passes, from its start to its end.
func layered(n int, edges [][2]int) ([][]*box, [][]*box) {
	boxes := make([]*box, n)
	for i := range boxes {
		boxes[i] = &box{index: i}
	}
	next := make([][]int, n)
	for _, e := range edges {
		if e[0] != e[1] {
			next[e[0]] = append(next[e[0]], e[1])
		}
	}
	setLayers(boxes, next)
	var layers [][]*box
	put := func(b *box) {
		for len(layers) <= b.layer {
			layers = append(layers, nil)
		}
		b.place = float64(len(layers[b.layer]))
		layers[b.layer] = append(layers[b.layer], b)
	}
	for _, b := range boxes {
		put(b)
	}
	ways := make([][]*box, len(edges))
	for i, e := range edges {
		from, to := boxes[e[0]], boxes[e[1]]
		way := []*box{from}
		step := 1
		if to.layer < from.layer {
			step = -1
		}
		for l := from.layer + step; from.layer != to.layer && l != to.layer; l += step {
			pass := &box{index: -1, layer: l}
			put(pass)
			way = append(way, pass)
		}
		ways[i] = append(way, to)
		for j := 1; j < len(ways[i]); j++ {
			left, right := ways[i][j-1], ways[i][j]
			if step < 0 {
				left, right = right, left
			}
			left.out, right.in = append(left.out, right), append(right.in, left)
		}
	}
	untangle(layers)
	return layers, ways
}

// setLayers gives each node the length of the longest way to it, back edges of cycles
// left aside, and moves nodes without a start as far to the right as they can go.
func setLayers(boxes []*box, next [][]int) {
	state := make([]int, len(boxes)) // 1: on the way, 2: done
	var order []int
	back := map[[2]int]bool{}
	var visit func(i int)
	visit = func(i int) {
		state[i] = 1
		for _, j := range next[i] {
			switch state[j] {
			case 0:
				visit(j)
			case 1:
				back[[2]int{i, j}] = true
			}
		}
		state[i] = 2
		order = append(order, i)
	}
	for i := range boxes {
		if state[i] == 0 {
			visit(i)
		}
	}
	slices.Reverse(order)
	led := make([]bool, len(boxes))
	for _, i := range order {
		for _, j := range next[i] {
			if !back[[2]int{i, j}] {
				led[j] = true
				boxes[j].layer = max(boxes[j].layer, boxes[i].layer+1)
			}
		}
	}
	for i := range boxes {
		if led[i] {
			continue
		}
		nearest := -1
		for _, j := range next[i] {
			if !back[[2]int{i, j}] && (nearest < 0 || boxes[j].layer < nearest) {
				nearest = boxes[j].layer
			}
		}
		boxes[i].layer = max(nearest-1, 0)
	}
}

// sweeps is how often the layers are sorted, to the right and back.
const sweeps = 8

// untangle sorts each layer by the middle of the neighbours of its boxes.
func untangle(layers [][]*box) {
	sortLayer := func(layer []*box, neighbours func(*box) []*box) {
		key := map[*box]float64{}
		for _, b := range layer {
			key[b] = b.place
			if list := neighbours(b); len(list) > 0 {
				sum := 0.0
				for _, n := range list {
					sum += n.place
				}
				key[b] = sum / float64(len(list))
			}
		}
		slices.SortStableFunc(layer, func(x, y *box) int { return cmp.Compare(key[x], key[y]) })
		for i, b := range layer {
			b.place = float64(i)
		}
	}
	for range sweeps {
		for _, l := range layers {
			sortLayer(l, func(b *box) []*box { return b.in })
		}
		for i := len(layers) - 1; i >= 0; i-- {
			sortLayer(layers[i], func(b *box) []*box { return b.out })
		}
	}
}
