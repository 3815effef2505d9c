package pl

import (
	"context"
	"fmt"

	"github.com/hashicorp/go-version"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var pl007 = &review.Rule{
	Code: "PL007", Name: "version of Moose differs", Severity: finding.Warn,
	Detects: "The plan has changes, and the moose-lib that has read the code is another version than the one that the last migration recorded. It warns when this one is older, and informs when it is newer.",
	Happens: "Another version can declare the same code differently. An older one leaves out what it does not know yet, and the plan then removes it.",
	Remedy:  "pin one version of moose-lib in the project's dependencies, and bring a new version in a pull request of its own",
	Demo: review.Demo{
		{
			Say: "the state was recorded with 0.6.533, and a developer has 0.6.510 installed", Code: "moose plan",
			Do:   func(context.Context) (string, error) { return compared("0.6.533", "0.6.510"), nil },
			Want: "older",
		},
		{
			Say: "the other way round it is an update", Code: "moose plan",
			Do:   func(context.Context) (string, error) { return compared("0.6.510", "0.6.533"), nil },
			Want: "newer",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		if !s.Process.Reviewing() || len(s.Outcome.Result.Changes) == 0 {
			return nil
		}
		recorded, now := s.Process.RecordedVersion, s.Process.DeclaredVersion
		how := compared(recorded, now)
		if how == "" {
			return nil
		}
		h := review.Hit{
			What: []string{recorded, now},
			Text: fmt.Sprintf("the code was read with moose-lib %s, which is %s than %s, with which the last migration was made; look for changes that nobody made in the code", now, how, recorded),
		}
		if how == "newer" {
			h.Severity = finding.Info
		}
		return []review.Hit{h}
	},
}

// compared says whether now is "older" or "newer" than recorded, empty when they are the
// same or one of them is not known.
func compared(recorded, now string) string {
	was, err := version.NewVersion(recorded)
	if err != nil {
		return ""
	}
	is, err := version.NewVersion(now)
	switch {
	case err != nil || is.Equal(was):
		return ""
	case is.LessThan(was):
		return "older"
	}
	return "newer"
}
