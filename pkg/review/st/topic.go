package st

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// edit is a topic that the plan adds, changes or removes.
type edit struct {
	*diff.Change
	before, after *inframap.Topic
}

func edits(s *review.Subject, actions ...diff.Action) []edit {
	var out []edit
	for _, c := range s.Changes(diff.Topic, actions...) {
		e := edit{Change: c}
		if c.Topic != nil {
			e.before, e.after = c.Topic.Before, c.Topic.After
		}
		out = append(out, e)
	}
	return out
}

// updates are the topics that are there before and after.
func updates(s *review.Subject) []edit {
	return slices.DeleteFunc(edits(s, diff.Update), func(e edit) bool { return e.before == nil || e.after == nil })
}

func object(e edit) string { return "topic " + e.Name }

// hit names the topic and where it is declared.
func hit(s *review.Subject, e edit, what ...string) review.Hit {
	if v := versionOf(e); v != "" {
		what = append(what, "version "+v)
	}
	return review.Hit{Object: object(e), Source: s.Source(e.Change), What: what}
}

// label is the topic in a sentence, with its version where it has one.
func label(e edit) string {
	if v := versionOf(e); v != "" {
		return "topic " + e.Name + " (version " + v + ")"
	}
	return "topic " + e.Name
}

func versionOf(e edit) string {
	for _, t := range []*inframap.Topic{e.before, e.after} {
		if t != nil && t.Version != nil {
			return *t.Version
		}
	}
	return ""
}

// source says where facts about topics come from.
const source = "the brokers"

// unread is what of a topic is lost with it. Nothing is only when the brokers have no
// messages of it, or when every consumer group that reads it has read them all.
func unread(s *review.Subject, id string) review.Count {
	stream, exists, err := s.Facts.Stream(id)
	switch {
	case err != nil:
		return unknown(fmt.Sprintf("how many messages are unread is not known: %v", err))
	case !exists:
		return none("the brokers have no such topic")
	case stream.Messages == 0:
		return none("it holds no messages now")
	}
	c := review.Count{Stake: &finding.Stake{Bytes: stream.Bytes, Whole: true}}
	held := messages(stream.Messages)
	if stream.Bytes != nil {
		held += ", " + humanize.Bytes(*stream.Bytes)
	}
	c.Evidence = []finding.Evidence{{Text: "the topic holds " + held, Source: source}}
	if !stream.Oldest.IsZero() {
		c.Evidence = append(c.Evidence, finding.Evidence{Text: "the oldest message is of " + stream.Oldest.Format("2006-01-02 15:04:05") + " UTC", Source: source})
	}
	for _, g := range stream.Groups {
		c.Evidence = append(c.Evidence, finding.Evidence{Text: fmt.Sprintf("the consumer group %s has %s left to read", g.Name, messages(g.Unread)), Source: source})
	}
	switch behind := furthest(stream.Groups); {
	case behind.Unread > 0:
		c.Text = fmt.Sprintf("it holds %s, and the consumer group %s has not read %s of them", held, behind.Name, humanize.Comma(int64(behind.Unread)))
	case stream.GroupsErr != nil:
		c.Text = fmt.Sprintf("it holds %s; how many of them are unread is not known: %v", held, stream.GroupsErr)
	case len(stream.Groups) == 0:
		c.Text = fmt.Sprintf("it holds %s, and no consumer group has read any", held)
	default:
		c.None, c.Text = true, fmt.Sprintf("it holds %s, which all its consumer groups have read", held)
	}
	return c
}

func unknown(text string) review.Count {
	return review.Count{Text: text, Evidence: []finding.Evidence{{Text: text}}}
}

func none(text string) review.Count {
	return review.Count{None: true, Text: text, Evidence: []finding.Evidence{{Text: text, Source: source}}}
}

// furthest is the group with the most messages left to read.
func furthest(groups []probe.Group) probe.Group {
	var most probe.Group
	for _, g := range groups {
		if g.Unread > most.Unread {
			most = g
		}
	}
	return most
}

func messages(n uint64) string {
	if n == 1 {
		return "1 message"
	}
	return humanize.Comma(int64(n)) + " messages"
}

// removed are the ids of the topics that go.
func removed(s *review.Subject) map[string]bool {
	out := map[string]bool{}
	for _, e := range edits(s, diff.Remove) {
		out[e.ID] = true
	}
	return out
}

// successors pairs a topic that goes with the one that comes in its place: the same
// name in another version, or another name with the same fields where no other topic
// could be meant.
func successors(s *review.Subject) map[string]edit {
	out := map[string]edit{}
	gone, come := edits(s, diff.Remove), edits(s, diff.Add)
	fits := func(match func(a, b *inframap.Topic) bool) {
		taken := map[string]bool{}
		for _, e := range out {
			taken[e.ID] = true
		}
		for _, g := range gone {
			if _, done := out[g.ID]; done || g.before == nil {
				continue
			}
			var found []edit
			for _, c := range come {
				if c.after != nil && !taken[c.ID] && match(g.before, c.after) {
					found = append(found, c)
				}
			}
			rivals := slices.ContainsFunc(gone, func(o edit) bool {
				_, done := out[o.ID]
				return !done && o.ID != g.ID && o.before != nil && len(found) == 1 && match(o.before, found[0].after)
			})
			if len(found) == 1 && !rivals {
				out[g.ID] = found[0]
			}
		}
	}
	fits(func(a, b *inframap.Topic) bool { return a.Name == b.Name })
	fits(func(a, b *inframap.Topic) bool { return len(a.Columns) > 0 && fields(a) == fields(b) })
	return out
}

// fields are the fields of a topic's messages as one text.
func fields(t *inframap.Topic) string {
	var out []string
	for i := range t.Columns {
		out = append(out, fmt.Sprintf("%s %v %v", t.Columns[i].Name, typeText(&t.Columns[i]), t.Columns[i].Required))
	}
	return strings.Join(out, "\n")
}
