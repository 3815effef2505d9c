package cl

import (
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var cl621 = &review.Rule{
	Code: "CL621", Name: "cluster is not known", Severity: finding.Block,
	Detects: "A step of the plan runs ON CLUSTER, and the server does not know a cluster of that name.",
	Happens: "The server refuses the statement, and the migration stops there, after the steps before it.",
	Remedy:  "correct the name of the cluster in the code, or add the cluster to the server's configuration",
	Demo: review.Demo{
		{Say: "the server knows its clusters", SQL: "SELECT count() FROM system.clusters WHERE cluster = 'nowhere'", Want: "0"},
		{Say: "and refuses to work with another one", SQL: "SELECT * FROM cluster('nowhere', system.one)", Fails: 701},
	},
	Check: func(s *review.Subject) []review.Hit {
		if s.Facts == nil || s.Facts.Clusters.Err != nil {
			return nil
		}
		steps := map[string][]string{}
		for _, op := range s.Outcome.Operations {
			c, ok := op.(interface{ Cluster() string })
			if !ok || c.Cluster() == "" {
				continue
			}
			if _, known := s.Facts.Clusters.Value[c.Cluster()]; !known {
				steps[c.Cluster()] = append(steps[c.Cluster()], op.Target().String())
			}
		}
		var out []review.Hit
		for _, name := range inframap.Keys(steps) {
			objects := slices.Compact(slices.Sorted(slices.Values(steps[name])))
			out = append(out, review.Hit{
				Object: "cluster " + name, What: objects,
				Evidence: []finding.Evidence{{Text: fmt.Sprintf("the server knows %d clusters", len(s.Facts.Clusters.Value)), Source: "system.clusters"}},
				Text:     fmt.Sprintf("the server does not know the cluster %s, on which %s is to be changed: the migration would stop there", name, some(objects)),
			})
		}
		return out
	},
}

func some(names []string) string {
	switch len(names) {
	case 1:
		return names[0]
	case 2:
		return names[0] + " and one more"
	}
	return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
}
