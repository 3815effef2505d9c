package executor

import (
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// printed prints how a migration goes, in Moose's words.
type printed struct {
	f       *cli.Factory
	applied int
	// waiting and stalled say that the operation's mutation was told of.
	waiting, stalled bool
}

func newPrinted(f *cli.Factory) *printed { return &printed{f: f} }

func (e *printed) Locked(store string) {
	e.f.Log().Info("migration lock taken", "store", store)
	fmt.Fprintf(e.f.Out, "✓ Lock taken in %s\n", store)
	fmt.Fprintln(e.f.Out, "Validating migration plan...")
}

func (e *printed) Checked(n int) {
	fmt.Fprint(e.f.Out, "  ✓ Current = Expected (no drift detected)\n  ✓ Target = Code (plan is still valid)\n\n")
	if n == 0 {
		fmt.Fprintln(e.f.Out, "✓ No operations to apply - database is already up to date")
		return
	}
	fmt.Fprintf(e.f.Out, "▶ Applying %s...\n", english.Plural(n, "migration operation", ""))
}

// Resumed implements migrate.Resuming.
func (e *printed) Resumed(r *journal.Run, left int) {
	e.f.Log().Info("migration resumed", "run", r.ID, "plan", r.Digest, "left", left)
	fmt.Fprintf(e.f.Out, "  ✓ Run %s of plan %s goes on: %d of %s done\n\n", r.ID, plan.Short(r.Digest), len(r.Steps)-left, english.Plural(len(r.Steps), "operation", ""))
	e.applied = len(r.Steps) - left
	if left > 0 {
		fmt.Fprintf(e.f.Out, "▶ Applying %s...\n", english.Plural(left, "more migration operation", ""))
	}
}

func (e *printed) AtTarget() {
	fmt.Fprintln(e.f.Out, "  ✓ Database already matches target state - skipping migration")
}

func (e *printed) Start(i, n int, op plan.Operation) {
	e.waiting, e.stalled = false, false
	text := plan.Describe(op)
	if loss := plan.Destructive(op); loss != "" {
		text += " (" + loss + ")"
	}
	e.f.Log().Info("operation started", "number", i, "of", n, "operation", text)
	fmt.Fprintf(e.f.Out, "  [%d/%d] %s\n", i, n, cli.SafeLine(text))
}

func (e *printed) Waiting(m clickhouse.Mutation) {
	// Once when it begins, and again when it stands still.
	if !e.waiting || m.Stalled() && !e.stalled {
		e.waiting, e.stalled = true, m.Stalled()
		e.f.Note("        " + cli.SafeLine(e.f.Redact(m.Progress())))
	}
}

func (e *printed) Done(i, n int, op plan.Operation, d time.Duration) {
	e.applied++
	e.f.Log().Info("operation applied", "number", i, "of", n, "operation", plan.Describe(op), "took", d.String())
	if t := took(d); t != "" {
		fmt.Fprintf(e.f.Out, "        done%s\n", t)
	}
}

func (e *printed) Stored(store string) {
	if e.applied > 0 {
		fmt.Fprintln(e.f.Out, "\n✓ Migration completed successfully")
	}
	fmt.Fprintf(e.f.Out, "  State stored in %s\n", store)
}

func took(d time.Duration) string {
	if d < time.Second {
		return ""
	}
	return fmt.Sprintf(" (%.1fs)", d.Seconds())
}

// safeText is a text of several lines that goes to a terminal.
func safeText(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = cli.SafeLine(lines[i])
	}
	return strings.Join(lines, "\n")
}
