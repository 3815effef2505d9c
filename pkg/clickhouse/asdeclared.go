package clickhouse

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// check refuses a map whose texts make other objects than those that it lists, such as
// a type that brings a column of its own, or a view that is no query: a plan would
// compare, and show, something else than what runs.
func (b *batch) check(m *inframap.Map, formatted []string) error {
	for _, id := range inframap.Keys(m.Tables) {
		t := m.Tables[id]
		if extra := extraInTable(t, formatted[b.index[b.tables[t]]]); extra != "" {
			return otherText("table", t.Name, extra)
		}
	}
	for _, name := range inframap.Keys(m.Views) {
		if extra := extraInQuery(formatted[b.index[secretsql.Mask(m.Views[name].SelectSQL)]]); extra != "" {
			return otherText("view", name, extra)
		}
	}
	for _, name := range inframap.Keys(m.MaterializedViews) {
		if extra := extraInQuery(formatted[b.index[secretsql.Mask(m.MaterializedViews[name].SelectSQL)]]); extra != "" {
			return otherText("materialized view", name, extra)
		}
	}
	return b.checkDictionaries(m, formatted)
}

func (b *batch) checkDictionaries(m *inframap.Map, formatted []string) error {
	typed, err := m.TypedDictionaries()
	if err != nil {
		return err
	}
	for _, id := range inframap.Keys(typed) {
		if typed[id].Definition != nil {
			continue // all of it is the server's own text
		}
		create, err := ddl.CreateDictionary(secretsql.Dictionary(typed[id]), m.DefaultDatabase)
		if err != nil {
			return err
		}
		if extra := extraInDictionary(typed[id], formatted[b.index[create]]); extra != "" {
			return otherText("dictionary", typed[id].Name, extra)
		}
	}
	return nil
}

func otherText(kind, name, extra string) error {
	return fmt.Errorf("%s %q: one of its texts holds more than what is declared: %s\nLook for commas, brackets and comments in its types, defaults and expressions", kind, name, short(secretsql.Mask(extra)))
}

// extraInQuery returns what is no part of one query in a formatted statement.
func extraInQuery(formatted string) string {
	for _, t := range sqltext.Tokens(formatted) {
		if t.Text == "(" || t.Kind == sqltext.Space {
			continue
		}
		if t.Text != "SELECT" && t.Text != "WITH" {
			return formatted
		}
		break
	}
	for _, clause := range sqltext.Clauses(formatted, "PARALLEL WITH")[1:] {
		if !withModifier.MatchString(clause.Text) {
			return clause.Keyword + " " + clause.Text
		}
	}
	return ""
}
