package comment

import (
	"sort"
	"strings"
)

// Budgets in bytes.
const (
	// Budget is that of a comment: GitHub takes 65,536 code points in a description of a
	// pull request and more in a comment, Gitea less than neither.
	Budget = 65_000
	// SummaryBudget is that of a job summary, of which GitHub takes 1 MiB per step.
	SummaryBudget = 1_000_000
	// LeastBudget is what a page always needs: smaller budgets are raised to it.
	LeastBudget = 8_000
)

// Level is how much a page shows, from 0, everything, to Smallest. Context goes first,
// then details of objects; the verdict and the hazards stay, in ever shorter form.
type Level int

// Smallest is the last level: at it hazards are counted that do not fit.
const Smallest Level = 7

// shape is what a level shows.
type shape struct {
	sql, plan, hints, history, graph bool
	// details is the number of lines per object of the plan, -1 for all.
	details int
	// names bounds drift and other lists, errors the lines of an error.
	names, errors int
	hazards       hazardForm
	// without says what is left out.
	without string
}

var shapes = [Smallest + 1]shape{
	{true, true, true, true, true, -1, 50, 60, inFull, ""},
	{false, true, true, true, true, -1, 50, 60, inFull, "the SQL"},
	{false, true, true, true, true, 8, 20, 30, inFull, "the SQL and most details of the plan"},
	{false, true, false, true, false, 0, 10, 20, inFull, "the SQL and the details of the plan"},
	{false, false, false, true, false, 0, 10, 20, inFull, "the plan and its SQL"},
	{false, false, false, false, false, 0, 5, 10, oneLine, "the plan, its SQL and the remedies"},
	{false, false, false, false, false, 0, 5, 5, grouped, "the plan, its SQL, and all of the hazards but their names"},
	{false, false, false, false, false, 0, 3, 5, grouped, "the plan, its SQL, and the hazards that are only counted"},
}

// Render writes the page as a comment of at most budget bytes of UTF-8, marker
// included, at the first level from the given one that fits. It returns the level too:
// after a host has refused a text for its length, the next try begins one level later.
// It is always within the budget, unless that is below [LeastBudget].
func (p *Page) Render(from Level, budget int) (string, Level) {
	budget = max(budget, LeastBudget)
	m := p.Marker()
	marker := p.guard(m)
	if len(marker) > budget/2 {
		m.Operations, m.NoOperations = nil, len(m.Operations) > 0
		m.Hazards, m.NoHazards = nil, len(m.Hazards) > 0
		m.History, m.Objects = nil, nil
		marker = p.guard(m)
	}
	text, level := p.fit(from, budget-len(marker)-len("\n\n"), "job summary")
	return text + "\n" + marker + "\n", level
}

// guard encodes a marker; its texts were redacted before.
func (p *Page) guard(m Marker) string {
	for _, s := range []*string{&m.Text, &m.Project, &m.Environment, &m.RunURL} {
		*s = p.redact(*s)
	}
	return m.Encode()
}

// Summary writes the page as a job summary of at most budget bytes, without a marker.
func (p *Page) Summary(budget int) string {
	text, _ := p.fit(0, max(budget, LeastBudget), "")
	return text
}

// fit writes the page within a budget. The whole report is said to be in the given
// place, beside the artifact of the run.
func (p *Page) fit(from Level, budget int, whole string) (string, Level) {
	write := func(l Level, limit int) (string, bool) {
		text := p.write(shapes[l], limit, budget, whole)
		redacted := p.redact(text)
		return redacted, max(len(text), len(redacted)) <= budget
	}
	for l := max(from, 0); l < Smallest; l++ {
		if text, fits := write(l, -1); fits {
			return text, l
		}
	}
	n := sortFindings(p.Report).hazards()
	tooMany := func(n int) bool { _, fits := write(Smallest, n); return !fits }
	if first := sort.Search(n+1, tooMany); first > 0 {
		text, _ := write(Smallest, first-1)
		return text, Smallest
	}
	h := p.headline()
	w := &writer{redact: p.redact, home: p.Run.URL}
	w.paragraph("### " + h.markdown(w))
	if text := p.redact(w.b.String()); len(text) <= budget {
		return text, Smallest
	}
	return "### " + h.symbol + " " + h.word + "\n", Smallest
}

// write writes the page in one shape; what is longer than the budget is not finished.
func (p *Page) write(s shape, limit, budget int, whole string) string {
	w := &writer{redact: p.redact, home: p.Run.URL, limit: budget, local: p.Environment == ""}
	w.paragraph("### " + p.headline().markdown(w))
	for _, text := range p.Next {
		w.paragraph(w.sentence(text))
	}
	if len(p.Next) == 0 {
		for _, text := range p.next(w) {
			w.paragraph(text)
		}
	}
	for _, note := range p.Notes[:min(len(p.Notes), s.names)] {
		w.paragraph("⚠️ " + w.sentence(note))
	}
	w.failure(p.Failure, s.errors)
	w.steps(p.Steps, s.errors)
	if p.Report != nil {
		w.report(p.Report, s, limit, p.State)
	}
	if s.history {
		w.history(p.History)
	}
	if s.without != "" {
		text := "_Shortened to fit: without " + s.without + "._ The whole report is in "
		if whole != "" {
			text += "the " + w.link(whole, p.Run.URL) + " and in "
		}
		w.paragraph(text + "the run's artifact.")
	}
	w.footer(p)
	return strings.TrimRight(w.b.String(), "\n") + "\n"
}
