package pl

import (
	"fmt"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var pl008 = &review.Rule{
	Code: "PL008", Name: "drift", Severity: finding.Warn,
	Detects: "An object on the server is no longer what the last migration recorded: someone has changed, added or removed it by other means.",
	Happens: "The plan starts from what the server has now, and leads to what the code declares. So it undoes a change that someone made by hand, unless the code declares it too.",
	Remedy:  "to keep it, declare it in the code",
	Demo: review.Demo{
		{Say: "a migration has made a table", SQL: "CREATE TABLE orders (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{Say: "someone adds a column by hand, and the application fills it", SQL: "ALTER TABLE orders ADD COLUMN note String"},
		{SQL: "INSERT INTO orders VALUES (1, 'call back')"},
		{Say: "the code does not know the column, so the plan drops it", SQL: "ALTER TABLE orders DROP COLUMN note"},
		{Say: "what was written there is gone", SQL: "SELECT * FROM orders", Want: "1"},
	},
	Check: func(s *review.Subject) []review.Hit {
		if s.Report == nil {
			return nil
		}
		var out []review.Hit
		for _, d := range s.Report.Drift {
			h := review.Hit{Object: join(d.Database, d.Name), Text: d.Text, What: []string{string(d.Kind)}, Evidence: changed(d)}
			for _, a := range d.Attributes {
				h.What = append(h.What, a.Name, a.Before, a.After)
			}
			out = append(out, h)
		}
		return out
	},
}

// changed is who changed the object last, as far as the server tells.
func changed(d report.Drift) []finding.Evidence {
	if d.ChangedAt.IsZero() {
		return nil
	}
	text, source := "last changed "+d.ChangedAt.UTC().Format(time.DateTime)+" UTC", "system.tables"
	if d.ChangedBy != "" {
		text, source = fmt.Sprintf("%s by %s", text, d.ChangedBy), "system.query_log"
	}
	if d.Statement != "" {
		text += ": " + strings.Join(strings.Fields(d.Statement), " ")
	}
	return []finding.Evidence{{Text: text, Source: source}}
}

func join(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ".")
}
