package st

import (
	"context"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var st707 = &review.Rule{
	Code: "ST707", Name: "smaller messages allowed", Severity: finding.Warn,
	Detects: "The largest size of a message in a topic is to be smaller.",
	Happens: "What is larger is refused when it is written. Moose's functions take the limit from the code at once; the topic itself keeps the limit that it was made with, as Moose sets it only then.",
	Remedy:  "look at how large the messages are first, or split them",
	Demo: review.Demo{{
		Say:  "a message of 3,000 bytes, before and after the limit is 2,048",
		Code: "create topic Orders\nproduce a message of 3000 bytes\nset max.message.bytes = 2048\nproduce a message of 3000 bytes",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				b.create("Orders", 1, nil)
				large := strings.Repeat("x", 3000)
				b.say("before: %s", b.answer("Orders", large))
				b.set("Orders", "max.message.bytes", "2048")
				b.say("after: %s", b.answer("Orders", large))
			})
		},
		Want: "before: OK\nafter: " + kerr.MessageTooLarge.Message,
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range updates(s) {
			was, is := e.before.MaxMessageBytes, e.after.MaxMessageBytes
			if is >= was {
				continue
			}
			h := hit(s, e, number(was), number(is))
			h.Text = fmt.Sprintf("%s takes messages of at most %s instead of %s: what is larger is refused", label(e), humanize.IBytes(is), humanize.IBytes(was))
			out = append(out, h)
		}
		return out
	},
}
