package contract

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// Takers are the ingest endpoints of a topic that are there before and after the plan.
// They take the fields of their topic; a stored map has no fields of their own.
func Takers(s *review.Subject, topic string) []*inframap.APIEndpoint {
	before, after := s.Outcome.Before.Map, s.Outcome.Desired
	if before == nil || after == nil {
		return nil
	}
	var out []*inframap.APIEndpoint
	for _, id := range inframap.Keys(after.APIEndpoints) {
		was, is := before.APIEndpoints[id], after.APIEndpoints[id]
		if takes(was, topic) && takes(is, topic) {
			out = append(out, is)
		}
	}
	return out
}

func takes(e *inframap.APIEndpoint, topic string) bool {
	return e != nil && e.APIType.Ingress != nil && e.APIType.Ingress.TargetTopicID == topic
}

// Requests are the differences that make a request of the old form fail. A field that
// goes is none: Moose leaves out what it does not know (framework-cli,
// utilities/validate_passthrough.rs).
func Requests(before, after *inframap.Topic) []Difference {
	return slices.DeleteFunc(Fields(before.Columns, after.Columns), func(d Difference) bool { return d.Kind == Missing })
}
