package comment

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
)

// next says which check the page sets, and what to do now.
func (p *Page) next(w *writer) []string {
	check := "The check " + w.code(CheckName(p.Environment, p.Project))
	if slices.ContainsFunc(p.Notes, func(note string) bool { return strings.Contains(note, "`statuses: write`") }) {
		check += " could not be set. The plan"
	}
	switch p.State {
	case Running:
		return []string{check + " is pending. This comment changes when the plan is there."}
	case Failed:
		return []string{check + " fails. Fix what is said below and push, or comment `/moose plan` to try again."}
	case NotAvailable:
		return []string{check + " waits for the workflow that plans for forks. Runs of a fork get no secrets, so ClickHouse could not be asked here."}
	case Applying:
		return []string{"Each operation is verified in ClickHouse before the next one starts. This comment changes when it is over."}
	case Applied:
		if len(p.Steps) == 0 {
			return []string{"Nothing was changed in ClickHouse, and the state is recorded."}
		}
		return []string{"Every operation was verified in ClickHouse, and the new state is recorded."}
	case Stopped:
		return []string{"**Nothing was changed in ClickHouse.**", p.afterStop()}
	case PartlyApplied:
		return []string{"What ran stays. Fix the cause and run the workflow again: it goes on from there."}
	case Interrupted:
		if len(p.Steps) == 0 {
			return []string{check + " fails. Nothing was changed; run the workflow again."}
		}
		return []string{"What ran stays. Run the workflow again: it looks at what ClickHouse holds, and goes on from there."}
	}
	if p.Environment == "" {
		return nil
	}
	return p.nextOfPlan(check)
}

func (p *Page) afterStop() string {
	switch p.Stop {
	case Stale:
		return "ClickHouse or the code has moved on since the approval. Open a pull request: its plan shows what would be done now, and merging it approves that."
	case NewHazard:
		return "Nobody has approved these hazards. Allow them with the lines below, which starts the migration again, or change the code."
	case NewDrift:
		return "Declare the change in the code to keep it, or run the workflow again after it was undone."
	case Frozen:
		return "Run the workflow again after that time, or allow it with the line below, which starts the migration again."
	case InTheWay:
		return "What it left behind must be settled first: type the command below on a machine with the project and its credentials, then run the workflow again."
	case Locked:
		return "Run the workflow again when the other migration is over."
	}
	return "Run the workflow again when the cause below is gone."
}

func (p *Page) nextOfPlan(check string) []string {
	r := p.Report
	if p.MergeQueue {
		check = "This is the plan of the merge queue: of this pull request together with those before it. " + check
	}
	if r == nil {
		return []string{check + " fails."}
	}
	switch f := sortFindings(r); {
	case len(r.Invalid) > 0 || r.Conclusion == finding.Failed:
		return []string{check + " fails until the code is fixed."}
	case len(f.blocking) > 0:
		if len(f.blocking) == 1 {
			return []string{check + " fails until this change is gone from the plan, or is allowed by someone with write access."}
		}
		return []string{check + " fails until these changes are gone from the plan, or are allowed by someone with write access."}
	case r.Conclusion == finding.Blocked:
		return []string{check + " fails."}
	case r.Summary.Changes() == 0:
		return []string{check + " passes. Merging changes nothing in ClickHouse."}
	}
	if f := sortFindings(r); len(f.allowed) > 0 {
		return []string{check + " passes. Merging runs the plan below, and with it what was allowed."}
	}
	return []string{check + " passes. Merging runs the plan below."}
}
