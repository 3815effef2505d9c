package report

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// level is how much of a report Markdown shows. Fewer details go first; the verdict
// and what would be lost stay.
type level struct {
	sql bool
	// details is the number of lines per object, -1 for all; plan shows the objects at all.
	details int
	plan    bool
	// hazards is the number of losses that are listed one by one, -1 for all.
	hazards int
	// names bounds the names in drift, adopted and blocked lists.
	names int
	note  string
}

const all = -1

var levels = []level{
	{true, all, true, all, 50, ""},
	{false, all, true, all, 50, "the SQL is left out"},
	{false, 20, true, all, 20, "the SQL and most details are left out"},
	{false, 5, true, all, 20, "the SQL and most details are left out"},
	{false, 0, true, all, 10, "the SQL and the details are left out"},
	{false, 0, false, all, 5, "the SQL and the list of changes are left out"},
}

// least is the level below which only the verdict is left; its hazards are as many as fit.
var least = level{false, 0, false, 0, 1, "only what matters most is shown"}

// Markdown writes the report for a pull request in at most budgetBytes bytes of
// UTF-8 (0 or less: no limit): the verdict, what would be lost, drift, the plan as a
// diff, the SQL folded away, the digest. What does not fit goes by meaning: SQL
// first, then details, then the list of changes. Losses that can no longer be listed
// are counted, the greatest staying to the last, and only a budget below the verdict
// itself cuts that.
// Nothing from the project can mention, link, open HTML or close a block.
func (r *Report) Markdown(budgetBytes int) string {
	var text string
	for _, l := range levels {
		text = r.markdown(l)
		if budgetBytes <= 0 || len(text) <= budgetBytes {
			return text
		}
	}
	shortened := func(hazards int) string {
		l := least
		l.hazards = hazards
		return r.markdown(l)
	}
	// The first number of hazards that is too many; what is shown is one less.
	if n := sort.Search(len(r.Losses)+1, func(n int) bool { return len(shortened(n)) > budgetBytes }); n > 0 {
		return shortened(n - 1)
	}
	if text = "**" + safetext.Prose(r.Verdict) + "**\n"; len(text) <= budgetBytes {
		return text
	}
	counts := r.countsVerdict()
	for len(counts) > budgetBytes {
		_, n := utf8.DecodeLastRuneInString(counts)
		counts = counts[:len(counts)-n]
	}
	return counts
}

// countsVerdict is the verdict in numbers alone: it holds nothing of the project.
func (r *Report) countsVerdict() string {
	if r.Summary.Invalid > 0 {
		return "Cannot be applied."
	}
	text := plural(r.Summary.Changes(), "change")
	if r.Summary.Losing > 0 {
		text += fmt.Sprintf(", %d of which drop data", r.Summary.Losing)
	}
	if r.Summary.Converting > 0 {
		text += fmt.Sprintf(", %d of which can change values", r.Summary.Converting)
	}
	return text + "."
}

func (r *Report) markdown(l level) string {
	m := &markdownWriter{level: l}
	m.paragraph("**" + safetext.Prose(r.Verdict) + "**")
	if r.Summary.Changes() > 0 {
		m.paragraph(r.summaryLine())
	}
	if note := r.runtimeNote(); note != "" && l.plan {
		m.paragraph(note)
	}
	if r.Target != "" && l.plan {
		where := "ClickHouse " + safetext.Code(r.Target)
		if r.StateStore != "" {
			where += ", state in " + safetext.Code(r.StateStore)
		}
		m.paragraph(where)
	}
	m.bullets("Cannot be applied", r.Invalid)
	m.losses(r.Losses)
	m.bullets("Warnings", r.Warnings)
	m.drift(r.Drift, len(r.Changes) > 0)
	if l.plan {
		m.plan(r)
	}
	m.blocked(r.Blocked)
	m.names("Taken over as they are in ClickHouse", r.Adopted)
	m.names("In ClickHouse but not in the code, left alone", r.Unmanaged.Names)
	if l.sql {
		m.sql(r)
	}
	if l.note != "" {
		m.paragraph("_Shortened to fit: " + l.note + "._")
	}
	if r.Digest != "" {
		m.paragraph("Digest " + safetext.Code(plan.Short(r.Digest)))
	}
	return strings.TrimRight(m.b.String(), "\n") + "\n"
}
