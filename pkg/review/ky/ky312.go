package ky

import (
	"cmp"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var ky312 = &review.Rule{
	Code: "KY312", Name: "cluster of a table changed", Severity: finding.Warn,
	Detects: "A table that exists is declared with another cluster, or with none any more.",
	Happens: "The table stays where it is. Only the statements of this and later plans go elsewhere: hosts that no longer get them keep the old shape, and a host that gets them first may not have the table.",
	Remedy:  "create the table by hand on the hosts that do not have it, and compare it on each of them",
	Demo: review.Demo{
		{Say: "a statement goes to the hosts of the cluster that it names", SQL: "CREATE TABLE events (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{Say: "on a host that does not have the table it fails", SQL: "ALTER TABLE events_elsewhere ADD COLUMN note String", Fails: 60},
	},
	Check: func(s *review.Subject) []review.Hit {
		if s.Outcome.Before.Map == nil || s.Outcome.Desired == nil {
			return nil
		}
		var out []review.Hit
		for _, id := range inframap.Keys(s.Outcome.Desired.Tables) {
			b, a := s.Outcome.Before.Map.Tables[id], s.Outcome.Desired.Tables[id]
			if b == nil || a == nil || text(b.ClusterName) == text(a.ClusterName) {
				continue
			}
			before, after := cmp.Or(text(b.ClusterName), "none"), cmp.Or(text(a.ClusterName), "none")
			out = append(out, review.Hit{
				Object: a.DatabaseOr(s.Outcome.Desired.DefaultDatabase) + "." + a.Name, What: []string{before, after},
				Source: s.Sources[inframap.ObjectKey{Section: inframap.TablesSection, ID: id}],
				Text:   fmt.Sprintf("table %s is declared on another cluster (%s → %s); it stays where it is, and only later statements go to the other hosts", a.Name, before, after),
			})
		}
		return out
	},
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
