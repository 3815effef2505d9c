package comment

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// hazards counts all that must never be left out.
func (f findings) hazards() int { return len(f.blocking) + len(f.allowed) + len(f.warnings) }

// hazardForm is how findings are shown, from long to short.
type hazardForm int

// hazards writes the findings; limit is how many of them are listed in a group, -1 for
// all of them.
func (w *writer) hazards(f findings, form hazardForm, limit int) {
	w.section("⛔ Needs a decision", f.blocking, form, &limit)
	w.section("⚠️ To know", f.warnings, form, &limit)
	w.section("☑️ Allowed", f.allowed, form, &limit)
	if form == inFull {
		w.section("ℹ️ By the way", f.infos, form, &limit)
	}
}

func (w *writer) section(title string, list []finding.Finding, form hazardForm, limit *int) {
	if len(list) == 0 {
		return
	}
	if len(list) > 1 {
		title += " (" + humanize.Comma(int64(len(list))) + ")"
	}
	w.heading(title)
	switch {
	case form == inFull || !list[0].Blocks():
	case len(list) > maxHazards:
		w.paragraph("These are too many to allow one by one. Split the change.")
	default:
		w.paragraph("To allow one, comment `/moose allow`, its code, its object and a reason in one line.")
	}
	if form == grouped {
		w.groups(list, limit)
		return
	}
	for _, f := range list {
		if w.over() {
			return
		}
		if form == inFull {
			w.finding(f)
		} else {
			w.oneLine(f)
		}
	}
	w.end()
}

// finding writes one in full.
func (w *writer) finding(f finding.Finding) {
	head := ""
	if f.Code != "" {
		head = "**" + w.prose(strings.TrimSpace(f.Code+" "+f.Rule)) + "** "
	}
	if f.Object != "" {
		head += w.code(f.Object)
	}
	if f.Source.File != "" {
		head += " at " + w.code(f.Source.String())
	}
	lines := []string{strings.TrimSpace(head), w.sentence(f.Text)}
	lines = append(lines, w.facts(f)...)
	if f.Remedy != "" && f.Override == nil && !f.Proven {
		lines = append(lines, "Instead: "+w.prose(strings.TrimRight(f.Remedy, ". "))+".")
	}
	if len(f.Ways) > 0 && f.Override == nil && !f.Proven {
		lines = append(lines, w.ways(f))
	}
	switch {
	case f.Blocks() && w.local:
		lines = append(lines, "To allow it, give "+w.code(`--allow "`+AllowTarget(f)+`"`)+".")
	case f.Blocks():
		lines = append(lines, "To allow it, comment "+w.code("/moose allow "+AllowTarget(f))+" followed by your reason.")
	}
	switch {
	case f.Approval != nil:
		lines = append(lines, w.approval(*f.Approval)...)
	case f.Override != nil:
		lines = append(lines, w.decision(*f.Override))
	}
	var kept []string
	for _, l := range lines {
		if l != "" {
			kept = append(kept, l)
		}
	}
	w.item(strings.Join(kept, "\\\n  "))
}

// ways names the other ways that a reviewer may choose, and how.
func (w *writer) ways(f finding.Finding) string {
	var texts []string
	for _, way := range f.Ways {
		choose := fmt.Sprintf("moose generate migration --way %q --save", way.Name+" "+f.Object)
		texts = append(texts, "Or another way, "+w.code(way.Name)+": "+w.sentence(way.Says)+" "+w.sentence(way.Know)+" To choose it, run "+w.code(choose)+" and commit "+w.code("migrations/")+".")
	}
	return strings.Join(texts, "\\\n  ")
}

// evidenceShown bounds the facts of one finding; the report has all of them.
const evidenceShown = 5

// facts are what a finding rests on.
func (w *writer) facts(f finding.Finding) []string {
	var out []string
	stake, evidence := report.News(f)
	if stake != "" {
		out = append(out, "At stake: "+stake+".")
	}
	for _, e := range evidence[:min(len(evidence), evidenceShown)] {
		out = append(out, "Also: "+w.prose(strings.TrimRight(report.EvidenceText(e), ". "))+".")
	}
	if rest := len(evidence) - evidenceShown; rest > 0 {
		out = append(out, fmt.Sprintf("And %s more.", plural(rest, "fact")))
	}
	if f.Proven {
		out = append(out, "Checked on the server: nothing is affected.")
	}
	return out
}

// decision says who let a finding pass, and why.
func (w *writer) decision(o finding.Override) string {
	text := "Allowed by " + w.code(o.By)
	if at := when(o.At); at != "" {
		text += " on " + at
	}
	switch {
	case o.Via == finding.ViaLabel:
		text += ", " + w.link("with a label", o.URL)
	case o.Via == finding.ViaFile:
		text += ", in " + w.code("moose-migrate.yml")
	case o.Via == finding.ViaDigest:
		text += ", with the digest of this plan"
	case o.URL != "":
		text += ", " + w.link("in a comment", o.URL)
	}
	if !o.Expires.IsZero() {
		text += ", until " + when(o.Expires)
	}
	if o.Via == finding.ViaLabel || o.Via == finding.ViaDigest {
		return text + "."
	}
	if o.Reason == "" {
		return text + ", without a reason."
	}
	return text + ": “" + w.prose(o.Reason) + "”"
}

// approval says who has allowed a finding, and how many are missing.
func (w *writer) approval(a finding.Approval) []string {
	var lines []string
	for _, o := range a.Given {
		lines = append(lines, w.decision(o))
	}
	text := plural(a.Count, "person") + " with write access must allow it"
	if a.Count != 1 {
		text = fmt.Sprintf("%d people with write access must allow it", a.Count)
	}
	if a.NotAuthor {
		text += ", and the author does not count"
	}
	if missing := a.Missing(); missing > 0 {
		text += fmt.Sprintf("; **%d more** to go", missing)
	}
	return append(lines, text+".")
}

// oneLineRunes bounds the text of a finding in a list of many.
const oneLineRunes = 110

func (w *writer) oneLine(f finding.Finding) {
	text := strings.TrimSpace(w.prose(f.Code) + " " + w.code(f.Object))
	text += ": " + w.prose(safetext.Clip(f.Text, oneLineRunes))
	switch {
	case f.Override != nil:
		text += " — allowed by " + w.code(f.Override.By)
	case f.Approval != nil:
		text += fmt.Sprintf(" — allowed by %d of %d people", len(f.Approval.Given), f.Approval.Count)
	}
	w.item(text)
}

// openNames is the number of lines of names above which a group is folded away.
const openNames = 20

// lineWidth is the width in runes at which the names of a group are broken.
const lineWidth = 100

// groups lists the objects of each rule in a block of names.
func (w *writer) groups(list []finding.Finding, limit *int) {
	var order []string
	byCode := map[string][]finding.Finding{}
	for _, f := range list {
		key := strings.TrimSpace(f.Code + " " + f.Rule)
		if byCode[key] == nil {
			order = append(order, key)
		}
		byCode[key] = append(byCode[key], f)
	}
	for _, key := range order {
		group := byCode[key]
		shown := group
		if *limit >= 0 {
			shown = group[:min(len(group), *limit)]
			*limit -= len(shown)
		}
		title := "**" + w.prose(safetext.Clip(key, titleRunes)) + "** in " + plural(len(group), "place")
		if rest := len(group) - len(shown); rest > 0 {
			title += fmt.Sprintf(", %s of them not listed here", humanize.Comma(int64(rest)))
		}
		w.paragraph(title)
		if len(shown) == 0 {
			continue
		}
		lines := w.namesOf(shown)
		block := w.fenced("text", lines)
		if len(lines) > openNames {
			w.fold("Their "+plural(len(shown), "name"), block)
		} else {
			w.paragraph(strings.TrimRight(block, "\n"))
		}
	}
}

// namesOf writes objects in lines of a bounded width.
func (w *writer) namesOf(list []finding.Finding) []string {
	var lines []string
	line := ""
	for _, f := range list {
		name := safetext.Clip(safetext.Visible(w.redact(f.Object)), nameRunes)
		if line != "" && len(line)+len(name) > lineWidth {
			lines = append(lines, line+",")
			line = ""
		}
		if line != "" {
			line += ", "
		}
		line += name
	}
	return append(lines, line)
}
