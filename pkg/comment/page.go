package comment

import (
	"slices"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// State is how far a plan has come.
type State string

// The states of a page.
const (
	// Running: the plan is being made.
	Running State = "running"
	// Planned: there is a plan, and a verdict on it.
	Planned State = "planned"
	// Failed: there is no plan; Failure says why.
	Failed State = "failed"
	// NotAvailable: there is no plan yet, since a fork's run has no secrets.
	NotAvailable State = "unavailable"
	// Applying: the pull request is merged, and its plan runs.
	Applying State = "applying"
	// Applied: every operation ran and was verified.
	Applied State = "applied"
	// Stopped: nothing was applied after the merge; Stop says why.
	Stopped State = "stopped"
	// PartlyApplied: an operation failed; Failure says why.
	PartlyApplied State = "partly"
	// Interrupted: the run was stopped from outside, while planning or, with Steps,
	// while applying.
	Interrupted State = "interrupted"
)

var states = []State{Running, Planned, Failed, NotAvailable, Applying, Applied, Stopped, PartlyApplied, Interrupted}

func knownState(s State) bool { return s == "" || slices.Contains(states, s) }

// Stop is why nothing was applied after the merge.
type Stop string

// The reasons to stop.
const (
	// Stale: ClickHouse or the code is not what the plan was made from.
	Stale Stop = "stale"
	// NewHazard: the plan has become more dangerous than what was approved.
	NewHazard Stop = "hazard"
	// NewDrift: ClickHouse was changed by hand since the approval.
	NewDrift Stop = "drift"
	// Locked: another migration holds the lock.
	Locked Stop = "locked"
	// Frozen: the project's policy lets nothing be applied now.
	Frozen Stop = "frozen"
	// InTheWay: an earlier migration was begun and not finished.
	InTheWay Stop = "unfinished"
)

// Progress is how far an operation has come.
type Progress string

// The progress of an operation.
const (
	Done       Progress = "done"
	Broken     Progress = "failed"
	InDoubt    Progress = "in doubt"
	NotStarted Progress = "not started"
)

// Step is one operation of a migration.
type Step struct {
	Text string
	// Took is zero for what did not start.
	Took     time.Duration
	Progress Progress
}

// Run is the run of the workflow that writes.
type Run struct {
	// ID is the run's, the same for all its attempts; Number is what people see.
	ID, Attempt int64
	Number      int64
	URL         string
}

// Page is a comment on a pull request, or a job summary. All its texts may come from
// the project; none of them gets a meaning.
type Page struct {
	// Project is the project's folder relative to the repository, empty for its root. An
	// empty Environment stands for a command line, where there is no check and no comment.
	Project, Environment string
	State                State
	Stop                 Stop
	// Report is the plan with its findings, nil where there is none.
	Report *report.Report
	// Failure is the error, of any number of lines.
	Failure string
	// Steps are the operations of the migration, Took what it took altogether.
	Steps []Step
	Took  time.Duration
	Run   Run
	// HeadSHA is the commit that was planned or applied.
	HeadSHA string
	At      time.Time
	// Notes are said in a line each, such as a missing permission.
	Notes []string
	// Next replaces what the page itself says to do now, a paragraph each.
	Next []string
	// MergeQueue says that the commit is one of a merge queue.
	MergeQueue bool
	// Approved is the marker of the plan that was approved, for a page that tells of its
	// migration: the comment goes on to remember that plan, and nothing of the new one that
	// could pass for an approval. A zero marker when nothing was approved; nil for a plan.
	Approved *Marker
	// Base is the branch that the pull request goes into.
	Base string
	// DeploymentURL leads to the deployment of an applied plan.
	DeploymentURL string
	// History are earlier verdicts, the newest first; see [Page.Remember].
	History []Entry
	// Redact takes credentials out of a text, nil for none. It is applied to every text
	// before it is written, and to the whole at the end.
	Redact func(string) string
}

// Remember puts the verdict of the comment that the page replaces, as its marker keeps
// it, in front of that comment's history. A comment that only said that work was going
// on adds nothing, and neither does one by the same attempt of the same run.
func (p *Page) Remember(m Marker) {
	p.History = m.History
	if m.State != Running && m.State != Applying && m.Text != "" && (m.Run != p.Run.ID || m.Attempt != p.Run.Attempt) {
		p.History = slices.Concat([]Entry{{At: m.At, Head: m.Head, State: m.State, Conclusion: m.Conclusion, Text: m.Text, RunURL: m.RunURL}}, m.History)
	}
	p.History = p.History[:min(len(p.History), maxHistory)]
}

func (p *Page) redact(s string) string {
	if p.Redact == nil {
		return s
	}
	return p.Redact(s)
}

// Marker is what the page's comment remembers.
func (p *Page) Marker() Marker {
	m := Marker{
		Kind: KindPlan, Project: p.Project, Environment: p.Environment, Run: p.Run.ID, Attempt: p.Run.Attempt,
		Head: hexOnly(p.HeadSHA), Base: p.redact(p.Base), At: p.At, State: p.State, History: p.history(),
	}
	m.Text = p.headline().plain(p.redact)
	m.RunURL = p.Run.URL
	if a := p.Approved; a != nil {
		m.Head, m.Base, m.Digest, m.Conclusion = a.Head, a.Base, a.Digest, a.Conclusion
		m.Operations, m.Hazards, m.Scope, m.HazardScope = a.Operations, a.Hazards, a.Scope, a.HazardScope
		m.NoOperations, m.NoHazards, m.Objects = a.NoOperations, a.NoHazards, a.Objects
		if p.Report != nil && p.State == Stopped {
			m.Open = HazardFingerprints(p.Report.Findings)
		}
		return m
	}
	if p.Report == nil {
		return m
	}
	m.Digest, m.Conclusion = hexOnly(p.Report.Digest), p.Report.Conclusion
	m.Operations, m.Hazards = OperationFingerprints(p.Report.Operations), HazardFingerprints(p.Report.Findings)
	m.Scope, m.HazardScope = ScopeOf(m.Operations), ScopeOf(m.Hazards)
	for i := range p.Report.Changes {
		m.Objects = append(m.Objects, p.Report.Changes[i].Key())
	}
	slices.Sort(m.Objects)
	m.Sole = sole(p.Report.Findings, m.Hazards)
	m.Asks = slices.ContainsFunc(p.Report.Findings, func(f finding.Finding) bool { return f.Approval != nil })
	return m
}

// sole finds the codes with one hazard.
func sole(list []finding.Finding, hazards []string) map[string]int {
	out := map[string]int{}
	seen := map[string]bool{}
	for _, f := range list {
		place, found := slices.BinarySearch(hazards, f.Fingerprint)
		if !found || len(f.Code) > maxCode {
			continue
		}
		if out[f.Code] = place; seen[f.Code] {
			delete(out, f.Code)
		}
		seen[f.Code] = true
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (p *Page) history() []Entry {
	out := slices.Clone(p.History[:min(len(p.History), maxHistory)])
	for i := range out {
		out[i].Text = p.redact(out[i].Text)
	}
	return out
}

func hexOnly(s string) string {
	if isHex(s, 64) {
		return s
	}
	return ""
}

// OperationFingerprint identifies an operation by its kind, its object, what it says it
// does and its SQL without credentials. The place of an added column is left out: it
// depends on what else was merged. It has 16 hex digits.
func OperationFingerprint(o report.Operation) string {
	what := append([]string{o.Description}, o.SQL...)
	if o.Kind == plan.AddTableColumn {
		for i, s := range what {
			if at := strings.LastIndex(s, " AFTER `"); at >= 0 {
				what[i] = s[:at]
			}
			what[i] = strings.TrimSuffix(what[i], " FIRST")
		}
	}
	// The first half is the same for all operations of one kind on one object.
	return finding.Fingerprint(string(o.Kind), o.Object, what...)[2*(fingerprintBytes-operationBytes):]
}

// OperationFingerprints are those of all operations of a plan, sorted.
func OperationFingerprints(operations []report.Operation) []string {
	out := make([]string, 0, len(operations))
	for _, o := range operations {
		out = append(out, OperationFingerprint(o))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// HazardFingerprints are those of the findings that block or warn, sorted.
func HazardFingerprints(list []finding.Finding) []string {
	var out []string
	for _, f := range list {
		if f.Severity != finding.Info {
			out = append(out, f.Fingerprint)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
