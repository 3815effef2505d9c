package lc

import (
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc223 = &review.Rule{
	Code: "LC223", Name: "rename or drop", Severity: finding.Block, Proof: true,
	Detects: "A column goes and one that looks like it under a new name comes, and nobody has said whether it is a rename. This rule speaks of the column instead of DS103.",
	Happens: "As long as that is not said, the plan drops the old column with its values and adds the new one, which holds its default in all rows that are there. RENAME COLUMN keeps the values and writes nothing anew.",
	Remedy:  "say that it is a rename, with renames: in moose-migrate.yml or with --yes-rename; or say that it is none with --no-rename",
	Demo: review.Demo{
		{SQL: "CREATE TABLE users (id UInt8, mail String) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO users VALUES (1, 'ann@example.com')"},
		{Say: "the column is dropped and added under a new name", SQL: "ALTER TABLE users ADD COLUMN email String, DROP COLUMN mail SETTINGS mutations_sync = 2"},
		{Say: "its values are gone", SQL: "SELECT id, email = '' FROM users", Want: "1\t1"},
		{Say: "a rename keeps them", SQL: "INSERT INTO users VALUES (2, 'bob@example.com')"},
		{SQL: "ALTER TABLE users RENAME COLUMN email TO address SETTINGS mutations_sync = 2"},
		{SQL: "SELECT address FROM users WHERE id = 2", Want: "bob@example.com"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range guessed(s) {
			if c.Before == nil {
				continue
			}
			q := question(c, "LC223", fmt.Sprintf("%s IS DISTINCT FROM defaultValueOfTypeName(%s)", sqltext.Ident(c.RenameOf), sqltext.String(c.Before.Type)))
			q.Value, q.Columns[len(q.Columns)-1] = sqltext.Ident(c.RenameOf), c.RenameOf
			out = append(out, q)
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range guessed(s) {
			h := hit(s, c, "LC223")
			h.Object = s.Object(c.Table, c.RenameOf)
			h.What = []string{c.RenameOf, c.Name()}
			h.Text = fmt.Sprintf("column %s of table %s is dropped with its values, and column %s, which looks like its new name, is added without them (values: %s)",
				c.RenameOf, s.Label(c.Table), c.Name(), h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}

// guessed are the columns that look like the new name of one that goes, with Before as
// the server has it, nil when it was not asked.
func guessed(s *review.Subject) []review.ColumnEdit {
	var out []review.ColumnEdit
	for _, c := range s.Columns(diff.Add) {
		if c.RenameOf == "" || c.RenameStated || !slices.ContainsFunc(c.Table.Table.Columns, func(gone diff.ColumnChange) bool {
			return gone.Action == diff.Remove && gone.Before.Name == c.RenameOf && stored(gone.Before)
		}) {
			continue
		}
		if c.Table.Before != nil {
			c.Before = c.Table.Before.Column(c.RenameOf)
		}
		out = append(out, c)
	}
	return out
}
