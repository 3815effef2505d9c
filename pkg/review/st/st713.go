package st

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var st713 = &review.Rule{
	Code: "ST713", Name: "dead letter queue removed", Severity: finding.Warn,
	Detects: "A function or an ingest endpoint no longer has a dead letter queue, or another one, while the queue's topic stays. Where the topic goes, ST701 says it.",
	Happens: "A message that a function cannot process is written to the log and is gone. Whoever looks into the queue sees nothing new.",
	Remedy:  "keep the dead letter queue, or count the errors in the log",
	Demo: review.Demo{{
		Say:  "of three messages one cannot be processed, first with a dead letter queue and then without",
		Code: "create topics Orders, Paid and Failed\nprocess 3 messages, one of which fails",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				for _, name := range []string{"Orders", "Paid", "Failed"} {
					b.create(name, 1, nil)
				}
				process := func(queue string) {
					for _, v := range []string{"1", "x", "3"} {
						switch {
						case v != "x":
							b.answer("Paid", v)
						case queue != "":
							b.answer(queue, v)
						}
					}
				}
				process("Failed")
				b.say("with the queue: %d processed, %d kept", b.messages("Paid"), b.messages("Failed"))
				process("")
				b.say("without it: %d more processed, %d more kept", b.messages("Paid")-2, b.messages("Failed")-1)
			})
		},
		Want: "with the queue: 2 processed, 1 kept\nwithout it: 2 more processed, 0 more kept",
	}},
	Check: func(s *review.Subject) []review.Hit {
		users := queues(s)
		gone := removed(s)
		var out []review.Hit
		for _, queue := range inframap.Keys(users) {
			if gone[queue] {
				continue
			}
			names := users[queue]
			out = append(out, review.Hit{
				Object: "topic " + queue, What: names,
				Text: fmt.Sprintf("what fails in %s no longer goes to the dead letter queue %s", strings.Join(names, ", "), queue),
			})
		}
		return out
	},
}

// queues are the dead letter queues that lose a user which stays, with these users.
func queues(s *review.Subject) map[string][]string {
	out := map[string][]string{}
	lost := func(user string, before, after *string) {
		if before == nil || *before == "" || after != nil && *after == *before {
			return
		}
		id := queueID(s, *before)
		if !slices.Contains(out[id], user) {
			out[id] = append(out[id], user)
		}
	}
	for _, c := range s.Changes(diff.Function, diff.Update) {
		if b, a := review.Both[inframap.FunctionProcess](c); b != nil && a != nil {
			lost("function "+a.Name, b.DeadLetterQueueTopicID, a.DeadLetterQueueTopicID)
		}
	}
	for _, c := range s.Changes(diff.API, diff.Update) {
		if c.API == nil || c.API.Before == nil || c.API.After == nil {
			continue
		}
		if b, a := c.API.Before.APIType.Ingress, c.API.After.APIType.Ingress; b != nil && a != nil {
			lost("API endpoint "+c.Name, b.DeadLetterQueue, a.DeadLetterQueue)
		}
	}
	for _, users := range out {
		slices.Sort(users)
	}
	return out
}

// queueID is the id of a dead letter queue, which endpoints name without its version.
func queueID(s *review.Subject, name string) string {
	for _, e := range edits(s, diff.Remove) {
		if e.ID == name || e.before != nil && e.before.Name == name {
			return e.ID
		}
	}
	return name
}

// keptIn are what loses its dead letter queue with a topic that goes.
func keptIn(s *review.Subject, topic string) []string { return queues(s)[topic] }
