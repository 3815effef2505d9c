package action

import (
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// steps hears how a migration goes.
type steps struct {
	all     []comment.Step
	running map[int]bool // by number, from 1
	started int
	target  bool
}

// expect lists the operations before any is begun.
func (s *steps) expect(operations []report.Operation) {
	for _, o := range operations {
		s.all = append(s.all, comment.Step{Text: o.Description, Progress: comment.NotStarted})
	}
}

// expectPlan lists the operations of a run that is taken up, as far as it came.
func (s *steps) expectPlan(u *migrate.Unfinished) {
	for _, op := range u.Files.Plan.Operations {
		s.all = append(s.all, comment.Step{Text: plan.Describe(op), Progress: comment.NotStarted})
	}
	s.mark(u.Run)
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
	for i := range out {
		if !s.running[i+1] {
			continue
		}
		out[i].Progress = comment.Broken
		if interrupted {
			out[i].Progress = comment.InDoubt
		}
	}
	return out
}

// Resumed implements migrate.Resuming.
func (s *steps) Resumed(r *journal.Run, _ int) {
	s.started++ // by the run that is taken up
	s.mark(r)
}

// mark notes what a run has done.
func (s *steps) mark(r *journal.Run) {
	for i, step := range r.Steps {
		if i < len(s.all) && step == journal.Verified {
			s.all[i].Progress = comment.Done
		}
	}
}

func (s *steps) Start(i, _ int, _ plan.Operation) {
	if s.running == nil {
		s.running = map[int]bool{}
	}
	s.running[i], s.started = true, s.started+1
}

func (s *steps) Done(i, _ int, _ plan.Operation, took time.Duration) {
	delete(s.running, i)
	if i <= len(s.all) {
		s.all[i-1].Progress, s.all[i-1].Took = comment.Done, took
	}
}

func (s *steps) AtTarget()                   { s.target = true }
func (s *steps) Locked(string)               {}
func (s *steps) Checked(int)                 {}
func (s *steps) Waiting(clickhouse.Mutation) {}
func (s *steps) Stored(string)               {}
