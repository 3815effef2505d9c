package htmlpage

import (
	"cmp"
	"html/template"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// view is what the template shows. Its texts are safe for one line each.
type view struct {
	Style  template.CSS
	Policy string

	Title   string
	Mark    mark
	Verdict string
	Counts  []count
	Facts   []fact

	Invalid, Warnings []string
	Hazards           []hazard
	Stakes            []stake
	MoreStakes        int
	Questions         []string
	Graph             *drawing
	Links             []string
	Drift             []drifted
	Diff              []line
	Steps             []step
	Held              []held
	Adopted, Left     []string
}

// mark is a judgement: a shape and a word, and the class that gives it its colour.
type mark struct{ Shape, Word string }

// count is "+ 2 to add".
type count struct {
	Sign string
	N    int
	Word string
}

type fact struct{ Name, Value string }

type hazard struct {
	Mark                      mark
	Code, Rule, Object, Place string
	Text, Stake, Remedy       string
	Evidence                  []string
	Proven                    bool
	Decision                  string
}

type drifted struct {
	Text  string
	Lines []line
}

// line is a line of a difference; Class names what Sign says.
// Head is set on the heading of an object.
type line struct {
	Sign, Class, Text string
	Head              bool
}

type step struct {
	Number                 int
	Description, Destroyed string
	SQL                    string
}

type held struct{ Title, Reason string }

// The shapes of the marks; the template draws them.
var marks = map[finding.Severity]mark{finding.Block: {"block", "Blocks"}, finding.Warn: {"warn", "Warning"}, finding.Info: {"info", "Note"}}

// viewer makes texts safe.
type viewer struct{ redact func(string) string }

func (v viewer) text(s string) string { return safetext.Visible(v.redact(s)) }

func (v viewer) texts(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, v.text(s))
	}
	return out
}

func newView(r *report.Report, o Options) view {
	v := viewer{o.Redact}
	if v.redact == nil {
		v.redact = func(s string) string { return s }
	}
	out := view{
		Title: v.text(titleOf(o)), Mark: verdictMark(r), Verdict: v.text(r.Verdict), Counts: counts(r.Summary), Facts: v.facts(r, o),
		Invalid: v.texts(r.Invalid), Warnings: v.texts(r.Warnings), Adopted: v.texts(r.Adopted), Left: v.texts(r.Unmanaged.Names),
	}
	for _, f := range r.Findings {
		out.Hazards = append(out.Hazards, v.hazard(f))
	}
	out.Stakes, out.MoreStakes = v.stakes(r)
	for _, q := range r.Renames {
		out.Questions = append(out.Questions, v.text(q.Advice()))
	}
	if r.Graph != nil {
		out.Graph, out.Links = v.drawing(r.Graph), v.links(r.Graph)
	}
	for _, d := range r.Drift {
		one := drifted{Text: safetext.Sentence(v.text(d.Text))}
		for _, l := range d.Details() {
			one.Lines = append(one.Lines, line{Sign: l.Sign, Class: classes[l.Sign], Text: v.text(l.Text)})
		}
		out.Drift = append(out.Drift, one)
	}
	out.Diff = v.diff(r.DiffLines(-1))
	for _, op := range r.Operations {
		s := step{Number: op.Number, Description: v.text(op.Description), Destroyed: v.text(op.Destructive)}
		for i, sql := range op.SQL {
			if i > 0 {
				s.SQL += "\n"
			}
			s.SQL += strings.Join(safetext.Lines(v.redact(sql)+";"), "\n")
		}
		out.Steps = append(out.Steps, s)
	}
	for _, b := range r.Blocked {
		out.Held = append(out.Held, held{v.text(b.Title), safetext.Sentence(v.text(b.Reason))})
	}
	return out
}

func titleOf(o Options) string {
	title := "Plan"
	if o.Environment != "" {
		title += " for " + o.Environment
	}
	if o.Project != "" && o.Project != "." {
		title += " (" + o.Project + ")"
	}
	return title
}

// stopped is the end of a sentence.
func stopped(s string) string { return strings.TrimRight(s, ". ") + "." }

// verdictMark is what the review says, and where there was none, whether the plan can
// be applied at all.
func verdictMark(r *report.Report) mark {
	switch {
	case r.Conclusion == finding.Failed || r.Summary.Invalid > 0:
		return mark{"block", "Cannot be applied"}
	case r.Conclusion == finding.Blocked:
		return mark{"block", "Blocked"}
	case r.Summary.Changes() == 0:
		return mark{"pass", "Nothing to do"}
	}
	return mark{"pass", "Ready"}
}

func counts(s report.Summary) []count {
	var out []count
	for _, c := range []count{{"+", s.Add, "to add"}, {"~", s.Change, "to change"}, {"-/+", s.Recreate, "to recreate"}, {"−", s.Remove, "to remove"}} {
		if c.N > 0 {
			out = append(out, c)
		}
	}
	return out
}

func (v viewer) facts(r *report.Report, o Options) []fact {
	made := ""
	if !r.CreatedAt.IsZero() {
		made = r.CreatedAt.UTC().Format(time.DateOnly + " 15:04 UTC")
	}
	var out []fact
	for _, f := range []fact{
		{"ClickHouse", r.Target},
		{"State", r.StateStore},
		{"Operations", english.Plural(len(r.Operations), "operation", "")},
		{"Made", made},
		{"Commit", o.Commit},
		{"Digest", r.Digest},
		{"moose-migrate", o.ToolVersion},
	} {
		if f.Value != "" {
			out = append(out, fact{f.Name, v.text(f.Value)})
		}
	}
	return out
}

func (v viewer) hazard(f finding.Finding) hazard {
	out := hazard{
		Mark: marks[f.Severity], Code: v.text(f.Code), Rule: v.text(f.Rule), Object: v.text(f.Object),
		Text: safetext.Sentence(v.text(f.Text)), Stake: report.StakeText(f.Stake), Remedy: stopped(v.text(f.Remedy)), Proven: f.Proven,
	}
	if out.Mark.Word == "" {
		out.Mark = mark{"info", v.text(cmp.Or(string(f.Severity), "Note"))}
	}
	if f.Source.File != "" {
		out.Place = v.text(f.Source.String())
	}
	if f.Remedy == "" {
		out.Remedy = ""
	}
	for _, e := range f.Evidence {
		out.Evidence = append(out.Evidence, v.text(report.EvidenceText(e)))
	}
	if d := f.Override; d != nil {
		out.Mark = mark{"pass", "Allowed"}
		out.Decision = v.text("Allowed by " + d.By + ": " + cmp.Or(d.Reason, "no reason given"))
	}
	return out
}

// classes are those of the signs of lines.
var classes = map[string]string{"+": "added", "-": "removed", "~": "changed", "-/+": "recreated"}

// diff parts the lines of a diff block into sign and text. "!" is how forges mark what
// changes.
func (v viewer) diff(lines []string) []line {
	out := make([]line, 0, len(lines))
	for _, l := range lines {
		sign, text, _ := strings.Cut(l, " ")
		if sign == "!" {
			sign = "~"
		}
		out = append(out, line{sign, classes[sign], v.redact(text), sign != "" && !strings.HasPrefix(text, " ")})
	}
	return out
}
