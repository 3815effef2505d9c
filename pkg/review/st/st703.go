package st

import (
	"context"
	"fmt"
	"strconv"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var st703 = &review.Rule{
	Code: "ST703", Name: "fewer partitions", Severity: finding.Block,
	Detects: "A topic is to have fewer partitions.",
	Happens: "Brokers cannot take partitions away from a topic. Moose refuses to start with such a change, so nothing of the deployment happens.",
	Remedy:  "keep the number, or make a topic of another name and move its readers and writers there",
	Demo: review.Demo{{
		Say:  "a topic with three partitions is asked to have two",
		Code: "create topic Orders with 3 partitions\nset the number of partitions to 2",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				b.create("Orders", 3, nil)
				b.say("the broker answers %s; there are %d partitions", b.partitionsTo("Orders", 2), b.partitions("Orders"))
			})
		},
		Want: "the broker answers INVALID_PARTITIONS; there are 3 partitions",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range updates(s) {
			was, is := e.before.PartitionCount, e.after.PartitionCount
			if is >= was {
				continue
			}
			h := hit(s, e, number(was), number(is))
			h.Text = fmt.Sprintf("%s is to have %d instead of %d partitions, which no broker can do; Moose refuses to start with it", label(e), is, was)
			out = append(out, h)
		}
		return out
	},
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }
