package report

import "slices"

// Keep takes out the losses of objects, "local.Events" or "local.Users.age", whose data
// the plan keeps in another way than the usual one; ways says by which.
func (r *Report) Keep(ways map[string]string) {
	if len(ways) == 0 {
		return
	}
	r.Losses = slices.DeleteFunc(r.Losses, func(l Loss) bool {
		name := l.Database + "." + l.Name
		if l.Column != "" {
			name += "." + l.Column
		}
		return ways[name] != ""
	})
	for i := range r.Changes {
		c := &r.Changes[i]
		if way := ways[c.Database+"."+c.Name]; way != "" {
			c.Note = "goes the way " + way + ", which keeps its rows"
		}
	}
	ignored := r.Summary.Ignored
	r.Summary = r.count()
	r.Summary.Ignored = ignored
	r.Verdict = r.verdict()
}
