package report

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

func (b *builder) dictionary(out *Change, c *diff.Change) {
	shown := c.Dictionary.After
	if shown == nil {
		shown = c.Dictionary.Before
	}
	if shown == nil {
		return
	}
	out.Name, out.Database = shown.Name, shown.DatabaseOr(b.db)
	out.Title = "Dictionary: " + b.label(out.Database, shown.Name)
	if out.Action != diff.Remove {
		out.Note = readsFrom(shown, b)
	}
	out.Details = whyLines(out.Why)
}

// readsFrom says where a dictionary gets its rows from, without credentials.
func readsFrom(d *inframap.Dictionary, b *builder) string {
	switch d.Source.Type {
	case inframap.DictionaryFromTable:
		db := b.db
		if d.Source.Database != nil && *d.Source.Database != "" {
			db = *d.Source.Database
		}
		return "source: " + b.label(db, d.Source.Table)
	case inframap.DictionaryFromQuery:
		return "source: a query"
	}
	return "source: " + strings.ToLower(strings.Trim(string(d.Source.External["source_type"]), `"`))
}

func (b *builder) rowPolicy(out *Change, c *diff.Change) {
	shown := c.RowPolicy.After
	if shown == nil {
		shown = c.RowPolicy.Before
	}
	if shown == nil {
		return
	}
	var tables []string
	for _, t := range shown.Tables {
		tables = append(tables, b.label(t.DatabaseOr(b.db), t.Name))
	}
	out.Name = shown.Name
	out.Title = "Row Policy: " + shown.Name
	out.Note = "column: " + shown.Column + ", tables: " + strings.Join(tables, ", ")
	out.Details = whyLines(out.Why)
}

func hiddenDictionary(d *inframap.Dictionary) *inframap.Dictionary {
	if d == nil {
		return nil
	}
	return secretsql.Dictionary(d)
}
