package st

import (
	"context"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var st714 = &review.Rule{
	Code: "ST714", Name: "topic of somebody else is managed", Severity: finding.Block,
	Detects: "A topic with the life cycle EXTERNALLY_MANAGED gets another one.",
	Happens: "From then on the topic is Moose's own: it changes its retention time, and deletes it as soon as the code no longer declares it, with the messages of whoever made it.",
	Remedy:  "keep EXTERNALLY_MANAGED unless the topic is really handed over; use DELETION_PROTECTED if it is",
	Demo: review.Demo{{
		Say:  "a topic of somebody else with ten messages; once it is managed, what Moose does when the code no longer names it",
		Code: "create topic Theirs\nproduce 10 messages\ndelete topic Theirs",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				b.create("Theirs", 1, nil)
				b.produce("Theirs", 10)
				b.say("externally managed: %d messages", b.messages("Theirs"))
				b.remove("Theirs")
				b.say("managed and no longer declared: the topic exists: %v", b.exists("Theirs"))
			})
		},
		Want: "externally managed: 10 messages\nmanaged and no longer declared: the topic exists: false",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range updates(s) {
			if e.before.LifeCycle != inframap.ExternallyManaged || e.after.LifeCycle == inframap.ExternallyManaged {
				continue
			}
			h := hit(s, e, string(e.before.LifeCycle), string(e.after.LifeCycle))
			h.Text = fmt.Sprintf("%s belonged to somebody else (EXTERNALLY_MANAGED) and is Moose's own from now on: it can change it, and deletes it when the code no longer declares it", label(e))
			out = append(out, h)
		}
		return out
	},
}
