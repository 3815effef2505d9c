package tt

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var tt404 = &review.Rule{
	Code: "TT404", Name: "rows are rolled up or moved", Severity: finding.Block, Proof: true,
	Detects: "The TTL of a table gets a part that rolls rows up (GROUP BY), compresses them otherwise (RECOMPRESS) or moves them (TO DISK, TO VOLUME). Only the first of these is more than worth a line.",
	Happens: "With GROUP BY the expired rows of a group become one row, at once and for good: the single rows are gone, and columns that SET does not name keep the value of any of them. Moving and compressing change no values.",
	Remedy:  "keep the single rows in another table, and let a materialized view roll them up",
	Demo: review.Demo{
		{Say: "six sales of last month in two shops", SQL: "CREATE TABLE sales (shop UInt8, at DateTime, amount UInt32) ENGINE = MergeTree ORDER BY shop"},
		{SQL: "INSERT INTO sales SELECT number % 2, now() - toIntervalDay(30), 10 FROM numbers(6)"},
		{Say: "sales older than fifteen days become one row for each shop", SQL: "ALTER TABLE sales MODIFY TTL at + INTERVAL 15 DAY GROUP BY shop SET amount = sum(amount)"},
		{SQL: "SELECT shop, amount FROM sales ORDER BY shop", Want: "0\t30\n1\t30", Eventually: true},
		{Say: "the single sales do not come back", SQL: "ALTER TABLE sales REMOVE TTL"},
		{SQL: "SELECT count() FROM sales", Want: "2"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, e := range changed(s) {
			if up, _ := treated(e); len(up) > 0 {
				out = append(out, questions(e.id("TT404"), e.Before, up, deleting(e.before))...)
			}
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range changed(s) {
			up, other := treated(e)
			h := e.hit(s)
			switch {
			case len(up) > 0:
				h.Count = count(s, e.id("TT404"), e.Before)
				h.Text = fmt.Sprintf("table %s rolls up rows that are older than %s: the single rows are lost (%s)", s.Label(e.TableEdit), up[0].expr, h.Count.Text)
			case len(other) > 0:
				h.Severity = finding.Info
				h.Text = fmt.Sprintf("table %s treats older rows otherwise: %s; no value changes", s.Label(e.TableEdit), strings.Join(other, ", "))
			default:
				continue
			}
			out = append(out, h)
		}
		return out
	},
}

// treated are the new parts of a TTL that do not delete: those that roll up, and the others.
func treated(e edit) (up []element, other []string) {
	var old []string
	for _, o := range elements(e.before) {
		old = append(old, o.text)
	}
	for _, n := range elements(oldNames(e.TableEdit, e.after)) {
		switch {
		case n.deletes() || slices.Contains(old, n.text):
		case n.rollsUp:
			up = append(up, n)
		default:
			other = append(other, n.text)
		}
	}
	return up, other
}
