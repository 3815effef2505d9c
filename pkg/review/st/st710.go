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
	"github.com/moose-migrate/moose-migrate/pkg/review/contract"
)

var st710 = &review.Rule{
	Code: "ST710", Name: "messages of the old form no longer fit", Severity: finding.Block,
	Detects: "The fields of a topic's messages change so that the old ones no longer fit: a field goes, must be there from now on, or takes fewer values. What an ingest endpoint of the topic refuses is found by AP805, and a field that goes together with the column that it fills by DS103.",
	Happens: "Messages that are already in the topic, and those of producers that are not deployed again, have the old form. They fail in the functions and in the sync to the table, and end in the dead letter queue or nowhere; values of a field that is gone are left out without a word.",
	Remedy:  "add the field as an optional one first, move the producers, and demand or remove it in a later pull request",
	Demo: review.Demo{{
		Say:  "ten messages are in the topic, of which four have the field that is demanded from now on",
		Code: "create topic Orders\nproduce 6 × {\"id\": 1} and 4 × {\"id\": 1, \"note\": \"x\"}\nread them with the new form {id, note}",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(b *broker) {
				b.create("Orders", 1, nil)
				for range 6 {
					b.answer("Orders", `{"id": 1}`)
				}
				for range 4 {
					b.answer("Orders", `{"id": 1, "note": "x"}`)
				}
				fit, not := b.read("Orders", `{"type": "object", "required": ["id", "note"]}`)
				b.say("%d messages fit, %d do not", fit, not)
			})
		},
		Want: "4 messages fit, 6 do not",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range updates(s) {
			edge := len(contract.Takers(s, e.ID)) > 0
			list := slices.DeleteFunc(contract.Fields(e.before.Columns, e.after.Columns), func(d contract.Difference) bool {
				return d.Kind == contract.Missing && columnGoes(s, e.ID, d.Path) || d.Kind != contract.Missing && edge
			})
			if len(list) == 0 {
				continue
			}
			h := hit(s, e, contract.What(list)...)
			h.Text = fmt.Sprintf("messages of the old form no longer fit %s: %s", label(e), contract.Text(list))
			out = append(out, h)
		}
		return out
	},
}

// columnGoes reports whether a field goes together with the column of a table that it
// fills, or with the whole table.
func columnGoes(s *review.Subject, topic, field string) bool {
	if s.Outcome.Desired == nil {
		return false
	}
	tables := map[string]bool{}
	for _, sync := range s.Outcome.Desired.TopicToTableSyncs {
		if sync.SourceTopicID == topic {
			tables[sync.TargetTableID] = true
		}
	}
	name, _, _ := strings.Cut(field, ".")
	for _, t := range s.Tables(diff.Update, diff.Recreate) {
		if !tables[t.ID] {
			continue
		}
		for _, c := range t.Table.Columns {
			if c.Action == diff.Remove && c.Before.Name == name {
				return true
			}
		}
		if t.Action == diff.Recreate && t.After != nil && t.After.Column(name) == nil {
			return true
		}
	}
	return false
}

func typeText(c *inframap.Column) string { return contract.TypeText(&c.DataType) }
