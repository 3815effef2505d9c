package st

import (
	"context"
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var st701 = &review.Rule{
	Code: "ST701", Name: "delete topic", Severity: finding.Block, Proof: true,
	Detects: "A topic goes. A topic that only gets another name or version is found by ST702.",
	Happens: "Moose deletes the topic when it is deployed. Its messages are gone at once, read or not, and nothing brings them back. A topic that is made again under the same name is empty and counts from 0.",
	Remedy:  "stop what writes to it and let every consumer read to the end first",
	Demo: review.Demo{{
		Say:  "ten messages, of which a consumer group has read four, in a topic that is deleted and made again",
		Code: "create topic Orders\nproduce 10 messages\ncommit offset 4 for the group billing\ndelete topic Orders\ncreate topic Orders",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				b.create("Orders", 1, nil)
				b.produce("Orders", 10)
				b.commit("billing", "Orders", 4)
				b.say("billing has %d of %d messages left to read", b.unread("billing", "Orders"), b.messages("Orders"))
				b.remove("Orders")
				b.create("Orders", 1, nil)
				b.say("after it is made again: %d messages, the next one gets the offset %d", b.messages("Orders"), b.end("Orders"))
			})
		},
		Want: "billing has 6 of 10 messages left to read\nafter it is made again: 0 messages, the next one gets the offset 0",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		moved := successors(s)
		for _, e := range edits(s, diff.Remove) {
			if _, other := moved[e.ID]; other {
				continue
			}
			h := hit(s, e)
			h.Count = unread(s, e.ID)
			h.Text = fmt.Sprintf("%s is deleted with its messages when Moose is deployed; %s", label(e), h.Count.Text)
			if failed := keptIn(s, e.ID); len(failed) > 0 {
				h.Text += fmt.Sprintf("; what fails in %s is kept nowhere from then on", strings.Join(failed, ", "))
			}
			if tables := left(s, e.ID); len(tables) > 0 {
				h.Text += fmt.Sprintf("; %s is no longer filled from it", strings.Join(tables, ", "))
			}
			out = append(out, h)
		}
		return out
	},
}

// left are the tables that stay and were filled from the topic.
func left(s *review.Subject, topic string) []string {
	var out []string
	for _, c := range s.Changes(diff.Sync, diff.Remove) {
		if t, _ := review.Both[inframap.TopicToTableSync](c); t != nil && t.SourceTopicID == topic && !filled(s, t.TargetTableID) {
			if table := tableOf(s, t.TargetTableID); table != "" {
				out = append(out, "table "+table)
			}
		}
	}
	return out
}
