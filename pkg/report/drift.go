package report

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/fatih/color"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// DriftReport is what a reader is told about one check for drift. Its lists have a
// stable order.
type DriftReport struct {
	FormatVersion int `json:"format_version" report:"keep"`
	// Target is the server, StateStore where the recorded map lies, both without credentials.
	Target     string `json:"target"`
	StateStore string `json:"state_store"`
	// RecordedAt is when the state was stored that the check starts from, left out where
	// the store does not say it.
	RecordedAt time.Time `json:"recorded_at,omitzero"`
	// Verdict is the outcome in one sentence.
	Verdict string `json:"verdict"`
	// Drift is what was changed outside of the tool: recorded → actual.
	Drift []Drift `json:"drift"`
	// Ignored are differences that moose-migrate.yml or ignore_operations leave out.
	Ignored []Drift `json:"ignored"`
	// Unmanaged are objects that the record does not know; they are left alone.
	Unmanaged Unmanaged `json:"unmanaged"`
	// Warnings say what could not be looked at.
	Warnings []string `json:"warnings"`
}

// DriftInput is what a drift report is made from.
type DriftInput struct {
	// Database is the default one, which is left out in front of names.
	Database string
	Changes  []diff.Change
	// Ignored are differences that the project's rules leave out.
	Ignored   []diff.Change
	Unmanaged []schema.Name
	// UnmanagedTopics are topics that the record does not know.
	UnmanagedTopics []string
	// History is who changed objects last, as far as the server can tell.
	History    map[schema.Name]clickhouse.LastChange
	RecordedAt time.Time
	Warnings   []string
	// Target, StateStore and Secrets as in Options.
	Target, StateStore string
	Secrets            []string
}

// NewDrift makes the report of a check for drift.
func NewDrift(in DriftInput) *DriftReport {
	r := &DriftReport{
		FormatVersion: FormatVersion, RecordedAt: in.RecordedAt, Drift: []Drift{}, Ignored: []Drift{}, Warnings: append([]string{}, in.Warnings...),
		Unmanaged: Unmanaged{Names: append(names(in.Unmanaged), in.UnmanagedTopics...)},
	}
	r.Unmanaged.Count = len(r.Unmanaged.Names)
	for i := range in.Changes {
		c := &in.Changes[i]
		d := drifted(c, in.Database)
		d.know(in.History[c.Object])
		r.Drift = append(r.Drift, d)
	}
	for i := range in.Ignored {
		r.Ignored = append(r.Ignored, drifted(&in.Ignored[i], in.Database))
	}
	slices.SortStableFunc(r.Drift, func(x, y Drift) int { return cmp.Compare(kindRank(x.Kind), kindRank(y.Kind)) })
	r.Verdict = r.verdict()
	redactor := dsn.NewRedactor(in.Secrets...)
	cleanDrift(r, func(s string) string { return redactor.Redact(secretsql.Mask(s)) })
	r.Target, r.StateStore = redactor.Redact(in.Target), redactor.Redact(in.StateStore)
	return r
}

func (r *DriftReport) verdict() string {
	since := "the last migration"
	if !r.RecordedAt.IsZero() {
		since += " (" + r.RecordedAt.UTC().Format("2006-01-02 15:04:05 UTC") + ")"
	}
	switch n := len(r.Drift); n {
	case 0:
		if left := r.ignored(); left != "" {
			return "No drift since " + since + ", apart from " + left + " that the project leaves out."
		}
		return "No drift: everything that was compared is as " + since + " left it."
	case 1:
		return "Drift: 1 object was changed outside of Moose since " + since + "."
	default:
		return fmt.Sprintf("Drift: %s objects were changed outside of Moose since %s.", humanize.Comma(int64(n)), since)
	}
}

// ignored counts the attributes that are left out, empty for none.
func (r *DriftReport) ignored() string {
	n := 0
	for _, d := range r.Ignored {
		n += len(d.Attributes)
	}
	if n == 0 {
		return ""
	}
	return plural(n, "difference")
}

// drifted says what was changed outside of the tool.
func drifted(c *diff.Change, defaultDatabase string) Drift {
	out := Drift{Kind: c.Kind, Action: c.Action, Name: c.Name, Database: c.Object.Database, Attributes: attributes(c.Why)}
	if c.Object.Object != "" {
		out.Name = c.Object.Object
	}
	if out.Database == "" && c.Table != nil && c.Table.Before != nil {
		out.Database = c.Table.Before.DatabaseOr(defaultDatabase)
	}
	label := out.Name
	if out.Database != "" && out.Database != defaultDatabase {
		label = out.Database + "." + out.Name
	}
	where := "ClickHouse"
	switch c.Kind {
	case diff.Topic:
		where = "the broker"
	case diff.Workflow:
		where = "Temporal"
	}
	switch c.Action {
	case diff.Remove:
		out.Text = fmt.Sprintf("%s %s is gone from %s", c.Kind, label, where)
	case diff.Add:
		out.Text = fmt.Sprintf("%s %s appeared in %s", c.Kind, label, where)
	default:
		out.Text = fmt.Sprintf("%s %s differs from what the last migration left", c.Kind, label)
	}
	return out
}

// know adds what the server tells of the last change.
func (d *Drift) know(c clickhouse.LastChange) {
	d.ChangedAt, d.ChangedBy, d.Statement = c.At, c.User, c.Query
}

// lastChange says when and by whom, empty when neither is known.
func (d Drift) lastChange() string {
	if d.ChangedAt.IsZero() {
		return ""
	}
	text := "last changed " + d.ChangedAt.UTC().Format("2006-01-02 15:04:05 UTC")
	if d.ChangedBy == "" {
		return text + "; by whom is not known, ClickHouse shows no query log"
	}
	text += " by " + d.ChangedBy
	if d.Statement != "" {
		text += ": " + safetext.Clip(strings.Join(strings.Fields(d.Statement), " "), valueRunes)
	}
	return text
}

// Details are the differences, recorded -> actual, and the last change of the
// object's definition where the server tells it.
func (d Drift) Details() []Line {
	var lines []Line
	for _, a := range d.Attributes {
		lines = append(lines, Line{0, "", attributeText(a)})
	}
	if text := d.lastChange(); text != "" {
		lines = append(lines, Line{0, "", text})
	}
	return lines
}

// Text writes the report for a terminal; the error is that of w.
func (r *DriftReport) Text(w io.Writer, o TextOptions) error {
	t := &textWriter{options: o}
	for _, message := range r.Warnings {
		t.status("Warning", message, color.FgHiYellow)
	}
	t.status("Drift", r.Target+" against what is recorded in "+r.StateStore, color.FgHiCyan)
	for _, d := range r.Drift {
		t.item(signs[d.Action], d.Text, inframap.Source{}, append(d.Details(), d.Remedy()...))
	}
	for _, d := range r.Ignored {
		var names []string
		for _, a := range d.Attributes {
			names = append(names, a.Name)
		}
		t.status("Left out", fmt.Sprintf("%s %s: %s", d.Kind, d.Name, strings.Join(names, ", ")), color.FgHiCyan)
	}
	t.names("Unmanaged", "that nothing of this project manages, left alone", r.Unmanaged.Names)
	t.b.WriteByte('\n')
	t.line(0, r.Verdict)
	if slices.ContainsFunc(r.Drift, func(d Drift) bool { return !runtimeKinds[d.Kind] && d.Action == diff.Update }) {
		t.line(0, "To keep a change, declare it in the code (`moose db pull --print TABLE` writes a table's declaration), plan and migrate: that records it.")
		t.line(0, "To undo it, plan and migrate as the code is: what was added is dropped with its values. See docs/drift.md.")
	}
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("write the drift report: %w", err)
	}
	return nil
}

// undeclarable are attributes that no code can declare.
var undeclarable = regexp.MustCompile(`^(table comment|refresh|column .*: (statistics|settings))$`)

// Remedy says what is particular about a drifted object, mostly nothing.
func (d Drift) Remedy() []Line {
	var lines []Line
	if d.Kind == diff.Table && d.Action == diff.Remove {
		lines = append(lines, Line{Text: fmt.Sprintf("a new plan makes it again, empty. Its rows come back with UNDROP TABLE %s while ClickHouse keeps them (8 minutes by default), or from a backup",
			sqltext.Qualified(d.Database, d.Name))})
	}
	for _, a := range d.Attributes {
		if undeclarable.MatchString(a.Name) {
			lines = append(lines, Line{Text: fmt.Sprintf("no code can declare %q: migrations leave it, and ignore: in moose-migrate.yml accepts it", a.Name)})
		}
	}
	return lines
}

// JSON writes the report as JSON, as [Report.JSON] does.
func (r *DriftReport) JSON(w io.Writer) error { return writeJSON(w, r) }
