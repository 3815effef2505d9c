package ds

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/statement"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// resource is a SQL resource with those of its statements that have one effect.
type resource struct {
	name       string
	statements []review.RawStatement
}

// resources are the SQL resources of the plan that run statements of an effect.
func resources(s *review.Subject, effect statement.Effect) []resource {
	var out []resource
	for _, raw := range s.Statements() {
		if raw.Effect != effect {
			continue
		}
		i := slices.IndexFunc(out, func(r resource) bool { return r.name == raw.Name })
		if i < 0 {
			i, out = len(out), append(out, resource{name: raw.Name})
		}
		out[i].statements = append(out[i].statements, raw)
	}
	return out
}

// hit is the finding about a resource. says completes "SQL resource x …".
func (r resource) hit(s *review.Subject, says string, count review.Count) review.Hit {
	h := review.Hit{
		Object: r.name, Source: s.Source(r.statements[0].Change), Count: count,
		Text: fmt.Sprintf("SQL resource %s %s", r.name, says),
	}
	for _, st := range r.statements {
		h.What = append(h.What, st.SQL)
		h.Evidence = append(h.Evidence, finding.Evidence{Text: short(st.SQL), Source: "statement of the project"})
	}
	return h
}

// does lists what the statements do, such as "DROP TABLE of local.a, local.b".
func (r resource) does() string {
	var out []string
	for _, st := range r.statements {
		var names []string
		for _, n := range st.Objects {
			names = append(names, label(n))
		}
		text := st.Does + " on " + strings.Join(names, ", ")
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, "; ")
}

func label(n schema.Name) string {
	if n.Object == "" {
		return "database " + n.Database
	}
	return n.String()
}

// questions ask how many rows the tables hold that the statements are about.
func (r resource) questions(code string) []probe.Question {
	var out []probe.Question
	for _, n := range r.tables() {
		out = append(out, probe.Question{ID: code + " " + n.String(), Table: n, Where: "1"})
	}
	return out
}

func (r resource) tables() []schema.Name {
	var out []schema.Name
	for _, st := range r.statements {
		for _, n := range st.Objects {
			if n.Object != "" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// Codes of ClickHouse's ErrorCodes.cpp for a table and a database that do not exist.
const (
	unknownTable    = 60
	unknownDatabase = 81
)

// count is how many rows the tables hold together. A table that does not exist has none.
func (r resource) count(s *review.Subject, code string) review.Count {
	tables := r.tables()
	c := review.Count{None: len(tables) > 0, Text: "they hold no rows now"}
	for _, st := range r.statements {
		for _, n := range st.Objects {
			if n.Object == "" {
				c.None = false
			}
		}
	}
	var rows uint64
	for _, n := range tables {
		a := s.Facts.Answer(code + " " + n.String())
		var refused *clickhouse.ServerError
		switch {
		case errors.As(a.Err, &refused) && (refused.Code == unknownTable || refused.Code == unknownDatabase):
			c.Evidence = append(c.Evidence, finding.Evidence{Text: fmt.Sprintf("table %s does not exist now", n), Source: "system.tables"})
			continue
		case a.Err != nil:
			text := fmt.Sprintf("how many rows %s holds is not known: %v", n, a.Err)
			return review.Count{Text: text, Evidence: append(c.Evidence, finding.Evidence{Text: text})}
		}
		rows += a.Rows
		c.None = c.None && a.None()
		c.Evidence = append(c.Evidence, finding.Evidence{Text: fmt.Sprintf("%s holds %s", n, rowsText(a)), Source: "counted in " + n.String(), Sampled: a.Sampled})
	}
	if !c.None {
		c.Text = "they hold " + humanize.Comma(int64(rows)) + " rows"
		if rows == 1 {
			c.Text = "they hold 1 row"
		}
	}
	if len(tables) == 1 {
		c.Text = strings.Replace(c.Text, "they hold", "it holds", 1)
	}
	if len(tables) == 0 {
		c.Text = ""
	} else {
		c.Stake = &finding.Stake{Rows: &rows}
	}
	return c
}

func rowsText(a probe.Answer) string {
	switch {
	case a.Sampled:
		return "more than " + humanize.Comma(int64(a.Rows)) + " rows"
	case a.Rows == 1:
		return "1 row"
	}
	return humanize.Comma(int64(a.Rows)) + " rows"
}

// says joins what is done with what is counted.
func says(what string, c review.Count) string {
	if c.Text == "" {
		return what
	}
	return what + " (" + c.Text + ")"
}

// statementRunes bounds a statement that is shown.
const statementRunes = 200

func short(sql string) string {
	if runes := []rune(sql); len(runes) > statementRunes {
		return string(runes[:statementRunes]) + "…"
	}
	return sql
}

// aboutStatements makes Ask and Check of a rule about one effect. What the statements do
// stands before after.
func aboutStatements(r review.Rule, effect statement.Effect, after string) *review.Rule {
	r.Ask = func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, one := range resources(s, effect) {
			out = append(out, one.questions(r.Code)...)
		}
		return out
	}
	r.Check = func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, one := range resources(s, effect) {
			count := one.count(s, r.Code)
			out = append(out, one.hit(s, says("runs "+one.does()+after, count), count))
		}
		return out
	}
	return &r
}
