package action

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// approvals are what reviewers have seen and merged.
type approvals struct {
	// any is set when there is at least one approved plan.
	any bool
	// digests are those of approved plans.
	digests []string
	// operations and hazards are the fingerprints of all approved plans; a plan with too many
	// keeps only the scope of the whole.
	operations, hazards map[string]bool
	scopes              []scope
	allowed             []review.Allowed
}

type scope struct{ operations, hazards string }

// approvals reads what was approved: the committed plan, and the comments on the merged
// pull requests.
func (m *migration) approvals(ctx context.Context) (*approvals, error) {
	a := &approvals{operations: map[string]bool{}, hazards: map[string]bool{}}
	committed, err := plan.Load(filepath.Join(m.ev.Workspace, filepath.FromSlash(m.in.WorkingDirectory)))
	switch {
	case errors.Is(err, plan.ErrNoPlan):
	case err != nil:
		return nil, err
	default:
		// What the file says of itself is not believed.
		digest, err := plan.Digest(committed.Plan.Operations, committed.Before, committed.Desired)
		if err != nil {
			return nil, err
		}
		a.digests = append(a.digests, digest)
	}
	for _, pr := range m.prs {
		if _, err := m.approvedBy(ctx, a, pr, false); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// approvedBy adds what the comments on a merged pull request approve, and reports
// whether that has operations. With waiting set only a plan counts that was not applied
// yet.
func (m *migration) approvedBy(ctx context.Context, a *approvals, pr forge.PullRequest, waiting bool) (operations bool, err error) {
	comments, err := m.comments(ctx, pr.Number)
	if err != nil {
		return false, err
	}
	for _, c := range comments {
		marker, ok := comment.Parse(c.Body)
		if !ok || !c.Mine || !m.isOurs(marker, comment.KindPlan) || waiting && marker.State == comment.Applied {
			continue
		}
		if a.add(m.run, marker, pr) {
			a.allowed = append(a.allowed, m.decisions(ctx, pr.Number, comments)...)
			operations = operations || marker.Scope != ""
		}
	}
	return operations, nil
}

// waiting adds the plans of pull requests that were merged earlier and not applied yet:
// the host keeps only one run waiting and drops those before it. They are told of this
// migration, too.
func (m *migration) waiting(ctx context.Context, a *approvals) error {
	if m.host == nil || m.ev.Name != event.Push {
		return nil
	}
	recent, err := m.host.RecentlyMerged(ctx, m.branch())
	if m.failed(err) {
		return nil
	}
	for _, pr := range recent {
		if slices.ContainsFunc(m.prs, func(known forge.PullRequest) bool { return known.Number == pr.Number }) {
			continue
		}
		waits, err := m.approvedBy(ctx, a, pr, true)
		if err != nil {
			return err
		}
		if waits {
			m.prs = append(m.prs, pr)
		}
	}
	return nil
}

// add counts a plan of a merged pull request, if it is that of its last commit and of
// its branch, and passed. A comment that already tells of a migration keeps what was
// approved.
func (a *approvals) add(r *run, m comment.Marker, pr forge.PullRequest) bool {
	switch {
	case m.Head != pr.HeadSHA:
		r.f.Note(fmt.Sprintf("the plan of commit %s does not count: pull request %d was merged at %s", short(m.Head), pr.Number, short(pr.HeadSHA)))
		return false
	case m.Base != "" && m.Base != pr.BaseRef:
		r.f.Note(fmt.Sprintf("the plan of pull request %d does not count: it was made for the branch %s", pr.Number, m.Base))
		return false
	case m.Conclusion != finding.Pass:
		r.f.Note(fmt.Sprintf("the plan of pull request %d does not count: it did not pass", pr.Number))
		return false
	}
	a.any = true
	if m.Digest != "" {
		a.digests = append(a.digests, m.Digest)
	}
	a.scopes = append(a.scopes, scope{m.Scope, m.HazardScope})
	for _, f := range m.Operations {
		a.operations[f] = true
	}
	for _, f := range m.Hazards {
		a.hazards[f] = true
	}
	return true
}

// unknownHazards are findings that no approved plan had and that nobody allowed since.
func (a *approvals) unknownHazards(findings []finding.Finding) []finding.Finding {
	all := comment.HazardFingerprints(findings)
	if slices.ContainsFunc(a.scopes, func(s scope) bool { return s.hazards == comment.ScopeOf(all) }) {
		return nil
	}
	var out []finding.Finding
	for _, f := range findings {
		if f.Code == policy.CodeOverride || f.Code == policy.CodeFreeze {
			continue // nobody could have seen it before; a freeze stops the plan by itself
		}
		if f.Override == nil && slices.Contains(all, f.Fingerprint) && !a.hazards[f.Fingerprint] {
			out = append(out, f)
		}
	}
	return out
}

// unknownOperations are operations that no approved plan had, but for those on what a
// person has allowed.
func (a *approvals) unknownOperations(operations []report.Operation, findings []finding.Finding) []report.Operation {
	all := comment.OperationFingerprints(operations)
	if slices.ContainsFunc(a.scopes, func(s scope) bool { return s.operations == comment.ScopeOf(all) }) {
		return nil
	}
	var out []report.Operation
	for _, o := range operations {
		if !a.operations[comment.OperationFingerprint(o)] && !allowedOn(o.Object, findings) {
			out = append(out, o)
		}
	}
	return out
}

// allowedOn reports whether someone allowed a finding on an object or a part of it.
func allowedOn(object string, findings []finding.Finding) bool {
	return object != "" && slices.ContainsFunc(findings, func(f finding.Finding) bool {
		return f.Override != nil && (f.Object == object || strings.HasPrefix(f.Object, object+"."))
	})
}

func onlyDrift(findings []finding.Finding) bool {
	return !slices.ContainsFunc(findings, func(f finding.Finding) bool { return f.Code != "PL008" })
}

// listed bounds a list in an error.
const listed = 10

func list[T any](all []T, text func(T) string) string {
	var lines []string
	for _, v := range all[:min(len(all), listed)] {
		lines = append(lines, text(v))
	}
	if more := len(all) - listed; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "; ")
}

func listFindings(all []finding.Finding) string {
	return list(all, func(f finding.Finding) string {
		text := f.Code + " " + f.Rule + ": " + f.Text
		if missing := review.Missing(f); missing != "" {
			text += " (" + missing + ")"
		}
		return text
	})
}

func listOperations(all []report.Operation) string {
	return list(all, func(o report.Operation) string { return o.Description })
}
