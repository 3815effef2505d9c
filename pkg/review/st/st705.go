package st

import (
	"context"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var st705 = &review.Rule{
	Code: "ST705", Name: "messages kept for a shorter time", Severity: finding.Block, Proof: true,
	Detects: "A topic is to keep its messages for a shorter time.",
	Happens: "At their next check, some minutes later, the brokers delete what is older than the new limit, read or not. The file that is being written waits until it is full.",
	Remedy:  "let every consumer read to the end first, and keep the longer time until then",
	Demo: review.Demo{{
		Say:  "six messages of two days ago and four of now, when the topic is to keep messages for one day",
		Code: "create topic Orders with retention.ms = 604800000\nproduce 6 messages of two days ago and 4 of now\nset retention.ms = 86400000\nwait for the check of the brokers",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				b.create("Orders", 1, map[string]string{"retention.ms": "604800000"})
				b.produceAt("Orders", 6, time.Now().Add(-48*time.Hour))
				b.produceAt("Orders", 4, time.Now())
				b.cluster.ApplyRetention()
				b.say("before: %d messages", b.messages("Orders"))
				b.set("Orders", "retention.ms", "86400000")
				b.cluster.ApplyRetention()
				b.say("after: %d messages", b.messages("Orders"))
			})
		},
		Want: "before: 10 messages\nafter: 4 messages",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range updates(s) {
			if !review.Shorter(e.after.RetentionPeriod, e.before.RetentionPeriod) {
				continue
			}
			was, is := report.Duration(e.before.RetentionPeriod), report.Duration(e.after.RetentionPeriod)
			h := hit(s, e, was, is)
			h.Count = expired(s, e.before.ID())
			h.Text = fmt.Sprintf("%s keeps its messages for %s instead of %s: what is older is deleted, read or not; %s", label(e), is, was, h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}

// expired is what is older than the new limit.
func expired(s *review.Subject, id string) review.Count {
	stream, exists, err := s.Facts.Stream(id)
	switch {
	case err != nil:
		return unknown(fmt.Sprintf("how many messages that are is not known: %v", err))
	case !exists:
		return none("the brokers have no such topic")
	case stream.Older == 0:
		return none(fmt.Sprintf("none of its %s is that old now", messages(stream.Messages)))
	}
	c := review.Count{Stake: &finding.Stake{}, Text: fmt.Sprintf("%s of its %s are that old now", humanize.Comma(int64(stream.Older)), messages(stream.Messages))}
	c.Evidence = []finding.Evidence{
		{Text: c.Text, Source: source},
		{Text: "the oldest message is of " + stream.Oldest.Format(time.DateTime) + " UTC", Source: source},
	}
	for _, g := range stream.Groups {
		if g.OlderUnread > 0 {
			c.Evidence = append(c.Evidence, finding.Evidence{Text: fmt.Sprintf("the consumer group %s has not read %s of them", g.Name, humanize.Comma(int64(g.OlderUnread))), Source: source})
		}
	}
	return c
}
