package st

import (
	"cmp"
	"context"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var st711 = &review.Rule{
	Code: "ST711", Name: "remove sync", Severity: finding.Block,
	Detects: "A table stays that was filled from a topic, and neither this topic nor another one fills it from then on. Where the topic itself goes, ST701 or ST702 says it.",
	Happens: "The table gets no new rows, and no error says so anywhere. What is written to the topic stays there unread, until its retention time is over.",
	Remedy:  "keep the table as the destination of the topic, or remove the table as well",
	Demo: review.Demo{{
		Say:  "two messages arrive while the consumer group that fills the table runs, and three after it is gone",
		Code: "create topic Orders\nproduce 2 messages\ncommit offset 2 for the group clickhouse_sync\nstop the group\nproduce 3 messages",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				b.create("Orders", 1, nil)
				b.produce("Orders", 2)
				b.commit("clickhouse_sync", "Orders", 2)
				b.say("with the sync: %d unread", b.unread("clickhouse_sync", "Orders"))
				b.produce("Orders", 3)
				b.say("without it: %d unread, and every write was answered with OK", b.unread("clickhouse_sync", "Orders"))
			})
		},
		Want: "with the sync: 0 unread\nwithout it: 3 unread, and every write was answered with OK",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		gone := removed(s)
		for _, c := range s.Changes(diff.Sync, diff.Remove) {
			sync, _ := review.Both[inframap.TopicToTableSync](c)
			text := fmt.Sprintf("%s %s is removed: the table is no longer filled, and no error says so", diff.Sync, c.Name)
			if sync != nil {
				table := tableOf(s, sync.TargetTableID)
				if gone[sync.SourceTopicID] || table == "" || filled(s, sync.TargetTableID) {
					continue
				}
				text = fmt.Sprintf("table %s is no longer filled from topic %s, and no error says so", table, cmp.Or(topicOf(s, sync.SourceTopicID), sync.SourceTopicID))
			}
			out = append(out, review.Hit{Object: string(diff.Sync) + " " + c.Name, Source: s.Source(c), Text: text})
		}
		return out
	},
}

// filled reports whether a topic fills the table after the plan.
func filled(s *review.Subject, table string) bool {
	if s.Outcome.Desired == nil {
		return false
	}
	for _, sync := range s.Outcome.Desired.TopicToTableSyncs {
		if sync.TargetTableID == table {
			return true
		}
	}
	return false
}

// tableOf is the name of a table that is there after the plan, "" when it is not.
func tableOf(s *review.Subject, id string) string {
	if s.Outcome.Desired == nil || s.Outcome.Desired.Tables[id] == nil {
		return ""
	}
	return s.Outcome.Desired.Tables[id].Name
}

// topicOf is the name of a topic that is there after the plan, "" when it is not.
func topicOf(s *review.Subject, id string) string {
	if s.Outcome.Desired == nil || s.Outcome.Desired.Topics[id] == nil {
		return ""
	}
	return s.Outcome.Desired.Topics[id].Name
}
