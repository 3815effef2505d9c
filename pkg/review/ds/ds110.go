package ds

import (
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var ds110 = &review.Rule{
	Code: "DS110", Name: "protected object", Severity: finding.Info,
	Detects: "The code asks for a change that the life cycle of the object forbids: DELETION_PROTECTED keeps it and its columns, EXTERNALLY_MANAGED keeps all of it as it is.",
	Happens: "The change is not done and nothing is lost. The code and the database part ways, and code that relies on the new shape fails. Moose itself leaves such a change out without a word.",
	Remedy:  "change the life cycle in a pull request of its own, if the change is meant",
	Demo: review.Demo{
		{Say: "the database keeps the shape that it has", SQL: "CREATE TABLE ledger (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{Say: "code that was written for the new shape fails", SQL: "INSERT INTO ledger (id, amount) VALUES (1, 2)", Fails: 16},
	},
	Check: func(s *review.Subject) []review.Hit {
		if s.Report == nil {
			return nil
		}
		var out []review.Hit
		for _, b := range s.Report.Blocked {
			out = append(out, review.Hit{Object: b.Name, Source: b.Source, Text: "not done: " + b.Reason, What: []string{string(b.Kind)}})
		}
		return out
	},
}
