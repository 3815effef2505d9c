package review

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/review/statement"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// RawStatement is a statement that the plan runs as the project wrote it.
type RawStatement struct {
	*diff.Change
	// Statement says what it does; its SQL has no credentials, and its objects lie in the
	// database that they name or in the default one.
	statement.Statement
}

// Statements are those of SQL resources, in the order in which they run: first what
// undoes the old ones, then what makes the new ones.
func (s *Subject) Statements() []RawStatement {
	var undo, do []RawStatement
	for _, c := range s.Changes(diff.SQLResource) {
		if c.SQLResource == nil {
			continue
		}
		if r := c.SQLResource.Before; r != nil {
			undo = append(undo, s.statements(c, r.Teardown)...)
		}
		if r := c.SQLResource.After; r != nil {
			do = append(do, s.statements(c, r.Setup)...)
		}
	}
	return append(undo, do...)
}

func (s *Subject) statements(c *diff.Change, list []string) []RawStatement {
	var out []RawStatement
	for _, sql := range secretsql.Statements(list) {
		sql = strings.TrimRight(strings.TrimSpace(sql), "; \n\t")
		if sql == "" {
			continue
		}
		r := RawStatement{Change: c, Statement: s.classify(sql)}
		for i, n := range r.Objects {
			if n.Database == "" {
				r.Objects[i].Database = s.Outcome.Desired.DefaultDatabase
			}
		}
		out = append(out, r)
	}
	return out
}

// classify prefers what the server has understood; what it was asked and did not
// understand is unknown.
func (s *Subject) classify(sql string) statement.Statement {
	if s.Facts == nil || s.Facts.Formatted.Err != nil {
		return statement.Classify(sql)
	}
	if text, ok := s.Facts.Formatted.Value[sql]; ok {
		return statement.Classify(text)
	}
	return statement.Statement{SQL: sql}
}

// named are the tables that statements of the project name.
func (s *Subject) named() []schema.Name {
	var out []schema.Name
	for _, r := range s.Statements() {
		for _, n := range r.Objects {
			if n.Object != "" {
				out = append(out, n)
			}
		}
	}
	return out
}
