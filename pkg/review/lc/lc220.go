package lc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var lc220 = &review.Rule{
	Code: "LC220", Name: "default of older rows changed", Severity: finding.Block,
	Detects: "The DEFAULT or MATERIALIZED expression of a column changes, comes or goes, or a column that was computed (ALIAS) is stored from now on. Nothing is found when it is certain that every row stores its value, or keeps it. A changed ALIAS is only told: nothing of it is stored.",
	Happens: "Rows that were there before the column was added do not store it: ClickHouse computes their value from the expression whenever they are read. With another expression they have another value, at once and without an error. Rows that store their value keep it. A merge stores what is computed at that time.",
	Remedy:  "run ALTER TABLE … MATERIALIZE COLUMN first, which stores the values as they are now",
	Demo: review.Demo{
		{Say: "a table with a row", SQL: "CREATE TABLE users (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO users VALUES (1)"},
		{Say: "a column is added, and another row", SQL: "ALTER TABLE users ADD COLUMN plan UInt8 DEFAULT 5"},
		{SQL: "INSERT INTO users (id) VALUES (2)"},
		{SQL: "SELECT * FROM users ORDER BY id", Want: "1\t5\n2\t5"},
		{Say: "only the second row stores the value", SQL: "SELECT sum(rows) FROM system.parts_columns WHERE active AND database = currentDatabase() AND table = 'users' AND column = 'plan'", Want: "1"},
		{Say: "the default for new rows is changed", SQL: "ALTER TABLE users MODIFY COLUMN plan UInt8 DEFAULT 9"},
		{Say: "and the old row has another value", SQL: "SELECT * FROM users ORDER BY id", Want: "1\t9\n2\t5"},
		{Say: "had it been stored, it would have stayed", SQL: "ALTER TABLE users MATERIALIZE COLUMN plan SETTINGS mutations_sync = 2"},
		{SQL: "ALTER TABLE users MODIFY COLUMN plan UInt8 DEFAULT 7"},
		{SQL: "SELECT plan FROM users WHERE id = 1", Want: "9"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, d := range defaults(s) {
			if d.before.DefaultKind == alias && d.after.DefaultKind == alias || d.Table.Before == nil {
				continue
			}
			out = append(out, d.question())
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, d := range defaults(s) {
			h := hit(s, d.ColumnEdit, "LC220")
			if h.Count.None {
				continue
			}
			was, is := cmp.Or(d.before.DefaultExpr, "no default"), cmp.Or(d.after.DefaultExpr, "no default")
			h.What = []string{d.before.DefaultKind, was, d.after.DefaultKind, is}
			h.Text = fmt.Sprintf("%s has %s instead of %s; rows that never stored a value have another one from then on (%s)", nameOf(s, d.ColumnEdit), is, was, h.Count.Text)
			if d.before.DefaultKind == alias && d.after.DefaultKind == alias {
				h.Severity, h.Count = finding.Info, review.Count{}
				h.Text = fmt.Sprintf("%s is computed as %s instead of %s, for all rows", nameOf(s, d.ColumnEdit), is, was)
			}
			out = append(out, h)
		}
		return out
	},
}

const alias = "ALIAS"

// defaultEdit is a column whose value is computed in another way where it is not stored.
type defaultEdit struct {
	review.ColumnEdit
	before, after *schema.Column
	// column is what the server calls the column now.
	column string
}

// defaults are the columns whose expression changes. What becomes an ALIAS loses its
// values, which is a matter of DS103; what is EPHEMERAL has none.
func defaults(s *review.Subject) []defaultEdit {
	var out []defaultEdit
	add := func(c review.ColumnEdit, column string) {
		b, a := c.Before, c.After
		if b == nil || a == nil || b.DefaultExpr == a.DefaultExpr || b.DefaultKind == "EPHEMERAL" || a.DefaultKind == "EPHEMERAL" ||
			a.DefaultKind == alias && b.DefaultKind != alias {
			return
		}
		out = append(out, defaultEdit{c, b, a, column})
	}
	for _, c := range s.Columns(diff.Update) {
		if _, _, differs := c.Differs("default"); differs {
			add(c, c.Name())
		}
	}
	for _, c := range renamed(s) {
		add(c, c.RenameOf)
	}
	return out
}

// question asks for the rows in parts that do not hold the column, and whose value would
// be another one with the new expression.
func (d defaultEdit) question() probe.Question {
	t := d.Table.Before
	name, typ := sqltext.Ident(d.column), sqltext.String(d.after.Type)
	expr := cmp.Or(d.after.DefaultExpr, "defaultValueOfTypeName("+typ+")")
	where := fmt.Sprintf("%s NOT IN (SELECT name FROM system.parts_columns WHERE active AND database = %s AND table = %s AND column = %s)",
		probe.PartColumn, sqltext.String(t.Name.Database), sqltext.String(t.Name.Object), sqltext.String(d.column))
	if ofOneRow(expr) {
		where += fmt.Sprintf(" AND CAST(%s, %s) IS DISTINCT FROM CAST(%s, %s)", name, typ, expr, typ)
	}
	q := question(d.ColumnEdit, "LC220", where)
	q.Value, q.Columns[len(q.Columns)-1] = name, d.column
	q.Columns = append(q.Columns, probe.PartColumn)
	for _, token := range sqltext.Tokens(expr) {
		if n := sqltext.Unquote(token.Text); t.Column(n) != nil && !slices.Contains(q.Columns, n) {
			q.Columns = append(q.Columns, n)
		}
	}
	return q
}

// ofOneRow reports whether a declared expression reads nothing but the row that it
// belongs to, so that a question may run it. Who declares it may not be trusted.
func ofOneRow(expr string) bool {
	return !slices.ContainsFunc(sqltext.Tokens(expr), func(t sqltext.Token) bool {
		word := strings.ToUpper(sqltext.Unquote(t.Text))
		return word == "SELECT" || word == "WITH" || word == "FROM" || strings.HasPrefix(word, "DICTGET") || strings.HasPrefix(word, "JOINGET") || word == "FILE"
	})
}
