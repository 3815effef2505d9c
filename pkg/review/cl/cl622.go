package cl

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// longQueue is how many entries of its queue a replica may have before it counts as behind.
const longQueue = 1000

var cl622 = &review.Rule{
	Code: "CL622", Name: "replica is not ready", Severity: finding.Block,
	Detects: "A replicated table that the plan changes in place or drops has a replica that is read-only, not there, or far behind (1,000 entries of its queue). The server that was asked tells it of itself, and how many of the others are there.",
	Happens: "A read-only replica refuses every change (error 242). Where another replica is missing, an ALTER waits for it as long as it is set to wait, then fails, and goes on when the replica is back: nobody knows by then what was done.",
	Remedy:  "bring the replicas back first (SYSTEM RESTORE REPLICA, SYSTEM RESTART REPLICA), or remove the one that is gone (SYSTEM DROP REPLICA)",
	Demo: review.Demo{
		{Say: "a replicated table on a server that cannot take part in replication", SQL: "CREATE TABLE sales (id UInt8) ENGINE = ReplicatedMergeTree('/hazards/{database}/{table}', 'one') ORDER BY id"},
		{SQL: "SELECT is_readonly FROM system.replicas WHERE database = currentDatabase() AND table = 'sales'", Want: "1", Eventually: true},
		{Say: "it refuses changes", SQL: "ALTER TABLE sales ADD COLUMN note String", Fails: 242},
		{Say: "and inserts", SQL: "INSERT INTO sales VALUES (1)", Fails: 242},
	},
	Check: func(s *review.Subject) []review.Hit {
		if s.Facts == nil {
			return nil
		}
		var out []review.Hit
		for _, t := range s.Tables(diff.Update, diff.Recreate, diff.Remove) {
			if t.Before == nil {
				continue
			}
			r, replicated := s.Facts.Replicas.Value[t.Before.Name]
			var state string
			switch {
			case !replicated:
				continue
			case r.Readonly:
				state = "is read-only on this server: it refuses every change"
			case r.Active < r.Total:
				state = fmt.Sprintf("has %d of %d replicas: changes wait for the others", r.Active, r.Total)
			case r.Queue >= longQueue:
				state = fmt.Sprintf("is behind on this server by %d entries of its queue: changes wait for them", r.Queue)
			default:
				continue
			}
			out = append(out, review.Hit{
				Object: s.Object(t), Source: s.Source(t.Change),
				Evidence: []finding.Evidence{{
					Text:   fmt.Sprintf("read-only: %v, %d of %d replicas active, queue %d, delay %d s", r.Readonly, r.Active, r.Total, r.Queue, r.Delay),
					Source: "system.replicas",
				}},
				Text: fmt.Sprintf("table %s %s", s.Label(t), state),
			})
		}
		return out
	},
}
