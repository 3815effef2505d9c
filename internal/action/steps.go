package action

import (
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// steps hears how a migration goes.
type steps struct {
	all     []comment.Step
	running int // from 1, 0 when none runs
	started int
	target  bool
}

// expect lists the operations before any is begun.
func (s *steps) expect(operations []report.Operation) {
	for _, o := range operations {
		s.all = append(s.all, comment.Step{Text: o.Description, Progress: comment.NotStarted})
	}
}

// begun reports whether anything was sent to the server.
func (s *steps) begun() bool { return s.started > 0 }

// list is how far each has come. One that was running when everything ended has failed,
// or may have been carried out when the run was stopped.
func (s *steps) list(interrupted bool) []comment.Step {
	if s.target {
		return nil
	}
	out := append([]comment.Step(nil), s.all...)
	if s.running > 0 && s.running <= len(out) {
		out[s.running-1].Progress = comment.Broken
		if interrupted {
			out[s.running-1].Progress = comment.InDoubt
		}
	}
	return out
}

func (s *steps) Start(i, _ int, _ plan.Operation) { s.running, s.started = i, s.started+1 }

func (s *steps) Done(i, _ int, _ plan.Operation, took time.Duration) {
	s.running = 0
	if i <= len(s.all) {
		s.all[i-1].Progress, s.all[i-1].Took = comment.Done, took
	}
}

func (s *steps) AtTarget()                   { s.target = true }
func (s *steps) Locked(string)               {}
func (s *steps) Checked(int)                 {}
func (s *steps) Waiting(clickhouse.Mutation) {}
func (s *steps) Stored(string)               {}
