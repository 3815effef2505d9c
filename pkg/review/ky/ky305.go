package ky

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// ofVersion ends the entries of [diff.TableChange.KeyTypes] about the version column.
const ofVersion = ", the version column of the engine"

var ky305 = &review.Rule{
	Code: "KY305", Name: "type of a key column changed", Severity: finding.Block,
	Detects: "The type of a column changes that belongs to a key of its table: sorting key, primary key, partitioning or sampling. A change that leaves the stored values as they are, such as another time zone, is none of this.",
	Happens: "ClickHouse refuses the change, even to a wider type, because the rows are stored in the order of the key. No plan can be applied with it.",
	Remedy:  "keep the type, or make a new table beside it and copy the rows",
	Demo: review.Demo{
		{Say: "ten rows, sorted by id", SQL: "CREATE TABLE events (id UInt32, n UInt32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO events SELECT number, number FROM numbers(10)"},
		{Say: "another column can become wider", SQL: "ALTER TABLE events MODIFY COLUMN n UInt64"},
		{Say: "that of the key cannot", SQL: "ALTER TABLE events MODIFY COLUMN id UInt64", Fails: 524},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, t := range s.Tables(diff.Update) {
			for _, text := range t.Table.KeyTypes {
				if strings.HasSuffix(text, ofVersion) {
					continue
				}
				column, types, _ := strings.Cut(text, " (")
				out = append(out, review.Hit{
					Object: s.Object(t, column), Source: s.Source(t.Change), What: []string{types},
					Text: fmt.Sprintf("column %s of table %s belongs to a key, and ClickHouse refuses to change its type (%s", column, s.Label(t), types),
				})
			}
		}
		return out
	},
}
