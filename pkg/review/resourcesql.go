package review

import (
	"regexp"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// ResourceSQL is a SQL resource of the project with the statements that the plan runs of it.
type ResourceSQL struct {
	Change *diff.Change
	// Object is how a finding names the resource.
	Object     string
	Statements []Statement
}

// Statement is one statement of the project's own.
type Statement struct {
	// Text is the statement as it is written.
	Text string
	// Words are its tokens outside of comments, words in upper case; names and literals
	// stand as they are.
	Words []string
}

// comments are those of ClickHouse's lexer: to the end of the line, and between /* and */.
var comments = regexp.MustCompile(`(?s)^(?:--[^\n]*|#!?\s[^\n]*|/\*.*?\*/)`)

// ParseStatement cuts a statement of a person into words.
func ParseStatement(text string) Statement {
	s := Statement{Text: text}
	rest := text
	for rest != "" {
		if c := comments.FindString(rest); c != "" {
			rest = rest[len(c):]
			continue
		}
		t := sqltext.Tokens(rest)[0]
		rest = rest[len(t.Text):]
		switch t.Kind {
		case sqltext.Space:
		case sqltext.Word:
			s.Words = append(s.Words, strings.ToUpper(t.Text))
		default:
			s.Words = append(s.Words, t.Text)
		}
	}
	return s
}

// Starts reports whether the statement begins with these words.
func (s Statement) Starts(words ...string) bool {
	if len(s.Words) < len(words) {
		return false
	}
	for i, w := range words {
		if s.Words[i] != w {
			return false
		}
	}
	return true
}

// Has reports whether the words stand one after the other anywhere in the statement.
func (s Statement) Has(words ...string) bool { return s.Index(words...) >= 0 }

// Index is where [Statement.Has] finds the words first, -1 for nowhere.
func (s Statement) Index(words ...string) int {
	for i := range s.Words {
		if (Statement{Words: s.Words[i:]}).Starts(words...) {
			return i
		}
	}
	return -1
}

// ResourceSQL are the SQL resources that change, with what the plan runs of them.
func (s *Subject) ResourceSQL() []ResourceSQL {
	var out []ResourceSQL
	for _, c := range s.Changes(diff.SQLResource) {
		r := ResourceSQL{Change: c, Object: c.Name}
		if p := c.SQLResource; p != nil {
			switch {
			case p.After != nil && p.After.Database != nil && *p.After.Database != "":
				r.Object = *p.After.Database + "." + c.Name
			case p.Before != nil && p.Before.Database != nil && *p.Before.Database != "":
				r.Object = *p.Before.Database + "." + c.Name
			}
		}
		for _, op := range s.Outcome.Operations {
			raw, ok := op.(*plan.RawSQLOp)
			if !ok || raw.Description != plan.SetupDescription+c.Name && raw.Description != plan.TeardownDescription+c.Name {
				continue
			}
			for _, text := range raw.SQL {
				r.Statements = append(r.Statements, ParseStatement(text))
			}
		}
		out = append(out, r)
	}
	return out
}
