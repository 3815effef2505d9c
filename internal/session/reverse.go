package session

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/internal/past"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/state"
	"github.com/moose-migrate/moose-migrate/pkg/undo"
)

// Reversed is a plan that leads back to what was there before a migration.
type Reversed struct {
	*Planned
	// Run is the migration that is undone, Later how many that came after it are undone, too.
	Run   *journal.Run
	Later int
	// Gone is what the plan does not bring back.
	Gone []undo.Gone
	// Differences say where the code does not declare what was there before: such a plan
	// leads to a map that `moose migrate` would refuse. Empty when the code is as it was.
	Differences []string
}

// MakeReverse plans the way back to what was there before a run, which is named as for
// [past.Find]. When the code declares just that, the plan leads to what the code declares,
// and can be saved; otherwise it only shows the way.
func MakeReverse(ctx context.Context, s *Session, name string) (*Reversed, error) {
	r, target, err := s.reversed(ctx, name)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	steps := r.steps
	loaded, err := s.Desired(ctx, false)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	code, before := planner.Moment{Map: loaded.Map}, planner.Moment{Map: target}
	outcome, err := planner.Between(ctx, s.Client, s.Client.Database(), s.Project.ClickHouse.AdditionalDatabases, before, code, s.Options())
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	out := &Reversed{Run: r.run, Later: len(steps) - 1, Differences: differences(outcome.Result.Changes)}
	out.Planned = &Planned{Desired: loaded.Map, Sources: loaded.Sources, ToolVersion: loaded.ToolVersion}
	if len(out.Differences) > 0 {
		target.DefaultDatabase = s.Client.Database()
		out.Planned.Desired, out.Planned.Sources = target, nil
	}
	out.Planned.Session = s
	options := s.Options()
	options.Renames = append(options.Renames, undo.Renames(steps, s.Client.Database())...)
	if err := out.Replan(ctx, options); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	there := map[schema.Name]bool{}
	for _, t := range out.Outcome.Before.Tables {
		there[t.Name] = true
	}
	out.Gone = undo.Lost(steps, undo.Situation{
		Database: s.Client.Database(), Now: s.factory.Now(), There: func(n schema.Name) bool { return there[n] },
	})
	return out, nil
}

// way is what has to be gone back.
type way struct {
	run   *journal.Run
	steps []undo.Step
}

// reversed finds the run, what came after it, and the map before it.
func (s *Session) reversed(ctx context.Context, name string) (*way, *inframap.Map, error) {
	book, err := past.OpenBook(s.Store)
	if err != nil {
		return nil, nil, err
	}
	run, err := past.Find(ctx, book, name)
	if err != nil {
		return nil, nil, err
	}
	runs, _, err := past.Runs(ctx, book, 0)
	if err != nil {
		return nil, nil, err
	}
	out := &way{run: run}
	for _, r := range runs[:slices.IndexFunc(runs, func(r *journal.Run) bool { return r.ID == run.ID })+1] {
		files, err := past.Files(ctx, book, r)
		if errors.Is(err, state.ErrNone) {
			err = fmt.Errorf("the plan of run %s is not kept any more, so there is no way back past it", r.ID)
		}
		if err != nil {
			return nil, nil, err
		}
		out.steps = append(out.steps, undo.Step{Run: r, Files: files})
	}
	slices.Reverse(out.steps)
	return out, out.steps[0].Files.Before, nil
}

// differences say in words what the code declares otherwise than it was, of what is in
// ClickHouse.
func differences(changes []diff.Change) []string {
	var out []string
	for _, c := range changes {
		switch c.Kind {
		case diff.Table, diff.View, diff.MaterializedView, diff.Dictionary, diff.RowPolicy:
		default:
			continue
		}
		object := fmt.Sprintf("%s %s", c.Kind, c.Name)
		switch c.Action {
		case diff.Add:
			out = append(out, object+": the code declares it, and it was not there before")
		case diff.Remove:
			out = append(out, object+": it was there before, and the code does not declare it")
		default:
			for _, a := range c.Why {
				out = append(out, fmt.Sprintf("%s: %s was %s, and the code declares %s", object, a.Name, orNone(a.Before), orNone(a.After)))
			}
		}
	}
	return out
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
