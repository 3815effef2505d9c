package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
)

// Purpose is what findings are judged for.
type Purpose string

// The purposes.
const (
	// Plan: someone looks at a change that is not merged.
	Plan Purpose = "plan"
	// Merge: a merge queue is about to merge.
	Merge Purpose = "merge"
	// Migrate: the plan is about to be applied.
	Migrate Purpose = "migrate"
)

// Context is what a decision depends on beside the policy and the findings.
type Context struct {
	// Environment is the name of what is planned against.
	Environment string
	// Now is the time of the decision: freezes and expiry depend on it.
	Now     time.Time
	Purpose Purpose
	// Digest is the plan's.
	Digest string
	// Empty is set when the plan changes nothing, so that there is nothing to freeze.
	Empty bool
	// Authors are the logins of those who wrote the change.
	Authors []string
	// Allowed are the decisions of people outside of the file.
	Allowed []Allowed
}

// Decision is what a policy makes of findings.
type Decision struct {
	// Findings are all that count, the gravest first, with the overrides that hold for them.
	Findings []finding.Finding
	// Off are those that the policy takes out.
	Off []finding.Finding
}

// Decide applies the policy to the findings of a plan, which stay as they are. It sets
// severities, then safe amounts, adds freezes, lets pass what was allowed, and names
// overrides without effect. The same input gives the same decision.
func (p *Policy) Decide(found []finding.Finding, c Context) Decision {
	if p == nil {
		p = &Policy{}
	}
	var d Decision
	for _, f := range found {
		if f.Code == CodeFreeze || f.Code == CodeOverride {
			continue // of an earlier decision
		}
		f.Override, f.Approval = nil, nil
		if f = p.severity(f, c.Environment); f.Severity == finding.Severity(Off) {
			d.Off = append(d.Off, f)
			continue
		}
		d.Findings = append(d.Findings, f)
	}
	d.Findings = append(d.Findings, p.frozen(c)...)
	d.Findings = append(d.Findings, p.idle(d.Findings, c)...)
	for i := range d.Findings {
		p.override(&d.Findings[i], c)
	}
	slices.SortStableFunc(d.Findings, func(x, y finding.Finding) int {
		return cmp.Or(cmp.Compare(Rank(x.Severity), Rank(y.Severity)), cmp.Compare(x.Code, y.Code))
	})
	return d
}

// Rank orders severities, the gravest first.
func Rank(s finding.Severity) int {
	return slices.Index([]finding.Severity{finding.Block, finding.Warn, finding.Info}, s)
}

// severity is the finding as grave as the policy has it. What an entry of rules says is
// final; else an amount that is safe makes a warning of what blocks.
func (p *Policy) severity(f finding.Finding, environment string) finding.Finding {
	for _, r := range slices.Backward(p.Rules) {
		if !covers(f, environment, upper([]string{r.Rule}), r.Objects, r.Environments) {
			continue
		}
		if was := f.Severity; was != finding.Severity(r.Severity) {
			f.Severity = finding.Severity(r.Severity)
			f.Text += fmt.Sprintf(" (%s instead of %s by %s", r.Severity, was, File)
			if r.Reason != "" {
				f.Text += ": " + r.Reason
			}
			f.Text += ")"
		}
		return f
	}
	for _, s := range slices.Backward(p.SafeBelow) {
		if f.Severity == finding.Block && covers(f, environment, nil, s.Objects, s.Environments) {
			if text, ok := s.safe(f.Stake); ok {
				f.Severity = finding.Warn
				f.Text += fmt.Sprintf(" (only a warning: fewer than the %s of %s)", text, File)
			}
			break
		}
	}
	return f
}

// safe reports whether less is at stake than is safe to lose, and names the limits.
func (s SafeBelow) safe(stake *finding.Stake) (limits string, ok bool) {
	if stake == nil || s.Rows == nil && s.Bytes == nil {
		return "", false
	}
	var words []string
	if s.Rows != nil {
		if stake.Rows == nil || *stake.Rows >= uint64(*s.Rows) {
			return "", false
		}
		words = append(words, humanize.Comma(int64(min(*s.Rows, 1<<62)))+" rows")
	}
	if s.Bytes != nil {
		if stake.Bytes == nil || *stake.Bytes >= uint64(*s.Bytes) {
			return "", false
		}
		words = append(words, humanize.Bytes(uint64(*s.Bytes)))
	}
	return strings.Join(words, " and "), true
}

// override lets a finding pass when enough people said so.
func (p *Policy) override(f *finding.Finding, c Context) {
	count, notAuthor := p.approvals(*f, c.Environment)
	if count == 0 {
		for _, o := range p.Overrides {
			if said := o.said(); anyMatch(o.Environments, c.Environment) && o.covers(*f, c.Digest) && !expired(said, c.Now) {
				f.Override = &said
			}
		}
	}
	var given []finding.Override
	for _, a := range c.Allowed {
		said := a.Override
		if a.Fingerprint != f.Fingerprint || expired(said, c.Now) {
			continue
		}
		if count == 0 {
			f.Override = &said
			continue
		}
		samePerson := func(o finding.Override) bool { return strings.EqualFold(o.By, said.By) }
		isAuthor := slices.ContainsFunc(c.Authors, func(login string) bool { return strings.EqualFold(login, said.By) })
		if a.Unchecked || notAuthor && isAuthor {
			continue
		}
		// Who says it again replaces his earlier word, which may end earlier.
		given = append(slices.DeleteFunc(given, samePerson), said)
	}
	if count == 0 {
		return
	}
	f.Approval = &finding.Approval{Count: count, NotAuthor: notAuthor, Given: given}
	if len(given) >= count {
		last := given[len(given)-1]
		f.Override = &last
	}
}

// approvals is how many people must allow a finding, 0 when one word is enough. All
// entries that fit hold, so the strictest one decides.
func (p *Policy) approvals(f finding.Finding, environment string) (count int, notAuthor bool) {
	for _, a := range p.Approvals {
		if covers(f, environment, upper(a.Rules), a.Objects, a.Environments) {
			count, notAuthor = max(count, a.Count), notAuthor || a.NotAuthor
		}
	}
	return count, notAuthor
}

// idle are the findings about overrides that do not count.
func (p *Policy) idle(findings []finding.Finding, c Context) []finding.Finding {
	var out []finding.Finding
	for _, o := range p.Overrides {
		if !anyMatch(o.Environments, c.Environment) {
			continue
		}
		covered, named := o.Rule == CodeOverride, false
		why := "is not needed: the plan has no such finding"
		for _, f := range findings {
			named = named || o.names(f)
			if o.covers(f, c.Digest) {
				covered = true
				if count, _ := p.approvals(f, c.Environment); count > 0 {
					covered, why = false, "does not count: "+english.Plural(count, "person", "people")+" must allow it on the pull request"
					break
				}
			} else if named {
				why = "is void: what is done to it has changed since"
			}
		}
		switch said := o.said(); {
		case expired(said, c.Now):
			out = append(out, idle(o.Rule, o.Object, ended(said), said))
		case !covered:
			out = append(out, idle(o.Rule, o.Object, why, said))
		}
	}
	return distinct(append(out, idleWords(findings, c)...))
}

// idleWords are the findings about decisions outside of the file. When a plan is about to
// be applied, only the expired ones are named: the pull request has told of the others.
func idleWords(findings []finding.Finding, c Context) []finding.Finding {
	var out []finding.Finding
	for _, a := range c.Allowed {
		if a.Code == CodeOverride {
			continue // it would never end
		}
		used := slices.ContainsFunc(findings, func(f finding.Finding) bool { return f.Fingerprint == a.Fingerprint })
		again := slices.ContainsFunc(c.Allowed, func(b Allowed) bool { return b.Fingerprint == a.Fingerprint && !expired(b.Override, c.Now) })
		switch {
		case expired(a.Override, c.Now) && !again:
			out = append(out, idle(a.Code, a.Object, ended(a.Override), a.Override))
		case !used && !expired(a.Override, c.Now) && c.Purpose == Plan:
			out = append(out, idle(a.Code, a.Object, "is not needed: the plan has no such finding any more", a.Override))
		}
	}
	return out
}

func distinct(list []finding.Finding) []finding.Finding {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(f finding.Finding) bool {
		again := seen[f.Fingerprint]
		seen[f.Fingerprint] = true
		return again
	})
}

// Note says in a line what the policy has taken out, empty for nothing.
func (d Decision) Note() string {
	if len(d.Off) == 0 {
		return ""
	}
	var names []string
	for _, f := range d.Off {
		names = append(names, strings.TrimSpace(f.Code+" "+f.Object))
	}
	const shown = 10
	text := strings.Join(names[:min(len(names), shown)], ", ")
	if more := len(names) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("%s switched off in %s: %s", english.Plural(len(d.Off), "finding is", "findings are"), File, text)
}
