package st

import (
	"context"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var st702 = &review.Rule{
	Code: "ST702", Name: "topic under another name or version", Severity: finding.Block, Proof: true,
	Detects: "A topic goes and another one comes in its place: the same name in another version, or another name with the same fields.",
	Happens: "To the brokers these are two topics. The new one is empty; the messages of the old one do not move, and are deleted with it when Moose is deployed. Producers that still name the old topic write to nowhere, or make it anew.",
	Remedy:  "keep both topics for a while, let the consumers read the old one to its end, and remove it in a later pull request",
	Demo: review.Demo{{
		Say:  "ten messages, of which a consumer group has read four, in a topic that gets a new version",
		Code: "create topic Orders_1\nproduce 10 messages\ncommit offset 4 for the group billing\ncreate topic Orders_2\ndelete topic Orders_1",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				b.create("Orders_1", 1, nil)
				b.produce("Orders_1", 10)
				b.commit("billing", "Orders_1", 4)
				b.create("Orders_2", 1, nil)
				b.say("before: %d messages in Orders_1, %d of them unread", b.messages("Orders_1"), b.unread("billing", "Orders_1"))
				b.remove("Orders_1")
				b.say("after: %d messages in Orders_2", b.messages("Orders_2"))
			})
		},
		Want: "before: 10 messages in Orders_1, 6 of them unread\nafter: 0 messages in Orders_2",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		moved := successors(s)
		for _, e := range edits(s, diff.Remove) {
			to, ok := moved[e.ID]
			if !ok {
				continue
			}
			h := hit(s, e, "to "+to.ID)
			h.Count = unread(s, e.ID)
			h.Text = fmt.Sprintf("%s makes way for %s, which begins empty: its messages do not move and are deleted with it; %s", label(e), label(to), h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}
