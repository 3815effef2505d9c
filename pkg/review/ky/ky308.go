package ky

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var ky308 = &review.Rule{
	Code: "KY308", Name: "column of the engine changed", Severity: finding.Block,
	Detects: "A column changes on which the engine relies: the version of ReplacingMergeTree gets a narrower or another kind of type, the sign or the is_deleted column another type. Under another name such a column changes the arguments of the engine, see KY306.",
	Happens: "ClickHouse refuses it. The migration stops at this statement, and what comes after it in the plan is not done.",
	Remedy:  "leave the column as it is, or make a new table beside it and copy the rows",
	Demo: review.Demo{
		{SQL: "CREATE TABLE users (id UInt32, version UInt32, gone UInt8) ENGINE = ReplacingMergeTree(version, gone) ORDER BY id"},
		{Say: "a narrower version", SQL: "ALTER TABLE users MODIFY COLUMN version UInt16", Fails: 524},
		{Say: "another type or name for the mark of deleted rows", SQL: "ALTER TABLE users MODIFY COLUMN gone UInt16", Fails: 524},
		{SQL: "ALTER TABLE users RENAME COLUMN gone TO deleted", Fails: 524},
		{Say: "a wider version is fine", SQL: "ALTER TABLE users MODIFY COLUMN version UInt64"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, t := range s.Tables(diff.Update) {
			hit := func(column, what string) {
				out = append(out, review.Hit{
					Object: s.Object(t, column), Source: s.Source(t.Change), What: []string{what},
					Text: fmt.Sprintf("column %s of table %s is one on which its engine relies; ClickHouse refuses to change it (%s)", column, s.Label(t), what),
				})
			}
			for _, text := range t.Table.KeyTypes {
				if text, ok := strings.CutSuffix(text, ofVersion); ok {
					column, types, _ := strings.Cut(text, " (")
					hit(column, strings.TrimSuffix(types, ")"))
				}
			}
			if t.Before == nil {
				continue
			}
			fixed := fixedType(t.Before.Engine)
			for _, c := range t.Table.Columns {
				if c.Action != diff.Update || c.After == nil || c.After.Name != fixed {
					continue
				}
				for _, a := range c.Why {
					if a.Name == "type" {
						hit(c.After.Name, a.Before+" → "+a.After)
					}
				}
			}
		}
		return out
	},
}

// fixedType is the column whose type an engine fixes: the sign, or the mark of deleted
// rows; empty when there is none.
func fixedType(e schema.Engine) string {
	at := -1
	switch {
	case strings.HasSuffix(e.Name, "ReplacingMergeTree"):
		at = 1
	case strings.HasSuffix(e.Name, "CollapsingMergeTree"):
		at = 0
	}
	if args := e.Rest(); at >= 0 && at < len(args) {
		return sqltext.Unquote(args[at])
	}
	return ""
}
