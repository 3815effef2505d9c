package st

import (
	"context"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var st704 = &review.Rule{
	Code: "ST704", Name: "more partitions", Severity: finding.Warn,
	Detects: "A topic is to have more partitions.",
	Happens: "From then on the same key can go to another partition than before, so that messages of one key that are older and newer than the change are no longer read in their order. The partitions cannot be taken away again.",
	Remedy:  "do it when little is written, after the consumers have read to the end, if the order of messages matters",
	Demo: review.Demo{{
		Say:  "messages with the keys a to j, before and after a topic with two partitions gets three",
		Code: "create topic Orders with 2 partitions\nproduce a message for each key a … j\nset the number of partitions to 3\nproduce a message for each key a … j",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				b.create("Orders", 2, nil)
				before := b.produceKeys("Orders", "abcdefghij")
				b.say("the broker answers %s", b.partitionsTo("Orders", 3))
				after := b.produceKeys("Orders", "abcdefghij")
				moved := 0
				for key, p := range before {
					if after[key] != p {
						moved++
					}
				}
				b.say("%d of %d keys go to another partition", moved, len(before))
			})
		},
		Want: "the broker answers OK\n9 of 10 keys go to another partition",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range updates(s) {
			was, is := e.before.PartitionCount, e.after.PartitionCount
			if is <= was {
				continue
			}
			h := hit(s, e, number(was), number(is))
			h.Text = fmt.Sprintf("%s gets %d instead of %d partitions: the same key can go to another partition than before, and the order of its messages is lost across the change", label(e), is, was)
			out = append(out, h)
		}
		return out
	},
}
