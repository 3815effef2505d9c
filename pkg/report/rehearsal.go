package report

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/fatih/color"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// Rehearsal is how a plan went on a scratch server that held the actual schema and no data.
type Rehearsal struct {
	// Server is the scratch server in words, without credentials, Version its ClickHouse
	// version, such as "26.7.2.1".
	Server  string `json:"server"`
	Version string `json:"version" report:"keep"`
	// Operations and Statements count what ran and was accepted; Planned is the number of
	// operations of the plan.
	Operations int `json:"operations"`
	Planned    int `json:"planned"`
	Statements int `json:"statements"`
	// Seconds is how long everything took.
	Seconds float64 `json:"seconds"`
	// NotProven says in words what the scratch server cannot show, and why.
	NotProven []string `json:"not_proven"`
	// Failed is the statement that was refused, nil when none was.
	Failed *RehearsalFailure `json:"failed,omitempty"`
	// Left are differences from what the code declares that are left after all statements.
	Left []string `json:"left"`
}

// RehearsalFailure is the statement at which a rehearsal ended.
type RehearsalFailure struct {
	// Number counts the operations of the plan from 1.
	Number int `json:"number"`
	// Operation says what it does, Object what it works on.
	Operation string `json:"operation"`
	Object    string `json:"object" report:"keep"`
	// SQL is the statement, without credentials.
	SQL string `json:"sql"`
	// Code is ClickHouse's number of the error, 0 where the error is not ClickHouse's.
	Code    int32  `json:"code,omitzero"`
	Message string `json:"message"`
}

// OK reports whether no statement was refused and nothing is left to do.
func (r *Rehearsal) OK() bool { return r.Failed == nil && len(r.Left) == 0 }

// Summary is the outcome in one sentence without a full stop: how many statements were
// accepted, and what was not proven.
func (r *Rehearsal) Summary() string {
	on := "Rehearsed on ClickHouse " + shortVersion(r.Version)
	took := fmt.Sprintf("(%.1f s)", r.Seconds)
	switch {
	case r.Failed != nil:
		return fmt.Sprintf("%s: operation %d of %d is refused %s", on, r.Failed.Number, r.Planned, took)
	case len(r.Left) > 0:
		return fmt.Sprintf("%s: %s, and still the end state is not the declared one %s", on, accepted(r.Statements), took)
	case r.Statements == 0:
		return fmt.Sprintf("%s: none of the statements could be tried %s", on, took)
	case r.Operations < r.Planned:
		return fmt.Sprintf("%s: %s, %s could not be tried; apart from that the end state is the declared one %s",
			on, accepted(r.Statements), plural(r.Planned-r.Operations, "operation"), took)
	}
	return fmt.Sprintf("%s: %s, the end state is the declared one %s", on, accepted(r.Statements), took)
}

func accepted(n int) string {
	if n == 1 {
		return "the one statement is accepted"
	}
	return humanize.Comma(int64(n)) + " statements are accepted"
}

// shortVersion is "26.7" of "26.7.2.1".
func shortVersion(v string) string {
	parts := strings.SplitN(v, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// Rehearse adds how a rehearsal went, with credentials taken out of its texts as [New]
// takes them out of the others. It replaces what an earlier call added; nil takes it away.
func (r *Report) Rehearse(x *Rehearsal) {
	r.Rehearsal = nil
	if x == nil {
		return
	}
	redactor := dsn.NewRedactor(r.secrets...)
	clean := func(s string, keep bool) string {
		if !keep {
			s = redactor.Redact(secretsql.Mask(s))
		}
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	own := *x
	own.NotProven, own.Left = append([]string{}, x.NotProven...), append([]string{}, x.Left...)
	cleanValue(reflect.ValueOf(&own).Elem(), false, clean)
	if x.Failed != nil {
		f := *x.Failed
		cleanValue(reflect.ValueOf(&f).Elem(), false, clean)
		own.Failed = &f
	}
	own.Server = strings.ToValidUTF8(redactor.Redact(x.Server), "\uFFFD") // masked already, and no SQL
	r.Rehearsal = &own
}

// rehearsal tells how the plan went on the scratch server.
func (t *textWriter) rehearsal(r *Rehearsal) {
	if r == nil {
		return
	}
	if t.b.Len() > 0 {
		t.b.WriteByte('\n')
	}
	paint := color.FgHiGreen
	if !r.OK() {
		paint = color.FgHiRed
	}
	t.status("Rehearsed", strings.TrimPrefix(r.Summary(), "Rehearsed "), paint)
	if f := r.Failed; f != nil {
		t.line(detailIndent, f.Operation)
		message := f.Message
		if f.Code != 0 {
			message += fmt.Sprintf(" (ClickHouse code %d)", f.Code)
		}
		t.line(detailIndent, message)
		for _, l := range safetext.Lines(f.SQL) {
			t.b.WriteString(strings.Repeat(" ", detailIndent+2) + strings.TrimRight(l, " ") + "\n")
		}
	}
	for _, text := range r.Left {
		t.detail(Line{Sign: "~", Text: text})
	}
	for _, text := range r.NotProven {
		t.line(detailIndent, "not proven: "+text)
	}
}
