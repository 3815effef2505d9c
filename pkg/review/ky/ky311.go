package ky

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var ky311 = &review.Rule{
	Code: "KY311", Name: "key column that can be NULL", Severity: finding.Block,
	Detects: "A table is created or recreated with a column in its sorting key, primary key or partitioning that can be NULL, without the setting allow_nullable_key.",
	Happens: "ClickHouse refuses to create the table. When it is to be made anew, the old one has been dropped before.",
	Remedy:  "make the column required, and give it a default for rows that have no value",
	Demo: review.Demo{
		{SQL: "CREATE TABLE events (id Nullable(UInt32)) ENGINE = MergeTree ORDER BY id", Fails: 44},
		{Say: "in the partitioning, too", SQL: "CREATE TABLE events (id UInt32, day Nullable(Date)) ENGINE = MergeTree PARTITION BY day ORDER BY id", Fails: 44},
		{Say: "a default in the place of NULL", SQL: "CREATE TABLE events (id UInt32, day Date DEFAULT today()) ENGINE = MergeTree PARTITION BY day ORDER BY id"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, t := range s.Tables(diff.Add, diff.Recreate) {
			if t.After == nil || !(inframap.Engine{Name: t.After.Engine.Name}).IsMergeTree() || t.After.Settings["allow_nullable_key"] == "1" {
				continue
			}
			if columns := nullableKeys(t.After); len(columns) > 0 {
				out = append(out, review.Hit{
					Object: s.Object(t), Source: s.Source(t.Change), What: columns,
					Text: fmt.Sprintf("table %s has %s in a key, which can be NULL; ClickHouse refuses to create it%s", s.Label(t), strings.Join(columns, ", "), afterDrop(t)),
				})
			}
		}
		return out
	},
}

func afterDrop(t review.TableEdit) string {
	if t.Action == diff.Recreate {
		return ", after the old table was dropped"
	}
	return ""
}

// nullableKeys are the columns that are elements of a key and can be NULL.
func nullableKeys(t *schema.Table) []string {
	var out []string
	seen := map[string]bool{}
	for _, elements := range [][]string{t.OrderBy, t.PrimaryKey, sqltext.Elements(t.PartitionBy)} {
		for _, e := range elements {
			name := sqltext.Unquote(e)
			if c := t.Column(name); c != nil && schema.Nullable(c.Type) && !seen[name] {
				seen[name], out = true, append(out, name)
			}
		}
	}
	return out
}
