package wf

import (
	"fmt"
	"slices"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// edit is a workflow that the plan adds, changes or removes.
type edit struct {
	*diff.Change
	before, after *inframap.Workflow
}

func edits(s *review.Subject, actions ...diff.Action) []edit {
	var out []edit
	for _, c := range s.Changes(diff.Workflow, actions...) {
		e := edit{Change: c}
		if c.Workflow != nil {
			e.before, e.after = c.Workflow.Before, c.Workflow.After
		}
		out = append(out, e)
	}
	return out
}

// updates are the workflows that are there before and after.
func updates(s *review.Subject) []edit {
	return slices.DeleteFunc(edits(s, diff.Update), func(e edit) bool { return e.before == nil || e.after == nil })
}

func hit(s *review.Subject, e edit, what ...string) review.Hit {
	return review.Hit{Object: string(diff.Workflow) + " " + e.Name, Source: s.Source(e.Change), What: what}
}

// inFlight is what of a workflow is at work.
func inFlight(s *review.Subject, name string) review.Count {
	open, err := s.Facts.Workflow(name)
	if err != nil {
		text := fmt.Sprintf("how many of its runs are under way is not known: %v", err)
		return review.Count{Text: text, Evidence: []finding.Evidence{{Text: text}}}
	}
	c := review.Count{None: open.Running == 0 && !open.More, Text: "none of its runs is under way"}
	switch {
	case open.Running == 1:
		c.Text = "1 of its runs is under way"
	case open.Running > 1:
		c.Text = humanize.Comma(int64(open.Running)) + " of its runs are under way"
	}
	if open.More {
		c.Text = fmt.Sprintf("at least %s of its runs are under way; there are too many to look at all", humanize.Comma(int64(open.Running)))
	}
	c.Evidence = []finding.Evidence{{Text: c.Text, Source: "Temporal"}}
	if !open.Oldest.IsZero() {
		c.Evidence = append(c.Evidence, finding.Evidence{Text: "the oldest of them was started at " + open.Oldest.UTC().Format(time.DateTime) + " UTC", Source: "Temporal"})
	}
	if open.Waiting > 0 {
		c.Evidence = append(c.Evidence, finding.Evidence{Text: "its schedule waits for the next time", Source: "Temporal"})
	}
	return c
}

// successors pairs a workflow that goes with the one that comes in its place: one with
// a schedule of its own and the same times, retries and timeout, where no other could be
// meant.
func successors(s *review.Subject) map[string]edit {
	gone, come := edits(s, diff.Remove), edits(s, diff.Add)
	out := map[string]edit{}
	for _, g := range gone {
		if g.before == nil || g.before.Config.Schedule == "" {
			continue
		}
		var found []edit
		for _, c := range come {
			if c.after != nil && alike(g.before, c.after) {
				found = append(found, c)
			}
		}
		rival := slices.ContainsFunc(gone, func(o edit) bool { return o.ID != g.ID && o.before != nil && alike(o.before, g.before) })
		if len(found) == 1 && !rival {
			out[g.ID] = found[0]
		}
	}
	return out
}

func alike(a, b *inframap.Workflow) bool {
	return a.Language == b.Language && a.Config.Cron() == b.Config.Cron() && a.Config.Retries == b.Config.Retries && a.Config.Timeout == b.Config.Timeout
}
