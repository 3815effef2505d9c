package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc219 = &review.Rule{
	Code: "LC219", Name: "zero bytes at the end", Severity: finding.Warn,
	Detects: "A FixedString becomes longer, or a String. It is only told when no row has zero bytes that would go.",
	Happens: "A longer FixedString has more zero bytes at the end, which length and hashes see and comparisons do not. Where it becomes a String, ClickHouse takes all zero bytes off the end, those of binary values such as digests, too.",
	Remedy:  "keep the type, or compare hex of both columns side by side before the old one goes",
	Demo: review.Demo{
		{Say: "a digest of four bytes, the last of which is zero", SQL: "CREATE TABLE files (id UInt8, digest FixedString(4)) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO files VALUES (1, unhex('AABBCC00')), (2, unhex('AABBCCDD'))"},
		{SQL: "ALTER TABLE files MODIFY COLUMN digest String SETTINGS mutations_sync = 2"},
		{Say: "it is a digest of three bytes now", SQL: "SELECT id, hex(digest) FROM files ORDER BY id", Want: "1\tAABBCC\n2\tAABBCCDD"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range spokenBy(s, "LC219") {
			if _, length := chtype.Parts(chtype.Plain(c.to)); length == nil {
				out = append(out, c.question("LC219", "endsWith("+sqltext.Ident(c.column)+`, '\0')`))
			} else {
				out = append(out, c.question("LC219", "isNotNull("+sqltext.Ident(c.column)+")"))
			}
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		return quietWhenNone(check(s, "LC219", func(c conversion, name string, count review.Count) string {
			if _, length := chtype.Parts(chtype.Plain(c.to)); length == nil {
				return fmt.Sprintf("%s becomes %s instead of %s; zero bytes at the end of a value go (%s)", name, c.to, c.from, count.Text)
			}
			return fmt.Sprintf("%s becomes %s instead of %s; its values are filled up with zero bytes (%s)", name, c.to, c.from, count.Text)
		}))
	},
}
