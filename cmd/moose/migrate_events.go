package main

import (
	"fmt"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// migrateEvents prints how a migration goes, in Moose's words.
type migrateEvents struct {
	f       *cli.Factory
	waiting bool
	applied int
}

func newMigrateEvents(f *cli.Factory) *migrateEvents { return &migrateEvents{f: f} }

func (e *migrateEvents) Locked(store string) {
	e.f.Log().Info("migration lock taken", "store", store)
	fmt.Fprintln(e.f.Out, "Validating migration plan...")
}

func (e *migrateEvents) Checked(n int) {
	fmt.Fprint(e.f.Out, "  ✓ Current = Expected (no drift detected)\n  ✓ Target = Code (plan is still valid)\n\n")
	if n == 0 {
		fmt.Fprintln(e.f.Out, "✓ No operations to apply - database is already up to date")
		return
	}
	fmt.Fprintf(e.f.Out, "▶ Applying %d migration operation(s)...\n", n)
}

func (e *migrateEvents) AtTarget() {
	fmt.Fprintln(e.f.Out, "  ✓ Database already matches target state - skipping migration")
}

func (e *migrateEvents) Start(i, n int, op plan.Operation) {
	e.waiting = false
	fmt.Fprintf(e.f.Out, "  [%d/%d] %s\n", i, n, cli.SafeLine(plan.Describe(op)))
}

func (e *migrateEvents) Waiting(m clickhouse.Mutation) {
	if !e.waiting {
		e.waiting = true
		e.f.Note(fmt.Sprintf("        rewriting rows, %d part(s) to go …", m.PartsToDo))
	}
}

func (e *migrateEvents) Done(_, _ int, op plan.Operation, d time.Duration) {
	e.applied++
	e.f.Log().Info("operation applied", "operation", plan.Describe(op), "took", d.String())
	if t := took(d); t != "" {
		fmt.Fprintf(e.f.Out, "        done%s\n", t)
	}
}

func (e *migrateEvents) Stored(store string) {
	if e.applied > 0 {
		fmt.Fprintln(e.f.Out, "\n✓ Migration completed successfully")
	}
	fmt.Fprintf(e.f.Out, "  State stored in %s\n", store)
}
