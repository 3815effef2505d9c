package report

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/lineage"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// Options are what a report says beside the plan.
type Options struct {
	// Target is the server and StateStore where the state lies, both already masked.
	Target, StateStore string
	// CreatedAt is shown when it is not zero.
	CreatedAt time.Time
	Warnings  []string
	// History is who changed drifted objects last, as far as the server can tell.
	History map[schema.Name]clickhouse.LastChange
	// Sources are the places where the objects of the desired map are declared; nil is fine.
	Sources inframap.Sources
	// Secrets are credentials to remove from every text, beside those that the maps hold.
	Secrets []string
}

// kindOrder is the order in which kinds are shown: streams, tables, what reads them, the rest.
var kindOrder = []diff.Kind{
	diff.Topic, diff.Table, diff.View, diff.MaterializedView, diff.SQLResource, diff.Dictionary, diff.RowPolicy,
	diff.Sync, diff.Function, diff.API, diff.Workflow, diff.WebApp, diff.Worker,
}

func kindRank(k diff.Kind) int {
	if i := slices.Index(kindOrder, k); i >= 0 {
		return i
	}
	return len(kindOrder)
}

// New makes the report of a plan. The outcome is not changed. An error means that
// the outcome is incomplete; an operation that cannot be written as SQL becomes an
// entry of Invalid.
func New(outcome *planner.Outcome, o Options) (*Report, error) {
	if outcome == nil || outcome.Result == nil || outcome.Status == nil || outcome.Status.Side.Map == nil || outcome.Desired == nil {
		return nil, errors.New("make the report: the plan is incomplete; its changes, its before-map or its desired map is missing")
	}
	b := newBuilder(outcome)
	b.sources = o.Sources
	r := &Report{
		FormatVersion: FormatVersion, Findings: []finding.Finding{}, CreatedAt: o.CreatedAt, Target: o.Target, StateStore: o.StateStore,
		Digest: outcome.Digest, Invalid: slices.Clone(outcome.Result.Invalid), Warnings: slices.Clone(o.Warnings),
	}
	for i := range outcome.Result.Changes {
		r.Changes = append(r.Changes, b.change(&outcome.Result.Changes[i]))
	}
	slices.SortStableFunc(r.Changes, func(x, y Change) int { return cmp.Compare(kindRank(x.Kind), kindRank(y.Kind)) })
	r.Renames = b.renames(outcome.Result.Changes)
	slices.SortStableFunc(b.losses, compareLosses)
	r.Losses = b.losses
	for i := range outcome.Result.Blocked {
		r.Blocked = append(r.Blocked, b.blocked(&outcome.Result.Blocked[i]))
	}
	for i := range outcome.Status.Drift {
		d := b.drift(&outcome.Status.Drift[i])
		d.know(o.History[outcome.Status.Drift[i].Object])
		r.Drift = append(r.Drift, d)
	}
	r.Adopted = names(outcome.Status.Adopted)
	r.Unmanaged = Unmanaged{Count: len(outcome.Status.Unmanaged), Names: names(outcome.Status.Unmanaged)}
	for i, op := range outcome.Operations {
		written, err := b.operation(i+1, op)
		if err != nil {
			r.Invalid = append(r.Invalid, fmt.Sprintf("operation %d (%s) cannot be written as SQL: %v", i+1, plan.Describe(op), err))
		}
		r.Operations = append(r.Operations, written)
	}
	r.Summary = r.count()
	for _, c := range outcome.Status.Ignored {
		r.Summary.Ignored += len(c.Why)
	}
	r.Verdict = r.verdict()
	secrets := slices.Concat(o.Secrets, secretsql.OfMap(outcome.Desired), secretsql.OfMap(outcome.Status.Side.Map))
	clean(r, secrets)
	r.secrets = secrets
	r.lineage = lineage.Of(outcome.Before, outcome.After)
	// What hides credentials in SQL would write the mask of these two in another way.
	redactor := dsn.NewRedactor(secrets...)
	r.Target = strings.ToValidUTF8(redactor.Redact(o.Target), "\uFFFD")
	r.StateStore = strings.ToValidUTF8(redactor.Redact(o.StateStore), "\uFFFD")
	return r, nil
}

// Review adds what a review found and the graph of what breaks, with credentials taken out of its texts as [New]
// takes them out of the others. It replaces what an earlier call added.
func (r *Report) Review(findings []finding.Finding, conclusion finding.Conclusion) {
	r.Findings, r.Conclusion = []finding.Finding{}, conclusion
	redactor := dsn.NewRedactor(r.secrets...)
	clean := func(s string, keep bool) string {
		if !keep {
			s = redactor.Redact(secretsql.Mask(s))
		}
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	for _, f := range findings {
		if f.Override != nil {
			o := *f.Override
			cleanValue(reflect.ValueOf(&o).Elem(), false, clean)
			f.Override = &o
		}
		cleanValue(reflect.ValueOf(&f).Elem(), false, clean)
		r.Findings = append(r.Findings, f)
	}
	if r.Graph = graphOf(r, r.lineage); r.Graph != nil {
		cleanValue(reflect.ValueOf(r.Graph).Elem(), false, clean)
	}
}

// compareLosses puts whole objects before columns, those before converted columns, and
// the greatest loss first; a number of rows that is not known counts as the greatest.
func compareLosses(x, y Loss) int {
	rows := func(l Loss) uint64 {
		if l.Rows == nil {
			return math.MaxUint64
		}
		return *l.Rows
	}
	rank := func(l Loss) int {
		switch {
		case l.Converts():
			return 2
		case l.Column != "":
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(rows(y), rows(x)), cmp.Compare(kindRank(x.Kind), kindRank(y.Kind)))
}

func names(list []schema.Name) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = n.String()
	}
	return out
}

func (r *Report) count() Summary {
	s := Summary{Operations: len(r.Operations), Blocked: len(r.Blocked), Drift: len(r.Drift), Invalid: len(r.Invalid)}
	for _, c := range r.Changes {
		switch c.Action {
		case diff.Add:
			s.Add++
		case diff.Remove:
			s.Remove++
		case diff.Recreate:
			s.Recreate++
		default:
			s.Change++
		}
	}
	losing, converting := map[[3]string]bool{}, map[[3]string]bool{}
	for _, l := range r.Losses {
		object := [3]string{string(l.Kind), l.Database, l.Name}
		switch {
		case l.Empty():
		case l.Converts():
			converting[object] = true
		default:
			losing[object] = true
		}
	}
	s.Losing, s.Converting = len(losing), len(converting)
	for _, o := range r.Operations {
		if o.Destructive != "" {
			s.Destructive++
		}
	}
	return s
}
