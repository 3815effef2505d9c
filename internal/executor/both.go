package executor

import (
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// both tells two listeners, the first one first.
type both [2]migrate.Events

func (b both) each(tell func(migrate.Events)) {
	for _, e := range b {
		tell(e)
	}
}

func (b both) Locked(store string) { b.each(func(e migrate.Events) { e.Locked(store) }) }
func (b both) Checked(n int)       { b.each(func(e migrate.Events) { e.Checked(n) }) }
func (b both) AtTarget()           { b.each(func(e migrate.Events) { e.AtTarget() }) }
func (b both) Stored(store string) { b.each(func(e migrate.Events) { e.Stored(store) }) }

func (b both) Start(i, n int, op plan.Operation) {
	b.each(func(e migrate.Events) { e.Start(i, n, op) })
}

func (b both) Done(i, n int, op plan.Operation, took time.Duration) {
	b.each(func(e migrate.Events) { e.Done(i, n, op, took) })
}

func (b both) Waiting(m clickhouse.Mutation) { b.each(func(e migrate.Events) { e.Waiting(m) }) }

// Resumed implements migrate.Resuming.
func (b both) Resumed(r *journal.Run, left int) {
	b.each(func(e migrate.Events) {
		if e, ok := e.(migrate.Resuming); ok {
			e.Resumed(r, left)
		}
	})
}
