package past

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// signs begin the line of an operation and of a run.
var (
	stepSigns = map[journal.Step]string{journal.Verified: "✓", journal.Started: "?", journal.Failed: "✗", journal.Pending: "·"}
	stepWords = map[journal.Step]string{
		journal.Verified: "done", journal.Started: "begun, not known to be done", journal.Failed: "failed", journal.Pending: "not begun",
	}
	statusWords = map[journal.Status]string{
		journal.Applied: "applied", journal.Stopped: "stopped", journal.Running: "running, or killed", journal.Abandoned: "abandoned",
	}
)

// List writes runs, the newest first, a paragraph each, and what was done to locks of
// others between them.
func List(w io.Writer, runs []*journal.Run, more int, releases []state.Release) error {
	t := &lines{}
	for _, e := range merged(runs, releases, more) {
		if e.release != nil {
			t.release(e.release)
		} else {
			t.head(e.run)
			t.about(e.run)
		}
	}
	if more > 0 {
		t.add("%s. `moose history -n 0` shows all.", english.Plural(more, "older run is not shown", "older runs are not shown"))
	}
	return t.write(w)
}

// Show writes one run with its operations; files is nil when the plan is not kept any more.
func Show(w io.Writer, r *journal.Run, files *plan.Files) error {
	t := &lines{}
	t.head(r)
	t.about(r)
	t.add("  run %s", r.ID)
	for _, at := range r.Resumed {
		t.add("  resumed %s", clock(at))
	}
	t.add("")
	for i, step := range r.Steps {
		text := "operation"
		if files != nil && i < len(files.Plan.Operations) {
			text = plan.Describe(files.Plan.Operations[i])
			if lost := plan.Destructive(files.Plan.Operations[i]); lost != "" {
				text += " (" + lost + ")"
			}
		}
		line := fmt.Sprintf("  %s %d/%d %s", stepSigns[step], i+1, len(r.Steps), text)
		if step != journal.Verified {
			line += ": " + stepWords[step]
		}
		if n := r.Statements[i]; n > 0 && step != journal.Verified {
			line += fmt.Sprintf(", %s of it done", english.Plural(n, "statement", ""))
		}
		t.add("%s", line)
	}
	t.drops(r)
	return t.write(w)
}

// lines collects text that may come from a project or a store.
type lines struct{ list []string }

func (t *lines) add(format string, args ...any) {
	for line := range strings.SplitSeq(fmt.Sprintf(format, args...), "\n") {
		t.list = append(t.list, cli.SafeLine(line))
	}
}

func (t *lines) write(w io.Writer) error {
	if _, err := io.WriteString(w, strings.Join(t.list, "\n")+"\n"); err != nil {
		return fmt.Errorf("write the history: %w", err)
	}
	return nil
}

// head is the first line of a run.
func (t *lines) head(r *journal.Run) {
	done := english.Plural(len(r.Steps), "operation", "")
	if r.Status != journal.Applied {
		done = fmt.Sprintf("%d of %s done", r.Steps.Count(journal.Verified), done)
	}
	took := ""
	if !r.Ended.IsZero() {
		took = ", took " + length(r)
	}
	t.add("%s  plan %s  %s%s, %s", clock(r.Started), plan.Short(r.Digest), cmp.Or(statusWords[r.Status], string(r.Status)), took, done)
}

// about are the lines that say who, where and why.
func (t *lines) about(r *journal.Run) {
	var by []string
	if r.Environment != "" {
		by = append(by, r.Environment)
	}
	if r.Commit != "" {
		by = append(by, "commit "+short(r.Commit))
	}
	if r.Actor != "" {
		by = append(by, "by "+r.Actor)
	}
	if r.RunURL != "" {
		by = append(by, r.RunURL)
	} else if r.Machine != "" {
		by = append(by, "on "+r.Machine)
	}
	if len(by) > 0 {
		t.add("  %s", strings.Join(by, ", "))
	}
	if r.Failure != "" {
		t.add("  stopped because: %s", strings.ReplaceAll(r.Failure, "\n", "\n    "))
	}
	if r.Note != "" {
		t.add("  given up because: %s", strings.ReplaceAll(r.Note, "\n", "\n    "))
	}
}

// drops are the tables that a run dropped.
func (t *lines) drops(r *journal.Run) {
	for i, d := range r.Drops {
		if i == 0 {
			t.add("")
			t.add("  Dropped tables:")
		}
		size := ""
		if d.Bytes > 0 {
			size = ", " + humanize.IBytes(d.Bytes)
		}
		t.add("    %s%s", d.Table, size)
		if d.Undrop != "" {
			t.add("      until %s this brings it back: %s", clock(d.Until), d.Undrop)
		}
	}
}

// short is as much of a commit as people compare.
func short(commit string) string { return commit[:min(len(commit), 12)] }

// length is how long an ended run took, in words.
func length(r *journal.Run) string { return Duration(r.Ended.Sub(r.Started)) }

// Duration is a duration in at most two units: "3 s", "4 min 10 s", "2 h 5 min".
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "an unknown time"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}
