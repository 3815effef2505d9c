package comment

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// errorRunes bounds a line of an error.
const errorRunes = 400

// failure shows an error: its beginning and, of a long one, its end, where most
// programs say what was wrong.
func (w *writer) failure(text string, limit int) {
	if strings.TrimSpace(text) == "" {
		return
	}
	lines := safetext.Lines(safetext.Clip(w.redact(text), 200_000))
	if rest := len(lines) - limit; rest > 0 {
		head, tail := limit/2, limit-limit/2
		lines = slices.Concat(lines[:head], []string{fmt.Sprintf("… %s left out …", plural(rest, "line"))}, lines[len(lines)-tail:])
	}
	for i := range lines {
		lines[i] = safetext.Clip(lines[i], errorRunes)
	}
	w.paragraph(strings.TrimRight(w.fenced("text", lines), "\n"))
}

// shownSteps is how many steps are shown openly.
const shownSteps = 15

var stepSymbols = map[Progress]string{Done: "✓", Broken: "✗", InDoubt: "?", NotStarted: "·"}

// steps lists the operations of a migration with their times.
func (w *writer) steps(list []Step, limit int) {
	if len(list) == 0 {
		return
	}
	notable := list
	if len(list) > shownSteps {
		notable = nil
		for _, s := range list {
			if s.Progress == Broken || s.Progress == InDoubt {
				notable = append(notable, s)
			}
		}
	}
	if len(notable) > 0 {
		w.paragraph(w.stepLines(list, func(i int) bool {
			return len(list) <= shownSteps || list[i].Progress == Broken || list[i].Progress == InDoubt
		}, max(limit, shownSteps)))
	}
	if len(list) > shownSteps {
		if slow := slowest(list); slow != "" {
			w.paragraph("The slowest: " + slow)
		}
		if limit > 20 {
			w.fold("All "+plural(len(list), "operation"), w.stepLines(list, func(int) bool { return true }, 10*limit)+"\n")
		}
	}
}

// stepRunes is the width at which the text of a step ends.
const stepRunes = 72

func (w *writer) stepLines(list []Step, shown func(int) bool, limit int) string {
	var lines []string
	width := 0
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = safetext.Clip(safetext.Literal(w.redact(s.Text)), stepRunes)
		if shown(i) {
			width = max(width, len([]rune(texts[i])))
		}
	}
	digits := len(fmt.Sprint(len(list)))
	for i, s := range list {
		if !shown(i) {
			continue
		}
		if len(lines) == limit {
			lines = append(lines, "… and more")
			break
		}
		time := string(s.Progress)
		if s.Progress == Done {
			time = took(s.Took)
		}
		pad := strings.Repeat(" ", width-len([]rune(texts[i])))
		lines = append(lines, fmt.Sprintf("%s %*d. %s%s  %s", cmp.Or(stepSymbols[s.Progress], " "), digits, i+1, texts[i], pad, time))
	}
	return strings.TrimRight(safetext.Fenced("text", lines), "\n")
}

// slowest names the step that took longest.
func slowest(list []Step) string {
	best := slices.MaxFunc(list, func(a, b Step) int { return cmp.Compare(a.Took, b.Took) })
	if best.Took == 0 {
		return ""
	}
	return safetext.Code(safetext.Clip(best.Text, stepRunes)) + ", " + took(best.Took)
}

// over reports whether the plan is no longer a question: it ran, or will not run.
func (s State) over() bool {
	return s == Applying || s == Applied || s == PartlyApplied || s == Interrupted || s == Stopped
}

// report writes what a plan holds.
func (w *writer) report(r *report.Report, s shape, limit int, state State) {
	w.bullets("❌ To fix in the code", r.Invalid, s.names)
	if totals := r.LossTotals(); totals != "" && s.hazards != inFull {
		w.paragraph("Lost altogether: " + totals + ".")
	}
	w.hazards(sortFindings(r), s.hazards, limit)
	w.bullets("⚠️ Warnings", r.Warnings, s.names)
	w.renames(r.Renames, s.names)
	if !state.over() || state == Stopped {
		w.drift(r, s.names, s.details != 0)
	}
	if w.over() {
		return
	}
	if s.plan {
		w.plan(r, s, state.over())
		if s.hints {
			w.bullets("💡 Good to know", hintsOf(r), s.names)
		}
	}
	w.held(r.Blocked, s.names)
	if s.plan {
		w.names("Taken over as they are in ClickHouse", r.Adopted, s.names)
		w.names("In ClickHouse but not in the code, left alone", r.Unmanaged.Names, s.names)
	}
	if s.sql && len(r.Operations) > 0 && !w.over() {
		w.fold("SQL of "+plural(len(r.Operations), "operation"), safetext.Fenced("sql", w.redacted(r.SQLLines())))
	}
}

// openLines is the number of lines above which the plan is folded away.
const openLines = 60

// plan shows the changed objects as a diff.
func (w *writer) plan(r *report.Report, s shape, folded bool) {
	if len(r.Changes) == 0 {
		return
	}
	lines := w.redacted(r.DiffLines(s.details))
	title, block := "Plan: "+counts(r.Summary), safetext.Fenced("diff", lines)
	if !folded && len(lines) <= openLines {
		w.heading(title)
		w.paragraph(strings.TrimRight(block, "\n"))
		return
	}
	w.fold(title, block)
}

// redacted takes credentials out of lines that are safe already.
func (w *writer) redacted(lines []string) []string {
	for i, l := range lines {
		lines[i] = w.redact(l)
	}
	return lines
}

// counts is "2 to add, 1 to change", less what is none.
func counts(s report.Summary) string {
	var parts []string
	for _, c := range []struct {
		n    int
		word string
	}{{s.Add, "add"}, {s.Change, "change"}, {s.Recreate, "recreate"}, {s.Remove, "remove"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%s to %s", humanize.Comma(int64(c.n)), c.word))
		}
	}
	return strings.Join(parts, ", ")
}

// hintsOf are the hints, less those about renames, which are asked about by themselves.
func hintsOf(r *report.Report) []string {
	advice := map[string]bool{}
	for _, q := range r.Renames {
		advice[q.Advice()] = true
	}
	var out []string
	for i := range r.Changes {
		for _, h := range r.Changes[i].Hints {
			if !advice[h] {
				out = append(out, h)
			}
		}
	}
	return out
}

func (w *writer) bullets(title string, list []string, limit int) {
	if len(list) == 0 {
		return
	}
	w.heading(title)
	for i, text := range list {
		if i == limit {
			w.more(len(list) - i)
			break
		}
		w.item(w.sentence(text))
	}
	w.end()
}

func (w *writer) more(n int) { w.item("and " + humanize.Comma(int64(n)) + " more") }

// renames asks whether what goes and what comes is one thing under two names, and
// writes the answer "yes" down.
func (w *writer) renames(list []report.Rename, limit int) {
	if len(list) == 0 {
		return
	}
	w.heading("❓ Is this a new name?")
	w.paragraph("If so, this in `moose-migrate.yml` keeps what it holds:")
	lines := []string{"renames:"}
	for i, r := range list {
		if i == limit {
			lines = append(lines, fmt.Sprintf("  # and %d more", len(list)-i))
			break
		}
		table := r.Table
		if r.Database != "" {
			table = r.Database + "." + table
		}
		lines = append(lines, "  - table: "+yamlText(table))
		if r.Kind == "column" {
			lines = append(lines, "    columns: {"+yamlText(r.From)+": "+yamlText(r.To)+"}")
		} else {
			lines = append(lines, "    to: "+yamlText(r.To))
		}
	}
	w.paragraph(strings.TrimRight(w.fenced("yaml", lines), "\n"))
}

// plainYAML are names that stand in YAML as they are, and mean a text there.
var plainYAML = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$`)

// yamlWords are plain names that YAML takes for something else.
var yamlWords = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false|null)$`)

// yamlText is a name in YAML, in quotes where it needs them.
func yamlText(s string) string {
	s = safetext.Clip(s, nameRunes)
	if plainYAML.MatchString(s) && !yamlWords.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}

// drift lists what was changed by hand.
func (w *writer) drift(r *report.Report, limit int, details bool) {
	list := r.Drift
	if len(list) == 0 {
		return
	}
	w.heading("🔀 Drift: changed by hand since the last migration")
	for i, d := range list {
		if i == limit {
			w.more(len(list) - i)
			break
		}
		w.driftItem(d, details)
	}
	w.end()
	if len(r.Changes) > 0 {
		w.paragraph("To keep such a change, declare it in the code; otherwise the plan undoes it.")
	} else {
		w.paragraph("The code declares it as it is now, so there is nothing to undo.")
	}
}

// driftAttributes is how many differences of one object are shown.
const driftAttributes = 20

func (w *writer) driftItem(d report.Drift, details bool) {
	w.item(w.sentence(d.Text))
	if !details {
		return
	}
	for i, a := range d.Attributes {
		if i == driftAttributes {
			w.under("- and more")
			break
		}
		w.under("- " + w.code(a.Name+": "+cmp.Or(a.Before, "none")+" -> "+cmp.Or(a.After, "none")))
	}
	if text := w.lastChange(d); text != "" {
		if d.Statement != "" {
			text += ": " + w.code(strings.Join(strings.Fields(d.Statement), " "))
		}
		w.under("- " + text)
	}
}

// lastChange says when and by whom an object was changed last, empty where that is not
// known.
func (w *writer) lastChange(d report.Drift) string {
	text := when(d.ChangedAt)
	if text == "" {
		return ""
	}
	if d.ChangedBy != "" {
		text += " by " + w.code(d.ChangedBy)
	}
	return "Last changed " + text
}

// held lists what a life cycle holds back.
func (w *writer) held(list []report.Blocked, limit int) {
	if len(list) == 0 {
		return
	}
	w.heading("🔒 Held back by the life cycle")
	for i, b := range list {
		if i == limit {
			w.more(len(list) - i)
			break
		}
		text := w.sentence(b.Reason)
		if b.Source.File != "" {
			text += " Declared at " + w.code(b.Source.String()) + "."
		}
		w.item(text)
	}
	w.end()
}

func (w *writer) names(title string, list []string, limit int) {
	if len(list) == 0 {
		return
	}
	var shown []string
	for _, n := range list[:min(len(list), limit)] {
		shown = append(shown, w.code(n))
	}
	text := title + ": " + strings.Join(shown, ", ")
	if rest := len(list) - len(shown); rest > 0 {
		text += " and " + humanize.Comma(int64(rest)) + " more"
	}
	w.paragraph(text)
}

// symbols are the signs of earlier verdicts, by state and conclusion.
func symbolOf(e Entry) string {
	switch e.State {
	case Applied:
		return "✅"
	case Stopped:
		return "🛑"
	case PartlyApplied, Interrupted:
		return "⚠️"
	case Failed:
		return "❌"
	case NotAvailable:
		return "➖"
	}
	switch e.Conclusion {
	case finding.Blocked:
		return "⛔"
	case finding.Failed:
		return "❌"
	}
	return "✅"
}

// history folds the earlier verdicts away.
func (w *writer) history(list []Entry) {
	if len(list) == 0 {
		return
	}
	list = list[:min(len(list), maxHistory)]
	var b strings.Builder
	for _, e := range list {
		text := "- " + symbolOf(e) + " " + safetext.Prose(safetext.Clip(w.redact(e.Text), maxEntryText))
		if e.Head != "" {
			text += " · " + safetext.Code(short(e.Head))
		}
		if at := when(e.At); at != "" {
			text += " · " + link(at, e.RunURL)
		}
		b.WriteString(text + "\n")
	}
	w.fold(plural(len(list), "earlier verdict"), b.String())
}

// footer says what the page is about: digest, commit, run and time.
func (w *writer) footer(p *Page) {
	var parts []string
	if p.Report != nil && p.Report.Digest != "" {
		parts = append(parts, "Plan "+safetext.Code(plan.Short(p.Report.Digest)))
	}
	if p.HeadSHA != "" {
		parts = append(parts, "commit "+safetext.Code(safetext.Clip(short(p.HeadSHA), titleRunes)))
	}
	if p.Run.URL != "" {
		label := "run"
		if p.Run.Number > 0 {
			label = fmt.Sprintf("run %d", p.Run.Number)
		}
		if p.Run.Attempt > 1 {
			label += fmt.Sprintf(", attempt %d", p.Run.Attempt)
		}
		parts = append(parts, link(label, p.Run.URL))
	}
	if p.DeploymentURL != "" {
		parts = append(parts, link("deployment", p.DeploymentURL))
	}
	if at := when(p.At); at != "" {
		parts = append(parts, at)
	}
	w.paragraph(strings.Join(parts, " · "))
}
