// Package recreate has what the rules about tables that are made anew share: one of them
// speaks of each such table, the one that knows the cause.
package recreate

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// Beside is the way that keeps the rows, in the middle of a sentence.
const Beside = "give the new definition a new table name or version, copy the rows, and drop the old table in a later pull request"

// Any is the rule that speaks where there are several causes, or one that has no rule.
const Any = "DS102"

// Cause is the code of the rule that speaks of a table that is made anew.
func Cause(c *diff.Change) string {
	codes := map[string]bool{}
	for _, a := range c.Forced {
		codes[codeOf(a.Name)] = true
	}
	// A primary key that was not given apart is the sorting key, and changes with it.
	if codes["KY301"] {
		delete(codes, "KY302")
	}
	if len(codes) != 1 {
		return Any
	}
	for code := range codes {
		return code
	}
	return Any
}

// codeOf is the rule about an attribute that cannot change in place.
func codeOf(attribute string) string {
	if strings.HasPrefix(attribute, "setting ") {
		return "KY309"
	}
	switch attribute {
	case "order by":
		return "KY301"
	case "primary key":
		return "KY302"
	case "partition by":
		return "KY303"
	case "engine":
		return "KY306"
	case "engine credentials":
		return "KY307"
	}
	return Any
}

// Tables are the tables that are made anew and of which the rule speaks.
func Tables(s *review.Subject, code string) []review.TableEdit {
	var out []review.TableEdit
	for _, t := range s.Tables(diff.Recreate) {
		if t.Table.Before != nil && Cause(t.Change) == code {
			out = append(out, t)
		}
	}
	return out
}

// Hits are the findings about these tables. why says in the middle of a sentence what
// ClickHouse cannot do; queues are the hazard, too, because they forget what they have
// read, and other tables without rows of their own lose nothing.
func Hits(s *review.Subject, code string, why func(review.TableEdit) string) []review.Hit {
	var out []review.Hit
	for _, t := range Tables(s, code) {
		h := review.Hit{Object: s.Object(t), Source: s.Source(t.Change), What: what(t.Change)}
		start := fmt.Sprintf("table %s is dropped and created anew, empty", s.Label(t))
		if because := why(t); because != "" {
			start += ", because " + because
		}
		switch engine := t.Engine(); {
		case Queue(engine):
			h.Text = start + "; it forgets which files it has read, and reads all that are still there again"
		case !report.HoldsRows(engine):
			continue
		default:
			h.Count = s.Holds(t)
			h.Text = start + strings.Replace(review.And(h.Count), " and", ", and", 1)
		}
		out = append(out, h)
	}
	return out
}

// Queue reports whether tables of an engine read every file once.
func Queue(engine string) bool { return engine == "S3Queue" || engine == "AzureQueue" }

// Causes are what forces the table to be made anew: "order by (id → id, ts)".
func Causes(t review.TableEdit) string {
	var out []string
	for _, a := range t.Forced {
		if _, _, sorted := t.Differs("order by"); sorted && a.Name == "primary key" {
			continue // it is the sorting key, when it was not given apart
		}
		out = append(out, fmt.Sprintf("%s (%s)", a.Name, FromTo(a.Before, a.After)))
	}
	return strings.Join(out, ", ")
}

// FromTo is "before → after", with none for what is absent.
func FromTo(before, after string) string { return orNone(before) + " → " + orNone(after) }

func orNone(v string) string {
	if v == "" {
		return "none"
	}
	return v
}

// what are the attributes that differ; a decision holds as long as they stay the same.
func what(c *diff.Change) []string {
	var out []string
	for _, a := range c.Why {
		out = append(out, a.Name, a.Before, a.After)
	}
	return out
}

// Rule makes the rule about one cause. The severity is block as long as it is not proven
// that the table is empty.
func Rule(r review.Rule, why func(review.TableEdit) string) *review.Rule {
	r.Severity, r.Proof = finding.Block, true
	r.Check = func(s *review.Subject) []review.Hit { return Hits(s, r.Code, why) }
	return &r
}
