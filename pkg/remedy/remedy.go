// Package remedy knows other ways to the same end: operations that reach what the code
// declares without losing what the usual ones would lose. A reviewer chooses one; the
// plan then has its operations instead.
package remedy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// Remedy is another way to change one object.
type Remedy struct {
	// Name is what people choose: "copy-beside", "checked-column", "modify-query",
	// "quarantine", "expire-later", "materialize-first".
	Name string
	// Object is the object as findings name it, "local.Events" or "local.Users.age".
	Object string
	// Says is what it does, and Know what one should know before; sentences.
	Says, Know string
	// exact is set when the remedy stops at the first value that would change.
	exact bool
	// codes are the rules whose hazard it takes away; a trailing * stands for any rest.
	codes []string
	// replaces reports whether an operation of the plan is replaced.
	replaces func(plan.Operation) bool
	// with is what stands in the place of the last replaced operation.
	with []plan.Operation
}

// Cures reports whether the remedy takes the hazard of a finding away.
func (r Remedy) Cures(f finding.Finding) bool {
	return f.Object == r.Object && slices.ContainsFunc(r.codes, func(code string) bool {
		prefix, any := strings.CutSuffix(code, "*")
		return code == f.Code || any && strings.HasPrefix(f.Code, prefix)
	})
}

// Operations are those that the remedy puts into the plan.
func (r Remedy) Operations() []plan.Operation { return r.with }

// Of lists the remedies that there are for a plan, by object.
func Of(o *planner.Outcome) []Remedy {
	m := maker{outcome: o, database: o.Desired.DefaultDatabase}
	for i := range o.Result.Changes {
		m.change(&o.Result.Changes[i])
	}
	return slices.DeleteFunc(m.found, func(r Remedy) bool { return !slices.ContainsFunc(o.Operations, r.replaces) })
}

// Choice is a remedy that someone has chosen.
type Choice struct{ Object, Use string }

// Apply is the plan with the chosen remedies, and which these are. The outcome is not
// changed. A choice that the plan has no use for any more is returned in unused.
func Apply(o *planner.Outcome, choices []Choice) (out *planner.Outcome, applied []Remedy, unused []Choice, err error) {
	list := Of(o)
	changed := *o
	for _, c := range choices {
		i := slices.IndexFunc(list, func(r Remedy) bool { return r.Object == c.Object && r.Name == c.Use })
		if i < 0 {
			unused = append(unused, c)
			continue
		}
		changed.Operations = list[i].in(changed.Operations)
		applied = append(applied, list[i])
	}
	if len(applied) == 0 {
		return o, nil, unused, nil
	}
	changed.Digest, err = plan.Digest(changed.Operations, o.Status.Side.Map, o.Desired)
	return &changed, applied, unused, err
}

// in replaces the operations of a plan.
func (r Remedy) in(ops []plan.Operation) []plan.Operation {
	last := -1
	for i, op := range ops {
		if r.replaces(op) {
			last = i
		}
	}
	if last < 0 { // another remedy of the same object has replaced them already
		return ops
	}
	var out []plan.Operation
	for i, op := range ops {
		if !r.replaces(op) {
			out = append(out, op)
		}
		if i == last {
			out = append(out, r.with...)
		}
	}
	return out
}

// affects reports whether rows are known to be affected.
func affects(f finding.Finding) bool {
	return f.Stake != nil && f.Stake.Rows != nil && *f.Stake.Rows > 0
}

// Mark says in the findings that remedies have taken their hazards away: they become
// worth a line. The others name the remedies that there are for them.
func Mark(findings []finding.Finding, applied, available []Remedy) []finding.Finding {
	out := slices.Clone(findings)
	for i := range out {
		for _, r := range available {
			if out[i].Severity != finding.Info && r.Cures(out[i]) && !(r.exact && affects(out[i])) {
				out[i].Ways = append(out[i].Ways, finding.Way{Name: r.Name, Says: r.Says, Know: r.Know})
			}
		}
		for _, r := range applied {
			if r.Cures(out[i]) {
				out[i].Severity, out[i].Remedy, out[i].Ways, out[i].Stake = finding.Info, "", nil, nil
				out[i].Text = fmt.Sprintf("%s goes the way %s instead. %s %s", r.Object, r.Name, r.Says, r.Know)
				out[i].Text = strings.TrimSuffix(strings.TrimSpace(out[i].Text), ".")
				out[i].Fingerprint = finding.Fingerprint(out[i].Code, out[i].Object, "remedy", r.Name)
				break
			}
		}
	}
	return out
}
