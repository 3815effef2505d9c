package comment

import (
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// Outcome is what became of a command in a comment.
type Outcome string

// The outcomes of commands.
const (
	// Granted: the finding passes from now on.
	Granted Outcome = "granted"
	// Withdrawn: a label that allowed a finding was taken away.
	Withdrawn Outcome = "withdrawn"
	// Planning: the plan is made again.
	Planning Outcome = "planning"
	// NoSuchFinding: the plan has no finding of that code and object.
	NoSuchFinding Outcome = "no such finding"
	// NoPermission: the person may not write to the repository.
	NoPermission Outcome = "no permission"
	// NoPlan: the pull request has no plan that the command could be about.
	NoPlan Outcome = "no plan"
	// Unreadable: the command is none that is known.
	Unreadable Outcome = "unreadable"
	// UnreadableLabel: the label names no hazard.
	UnreadableLabel Outcome = "unreadable label"
	// CannotRun: the run could not be started again; Detail says why.
	CannotRun Outcome = "cannot run"
)

// Answer is the reply to a command such as "/moose allow DS101 local.Events".
type Answer struct {
	Outcome              Outcome
	Project, Environment string
	// By is the login of who wrote the command, CommandID and CommandURL its comment.
	By         string
	CommandID  int64
	CommandURL string
	// Command is the line as it was written.
	Command string
	// Label is the pull request's that is answered, empty for a comment.
	Label string
	// Finding is the one that was allowed, Reason why, Until when that ends, zero for never.
	Finding finding.Finding
	Reason  string
	Until   time.Time
	// More is set when one person's word may not be enough.
	More bool
	// Candidates are the findings that could be allowed, shown to who named another.
	Candidates []finding.Finding
	// Detail says more about a failure.
	Detail string
	// Head is the plan's commit, Run the run that answers.
	Head string
	Run  Run
	At   time.Time
	// Redact is as in [Page].
	Redact func(string) string
}

func (a *Answer) redact(s string) string { return (&Page{Redact: a.Redact}).redact(s) }

// Marker is what the answer remembers: of a granted one the decision, of others that
// the command was answered.
func (a *Answer) Marker() Marker {
	m := Marker{
		Kind: KindAnswer, Project: a.redact(a.Project), Environment: a.redact(a.Environment), Run: a.Run.ID, Attempt: a.Run.Attempt,
		Head: hexOnly(a.Head), At: a.At, By: a.redact(a.By), Command: a.CommandID, URL: a.redact(a.CommandURL), Label: a.redact(a.Label),
	}
	if a.Outcome == Granted {
		m.Kind, m.Code, m.Object, m.Fingerprint = KindAllow, a.Finding.Code, a.redact(a.Finding.Object), a.Finding.Fingerprint
		m.Reason, m.Until = a.redact(a.Reason), a.Until
	}
	return m
}

// Override is the decision that a granted answer's marker records, false for others.
func (m Marker) Override() (finding.Override, bool) {
	if m.Kind != KindAllow {
		return finding.Override{}, false
	}
	o := finding.Override{By: m.By, Reason: m.Reason, URL: m.URL, At: m.At, Expires: m.Until}
	if m.Label != "" {
		o.Via = finding.ViaLabel
	}
	return o, true
}

// Body is the text of the answer, marker included. It always fits a comment.
func (a *Answer) Body() string {
	w := &writer{redact: a.redact, home: a.Run.URL}
	where := w.code((&Page{Project: a.Project, Environment: a.Environment}).where())
	switch a.Outcome {
	case Granted:
		w.paragraph("☑️ **Allowed** for " + where + ": " + w.prose(strings.TrimSpace(a.Finding.Code+" "+a.Finding.Rule)) + " " + w.code(a.Finding.Object))
		w.paragraph(w.sentence(a.Finding.Text))
		w.paragraph(a.decided(w))
		holds := "It holds for exactly this. When something else is done to the object, it must be allowed again."
		if a.Label != "" {
			holds += " Taking the label away takes the decision back."
		}
		if !a.Until.IsZero() {
			holds += " It ends on " + when(a.Until) + "."
		}
		if a.More {
			holds += " Some hazards of this plan need more than one person; the comment above says who is missing."
		}
		w.paragraph(holds + " The check runs again now.")
	case Withdrawn:
		w.paragraph("↩️ **No longer allowed** for " + where + ": " + w.code(a.By) + " took the label " + w.code(a.Label) + " away. The check runs again now.")
	case Planning:
		w.paragraph("⏳ **Planning again** for " + where + ". The comment above changes when the plan is there.")
	case NoSuchFinding:
		w.paragraph("❌ **Nothing was allowed**: the plan for " + where + " has no such hazard.")
		w.candidates(a.Candidates)
	case NoPermission:
		w.paragraph("❌ **Nothing was done**: " + w.code(a.By) + " has no write access to this repository.")
	case NoPlan:
		w.paragraph("❌ **Nothing was done**: this pull request has no plan yet.")
	case CannotRun:
		w.paragraph("⚠️ **The check did not start again** for " + where + ". Start it by hand, or push.")
	case UnreadableLabel:
		w.paragraph("❌ **Not understood.** A label allows one hazard when it is " + w.code("moose-allow: CODE object") + ", or " + w.code("moose-allow: CODE") + " when the code has one only.")
	default:
		w.paragraph("❌ **Not understood.** These are the commands, each on a line of its own:")
		w.paragraph("```text\n/moose plan\n/moose allow CODE object your reason\n/moose allow CODE object your reason until 2026-12-31\n```")
	}
	w.failure(a.Detail, 20)
	return a.redact(strings.TrimRight(w.b.String(), "\n")+"\n") + "\n" + a.Marker().Encode() + "\n"
}

// decided says whose decision it is, and why.
func (a *Answer) decided(w *writer) string {
	switch by := "Decided by " + w.code(a.By); {
	case a.Label != "":
		return by + " with the label " + w.code(a.Label) + "."
	case a.Reason == "":
		return by + ", without a reason."
	default:
		return by + ": “" + w.prose(a.Reason) + "”"
	}
}

// shownCandidates is how many findings an answer offers.
const shownCandidates = 20

func (w *writer) candidates(list []finding.Finding) {
	if len(list) == 0 {
		w.paragraph("Nothing in it needs to be allowed.")
		return
	}
	w.paragraph("These can be allowed:")
	var lines []string
	for i, f := range list {
		if i == shownCandidates {
			lines = append(lines, "… and more, see the comment above")
			break
		}
		lines = append(lines, "/moose allow "+safetext.Clip(AllowTarget(f), nameRunes))
	}
	w.paragraph(strings.TrimRight(w.fenced("text", lines), "\n"))
}
