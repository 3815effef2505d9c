package htmlpage

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// shownStakes is how many objects have bars.
const shownStakes = 30

// leastBar is the length of a bar below which it could not be seen, in percent.
const leastBar = 0.8

// stake is what is at stake at one object, with a bar for each measure that is known.
type stake struct {
	Object, What string
	Bars         []bar
}

// bar is a measure: Percent of the greatest of its kind on the page, and in words.
type bar struct {
	Measure, Percent, Text string
}

// amounts are what a stake is measured by.
type amounts struct {
	object, what string
	rows, bytes  *uint64
}

// stakes are the objects with what is known to be at stake, the greatest first, and how
// many are left out. Findings say it; a loss counts where none does.
func (v viewer) stakes(r *report.Report) ([]stake, int) {
	var list []amounts
	seen, rules := map[string]bool{}, map[string]string{}
	for _, f := range r.Findings {
		rules[f.Object] = cmp.Or(rules[f.Object], f.Rule)
		if f.Stake != nil && f.Object != "" && !seen[f.Object] {
			seen[f.Object] = true
			list = append(list, amounts{f.Object, f.Rule, f.Stake.Rows, f.Stake.Bytes})
		}
	}
	for _, l := range r.Losses {
		object := l.Name
		if l.Database != "" {
			object = l.Database + "." + object
		}
		if l.Column != "" {
			object += "." + l.Column
		}
		if !seen[object] && !l.Empty() {
			seen[object] = true
			list = append(list, amounts{object, rules[object], l.Rows, l.Bytes})
		}
	}
	slices.SortStableFunc(list, func(x, y amounts) int {
		return cmp.Or(cmp.Compare(value(y.bytes), value(x.bytes)), cmp.Compare(value(y.rows), value(x.rows)))
	})
	var rows, bytes uint64
	for _, a := range list {
		rows, bytes = max(rows, value(a.rows)), max(bytes, value(a.bytes))
	}
	more := max(len(list)-shownStakes, 0)
	var out []stake
	for _, a := range list[:len(list)-more] {
		s := stake{Object: v.text(a.object), What: v.text(a.what)}
		if a.rows != nil {
			s.Bars = append(s.Bars, bar{"rows", percent(*a.rows, rows), report.Amount(a.rows, nil)})
		}
		if a.bytes != nil {
			s.Bars = append(s.Bars, bar{"size", percent(*a.bytes, bytes), report.Amount(nil, a.bytes)})
		}
		out = append(out, s)
	}
	return out, more
}

func value(n *uint64) uint64 {
	if n == nil {
		return 0
	}
	return *n
}

// percent is a share as the length of a bar; what is not zero can be seen.
func percent(n, of uint64) string {
	if n == 0 || of == 0 {
		return "0"
	}
	return fmt.Sprintf("%.1f", max(100*float64(n)/float64(of), leastBar))
}
