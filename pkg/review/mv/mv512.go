package mv

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv512 = &review.Rule{
	Code: "MV512", Name: "view can no longer be read", Severity: finding.Block,
	Detects: "A table or column goes, or gets another name, that a plain view needs, and the view stays as it is. Views that the project does not know are looked for, too.",
	Happens: "The server does not mind. The view stays, and fails whenever it is read.",
	Remedy:  "change or remove the view in the same change",
	Demo: review.Demo{
		{Say: "a view shows prices", SQL: "CREATE TABLE sales (id UInt8, price UInt32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE VIEW prices AS SELECT price FROM sales"},
		{Say: "the server lets the column go", SQL: "ALTER TABLE sales DROP COLUMN price"},
		{Say: "the view cannot be read", SQL: "SELECT * FROM prices", Fails: 47},
		{Say: "the same with the table", SQL: "DROP TABLE sales"},
		{SQL: "SELECT * FROM prices", Fails: 60},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, v := range s.Affected() {
			if !v.Stays() || v.Materialized() {
				continue
			}
			if reason, evidence, ok := broken(s, v); ok {
				h := hit(s, v, reason)
				h.Evidence = evidence
				h.Text = fmt.Sprintf("%s can no longer be read: %s", nameOf(s, v), reason)
				out = append(out, h)
			}
		}
		return out
	},
}
