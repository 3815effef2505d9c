package review

import (
	"fmt"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Count is what is known about the data that a hazard affects.
type Count struct {
	// None is set when it is certain that nothing is affected.
	None bool
	// Text says it in the middle of a sentence: "3 of 12 rows, such as 300 where id is 7".
	Text  string
	Stake *finding.Stake
	// Evidence is the same as a fact with its source, nil where nothing was counted.
	Evidence []finding.Evidence
}

// Count is what the answer to a question says. An empty table needs no question.
func (s *Subject) Count(id string, t *schema.Table) Count {
	if t != nil && t.Rows != nil && *t.Rows == 0 {
		return Count{None: true, Text: "the table holds no rows now", Stake: &finding.Stake{Rows: t.Rows}, Evidence: []finding.Evidence{{Text: "the table holds no rows now", Source: "system.tables"}}}
	}
	a := s.Facts.Answer(id)
	if a.Err != nil {
		return Count{Text: fmt.Sprintf("how many rows is not known: %v", a.Err)}
	}
	c := Count{None: a.None(), Text: countText(a)}
	if !a.Sampled {
		c.Stake = &finding.Stake{Rows: &a.Rows}
	}
	source := "counted"
	if t != nil {
		source = "counted in " + t.Name.String()
	}
	c.Evidence = []finding.Evidence{{Text: c.Text, Source: source, Sampled: a.Sampled}}
	return c
}

func countText(a probe.Answer) string {
	total := humanize.Comma(int64(a.Total)) + " rows"
	if a.Total == 1 {
		total = "1 row"
	}
	if a.Sampled {
		total = "a sample of " + total
	}
	if a.Rows == 0 {
		return "none of " + total
	}
	text := fmt.Sprintf("%s of %s", humanize.Comma(int64(a.Rows)), total)
	switch {
	case a.Value != "" && a.Key != "":
		text += fmt.Sprintf(", such as %s in the row with the key %s", shown(a.Value), shown(a.Key))
	case a.Value != "":
		text += ", such as " + shown(a.Value)
	case a.Key != "":
		text += ", such as the row with the key " + shown(a.Key)
	}
	return text
}

// shownRunes bounds a value that is shown.
const shownRunes = 60

func shown(value string) string {
	if runes := []rune(value); len(runes) > shownRunes {
		value = string(runes[:shownRunes]) + "…"
	}
	return "`" + value + "`"
}
