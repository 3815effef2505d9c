package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/fatih/color"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
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
	// Unmanaged are objects that the record does not know; they are left alone.
	Unmanaged Unmanaged `json:"unmanaged"`
	// Warnings say what could not be looked at.
	Warnings []string `json:"warnings"`
}

// DriftInput is what a drift report is made from.
type DriftInput struct {
	// Database is the default one, which is left out in front of names.
	Database  string
	Changes   []diff.Change
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
		FormatVersion: FormatVersion, RecordedAt: in.RecordedAt, Drift: []Drift{}, Warnings: append([]string{}, in.Warnings...),
		Unmanaged: Unmanaged{Names: append(names(in.Unmanaged), in.UnmanagedTopics...)},
	}
	r.Unmanaged.Count = len(r.Unmanaged.Names)
	for i := range in.Changes {
		c := &in.Changes[i]
		d := drifted(c, in.Database)
		d.know(in.History[c.Object])
		r.Drift = append(r.Drift, d)
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
		since += " (" + r.RecordedAt.UTC().Format("2006-01-02 15:04 UTC") + ")"
	}
	switch n := len(r.Drift); n {
	case 0:
		return "No drift: everything is as " + since + " left it."
	case 1:
		return "Drift: 1 object was changed outside of Moose since " + since + "."
	default:
		return fmt.Sprintf("Drift: %s objects were changed outside of Moose since %s.", humanize.Comma(int64(n)), since)
	}
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
	if d.ChangedBy != "" {
		text += " by " + d.ChangedBy
	}
	if d.Statement != "" {
		text += ": " + clip(strings.Join(strings.Fields(d.Statement), " "), valueRunes)
	}
	return text
}

// lines are the details of a drifted object.
func (d Drift) lines() []Line {
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
	for _, d := range r.Drift {
		t.item(signs[d.Action], d.Text, inframap.Source{}, d.lines())
	}
	t.names("Unmanaged", "that nothing of this project manages, left alone", r.Unmanaged.Names)
	if t.b.Len() > 0 {
		t.b.WriteByte('\n')
	}
	t.line(0, r.Verdict)
	if slices.ContainsFunc(r.Drift, func(d Drift) bool { return !runtimeKinds[d.Kind] }) {
		t.line(0, "To keep a change in ClickHouse, declare it in the code (`moose db pull --print TABLE` writes a table's declaration); otherwise the next migration undoes it.")
		t.line(0, "What no code can declare stays; accept it under ignore: in moose-migrate.yml.")
	}
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("write the drift report: %w", err)
	}
	return nil
}

// JSON writes the report as JSON, as [Report.JSON] does.
func (r *DriftReport) JSON(w io.Writer) error { return writeJSON(w, r) }
