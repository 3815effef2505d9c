package drift

import (
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// ActualRun is the latest run of a workflow.
type ActualRun struct {
	// Running says that the workflow runs or waits for its next time.
	Running bool
	// Status is that in words, such as "running" or "terminated".
	Status string
	// Cron is the cron schedule that the run was started with, empty for none.
	Cron string
}

// Schedules compares the recorded workflows that have a schedule with Temporal:
// a removal for each that has no run at all, an update for each whose run has
// ended, or goes by another schedule. actual is by workflow name. A workflow
// without a schedule is started by hand, so nothing is said of it.
func Schedules(recorded *inframap.Map, actual map[string]ActualRun) []diff.Change {
	var out []diff.Change
	for _, id := range inframap.Keys(recorded.Workflows) {
		w := recorded.Workflows[id]
		if w.Config.Schedule == "" {
			continue
		}
		change := diff.Change{Kind: diff.Workflow, Action: diff.Remove, ID: id, Name: w.Name, Workflow: &diff.Pair[inframap.Workflow]{Before: w}}
		if run, started := actual[w.Name]; started {
			why := compareRuns(w, run)
			if why == nil {
				continue
			}
			now := *w
			if now.Config.Schedule = run.Cron; !run.Running {
				now.Config.Schedule = ""
			}
			change.Action, change.Why, change.Workflow.After = diff.Update, []diff.Attribute{*why}, &now
		}
		out = append(out, change)
	}
	return out
}

// compareRuns says what is wrong with a run. The schedule of one that has ended
// does not matter any more.
func compareRuns(w *inframap.Workflow, run ActualRun) *diff.Attribute {
	switch {
	case !run.Running:
		return &diff.Attribute{Name: "status", Before: "running", After: run.Status}
	case run.Cron != w.Config.Cron():
		return &diff.Attribute{Name: "config.schedule", Before: w.Config.Schedule, After: run.Cron}
	}
	return nil
}
