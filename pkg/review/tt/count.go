package tt

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// soon is how many days ahead the next rows to expire are counted.
const soon = 7

// expired is the condition that a row has expired by one of the elements now or in some
// days, and had not by the old ones; false when an element cannot be asked about.
func expired(t *schema.Table, now, old []element, ahead int) (where string, columns []string, ok bool) {
	if t == nil || len(now) == 0 {
		return "", nil, false
	}
	var conditions []string
	for _, e := range now {
		condition, read, ok := e.condition(t, ahead)
		if !ok {
			return "", nil, false
		}
		conditions, columns = append(conditions, condition), append(columns, read...)
	}
	where = "(" + strings.Join(conditions, " OR ") + ")"
	for _, e := range old {
		// Without an old one that cannot be asked about, the count is only too high.
		if condition, read, ok := e.condition(t, ahead); ok {
			where += " AND NOT ifNull(" + condition + ", 0)"
			columns = append(columns, read...)
		}
	}
	return where, columns, true
}

func (e element) condition(t *schema.Table, ahead int) (string, []string, bool) {
	columns, ok := askable(e.expr, t)
	if !ok {
		return "", nil, false
	}
	at := "now()"
	if ahead > 0 {
		at = fmt.Sprintf("now() + toIntervalDay(%d)", ahead)
	}
	// A row whose time is 0 never expires.
	condition := fmt.Sprintf("((%s) <= %s AND (%s) > toDateTime(0, 'UTC'))", e.expr, at, e.expr)
	if e.where == "" {
		return condition, columns, true
	}
	more, ok := askable(e.where, t)
	return "(" + condition + " AND (" + e.where + "))", append(columns, more...), ok
}

// questions ask how many rows have expired, and how many will have in some days.
func questions(id string, t *schema.Table, now, old []element) []probe.Question {
	var out []probe.Question
	for _, ahead := range []int{0, soon} {
		where, columns, ok := expired(t, now, old, ahead)
		if !ok {
			return nil
		}
		q := probe.Question{ID: aheadID(id, ahead), Table: t.Name, Where: where, Columns: columns}
		if ahead == 0 {
			key, keys := review.KeyOf(t)
			q.Key, q.Columns = key, append(q.Columns, keys...)
		}
		out = append(out, q)
	}
	return out
}

func aheadID(id string, ahead int) string { return fmt.Sprintf("%s +%d", id, ahead) }

// count is how many rows have expired, with when the next ones will and which is the
// oldest partition.
func count(s *review.Subject, id string, t *schema.Table) review.Count {
	c := s.Count(aheadID(id, 0), t)
	if t == nil || s.Facts == nil {
		return c
	}
	if now, later := s.Facts.Answer(aheadID(id, 0)), s.Facts.Answer(aheadID(id, soon)); now.Err == nil && later.Err == nil && later.Total > 0 && !later.Sampled {
		more := later.Rows - min(now.Rows, later.Rows)
		text := fmt.Sprintf("%s more rows expire within %d days", humanize.Comma(int64(more)), soon)
		switch more {
		case 0:
			text = fmt.Sprintf("no more rows expire within %d days", soon)
		case 1:
			text = fmt.Sprintf("1 more row expires within %d days", soon)
		}
		c.Evidence = append(c.Evidence, finding.Evidence{Text: text, Source: "counted in " + t.Name.String()})
	}
	if p, ok := s.Facts.Parts.Value[t.Name]; ok && p.Partitions > 1 {
		c.Evidence = append(c.Evidence, finding.Evidence{Text: "the oldest partition is " + p.Oldest, Source: "system.parts"})
	}
	return c
}
