package st

import (
	"context"
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var st712 = &review.Rule{
	Code: "ST712", Name: "remove function", Severity: finding.Warn,
	Detects: "A transform or a consumer of a topic goes, or reads or writes another topic than before, while its topic stays. It is only noted where its consumer group has read everything.",
	Happens: "Moose names the consumer group of a function after its two topics. What the group has not read yet is never processed by it. A function with another target is a new group, which reads the topic from its beginning, so that everything is processed a second time.",
	Remedy:  "stop what writes to the topic and let the function read to the end first",
	Demo: review.Demo{{
		Say:  "ten messages, of which a function has processed seven, when it gets another target",
		Code: "create topic Orders\nproduce 10 messages\ncommit offset 7 for the group flow-Orders-Paid\nthe function writes to Settled",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				b.create("Orders", 1, nil)
				b.produce("Orders", 10)
				b.commit("flow-Orders-Paid", "Orders", 7)
				b.say("flow-Orders-Paid: %d never processed", b.unread("flow-Orders-Paid", "Orders"))
				b.say("flow-Orders-Settled: begins with all %d", b.unread("flow-Orders-Settled", "Orders"))
			})
		},
		Want: "flow-Orders-Paid: 3 never processed\nflow-Orders-Settled: begins with all 10",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		gone := removed(s)
		for _, c := range s.Changes(diff.Function, diff.Remove) {
			h := review.Hit{Object: "function " + c.Name, Source: s.Source(c), Text: fmt.Sprintf("function %s is removed; messages that it has not read are never processed", c.Name)}
			if f, _ := review.Both[inframap.FunctionProcess](c); f != nil {
				if gone[f.SourceTopicID] {
					continue
				}
				h.Object = "function " + f.Name
				h.Count = behind(s, f)
				if h.Count.None {
					h.Severity = finding.Info
				}
				h.Text = fmt.Sprintf("function %s is removed; messages that it has not read are never processed: %s", f.Name, h.Count.Text)
			}
			out = append(out, h)
		}
		return out
	},
}

// behind is what the consumer group of a function has not read.
func behind(s *review.Subject, f *inframap.FunctionProcess) review.Count {
	stream, exists, err := s.Facts.Stream(f.SourceTopicID)
	switch {
	case err == nil && stream.GroupsErr != nil:
		err = stream.GroupsErr
		fallthrough
	case err != nil:
		return unknown(fmt.Sprintf("how many is not known: %v", err))
	case !exists:
		return none("the brokers have no such topic")
	case stream.Messages == 0:
		return none("the topic holds no messages now")
	}
	for _, g := range stream.Groups {
		if !groupOf(f, g) {
			continue
		}
		text := fmt.Sprintf("its consumer group %s has not read %s", g.Name, messages(g.Unread))
		if g.Unread == 0 {
			return none(fmt.Sprintf("its consumer group %s has read them all", g.Name))
		}
		return review.Count{Text: text, Evidence: []finding.Evidence{{Text: text, Source: source}}}
	}
	return unknown(fmt.Sprintf("it has no consumer group, so none of %s was read by it", messages(stream.Messages)))
}

// groupOf reports whether a consumer group is that of a function. Its name has the
// topics as the brokers name them, with the namespace (moose-lib,
// streaming-functions/runner.ts).
func groupOf(f *inframap.FunctionProcess, g probe.Group) bool {
	rest, ok := strings.CutPrefix(g.Name, "flow-")
	if !ok {
		return false
	}
	target := ""
	if f.TargetTopicID != nil {
		target = *f.TargetTopicID
	}
	at := strings.Index(rest, f.SourceTopicID+"-")
	if at < 0 {
		return false
	}
	namespace, written := rest[:at], rest[at+len(f.SourceTopicID)+1:]
	if namespace != "" && !strings.HasSuffix(namespace, ".") {
		return false
	}
	return written == target || target != "" && written == namespace+target
}
