package st

import (
	"context"
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var st709 = &review.Rule{
	Code: "ST709", Name: "setting of a topic that nobody applies", Severity: finding.Warn,
	Detects: "A setting changes of a topic that exists, and it is one that Moose sets only when it makes a topic: a larger size of messages, or the schema in the registry.",
	Happens: "Moose changes the retention time and the number of partitions of a topic that exists, and nothing else. The topic stays as it is, no error says so, and it is stored as changed.",
	Remedy:  "change it on the brokers or in the schema registry by hand as well",
	Demo: review.Demo{{
		Say:  "what Moose sends for a topic whose messages may be larger: its retention time only",
		Code: "create topic Orders with max.message.bytes = 2048\nset retention.ms = 3600000\nproduce a message of 3000 bytes",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				b.create("Orders", 1, map[string]string{"max.message.bytes": "2048"})
				b.set("Orders", "retention.ms", "3600000")
				b.say("%s", b.answer("Orders", strings.Repeat("x", 3000)))
			})
		},
		Want: "MESSAGE_TOO_LARGE",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range updates(s) {
			var what, names []string
			for _, a := range e.Why {
				switch {
				case a.Name == "max_message_bytes" && e.after.MaxMessageBytes > e.before.MaxMessageBytes:
					names = append(names, "the size of messages")
				case strings.HasPrefix(a.Name, "schema_config"):
					if len(names) == 0 || names[len(names)-1] != "the schema in the registry" {
						names = append(names, "the schema in the registry")
					}
				default:
					continue
				}
				what = append(what, a.Name, a.Before, a.After)
			}
			if len(names) == 0 {
				continue
			}
			h := hit(s, e, what...)
			h.Text = fmt.Sprintf("%s changes in %s, which Moose does not apply to a topic that exists; it stays as it is, and no error says so", label(e), strings.Join(names, " and "))
			out = append(out, h)
		}
		return out
	},
}
