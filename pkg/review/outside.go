package review

import (
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
)

// streams are the topics that the plan changes or removes, and those from which a sync
// or a function no longer reads. Of one that is to keep its messages for a shorter
// time it is asked how many are older.
func (s *Subject) streams() []probe.StreamQuestion {
	asked := map[string]probe.StreamQuestion{}
	add := func(topic string) {
		if _, known := asked[topic]; !known {
			asked[topic] = probe.StreamQuestion{Topic: topic}
		}
	}
	for _, c := range s.Changes(diff.Topic, diff.Update, diff.Remove) {
		before, after := c.Topic.Before, c.Topic.After
		if before == nil {
			continue
		}
		q := probe.StreamQuestion{Topic: before.ID()}
		if after != nil && Shorter(after.RetentionPeriod, before.RetentionPeriod) {
			q.OlderThan = s.Now.Add(-Length(after.RetentionPeriod))
		}
		asked[q.Topic] = q
	}
	for _, c := range s.Changes(diff.Function, diff.Remove) {
		if f, _ := Both[inframap.FunctionProcess](c); f != nil {
			add(f.SourceTopicID)
		}
	}
	for _, c := range s.Changes(diff.Sync, diff.Remove) {
		if t, _ := Both[inframap.TopicToTableSync](c); t != nil {
			add(t.SourceTopicID)
		}
	}
	out := make([]probe.StreamQuestion, 0, len(asked))
	for _, id := range inframap.Keys(asked) {
		out = append(out, asked[id])
	}
	return out
}

// workflows are the names of those that the plan changes or removes.
func (s *Subject) workflows() []string {
	var out []string
	for _, c := range s.Changes(diff.Workflow, diff.Update, diff.Remove) {
		if c.Workflow.Before != nil {
			out = append(out, c.Workflow.Before.Name)
		}
	}
	return out
}

// Both are the two sides of a change of a kind that has no member of its own in
// [diff.Change], nil where there is none.
func Both[T any](c *diff.Change) (before, after *T) {
	if c.Other == nil {
		return nil, nil
	}
	if c.Other.Before != nil {
		before, _ = (*c.Other.Before).(*T)
	}
	if c.Other.After != nil {
		after, _ = (*c.Other.After).(*T)
	}
	return before, after
}

// Shorter reports whether a length of time is shorter than another one.
func Shorter(a, b inframap.Duration) bool {
	return a.Secs < b.Secs || a.Secs == b.Secs && a.Nanos < b.Nanos
}

// Length is a length of time as Go has it, at most 290 years.
func Length(d inframap.Duration) time.Duration {
	const most = time.Duration(1<<63 - 1)
	if d.Secs >= uint64(most/time.Second) {
		return most
	}
	return time.Duration(d.Secs)*time.Second + time.Duration(d.Nanos)
}
