package review

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// Holds is what is lost with a table that goes as a whole: rows and bytes, with its
// oldest and its newest partition, and when it was last written, as evidence. Text is
// "its 1.2 million rows, 3.4 GB are lost".
func (s *Subject) Holds(t TableEdit) Count {
	c := Count{Stake: &finding.Stake{Whole: true}, Text: "all its rows are lost; how many is not known"}
	actual := t.Before
	if actual == nil || actual.Rows == nil {
		return c
	}
	c.Stake.Rows, c.Stake.Bytes = actual.Rows, actual.Bytes
	price := report.Amount(actual.Rows, actual.Bytes)
	switch *actual.Rows {
	case 0:
		c.None, c.Text, price = true, "it holds no rows now", "no rows"
	case 1:
		c.Text = "its " + price + " is lost"
	default:
		c.Text = "its " + price + " are lost"
	}
	c.Evidence = append(c.Evidence, finding.Evidence{Text: "the table holds " + price, Source: "system.tables"})
	if s.Facts == nil {
		return c
	}
	p, ok := s.Facts.Parts.Value[actual.Name]
	if !ok || p.Rows == 0 {
		return c
	}
	add := func(text string) {
		c.Evidence = append(c.Evidence, finding.Evidence{Text: text, Source: "system.parts"})
	}
	if p.Partitions > 1 {
		add(fmt.Sprintf("%s partitions, from %s to %s", humanize.Comma(int64(p.Partitions)), p.Oldest, p.Newest))
	}
	add("last written " + p.Written.Format(time.DateTime) + " UTC")
	return c
}

// And joins what is lost to a sentence: " and its 12 rows are lost", "; it holds no rows now".
func And(c Count) string {
	if c.Stake != nil && c.Stake.Rows != nil && !c.None {
		return " and " + c.Text
	}
	return "; " + c.Text
}
