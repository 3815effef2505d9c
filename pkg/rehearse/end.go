package rehearse

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// compare plans again on the scratch server: nothing may be left, neither of what the
// code declares nor of what the plan should have removed.
func (s *stage) compare(ctx context.Context) error {
	desired, err := localMap(s.in.Outcome.Desired)
	if err != nil {
		return err
	}
	before, err := localMap(s.in.Outcome.Status.Side.Map)
	if err != nil {
		return err
	}
	end, err := planner.Make(ctx, s.client, planner.Input{
		Recorded: both(before, desired), Desired: desired, Databases: s.in.Databases, Options: s.in.Options,
	})
	if err != nil {
		return fmt.Errorf("plan again on the scratch server: %w", err)
	}
	held := map[schema.Name]bool{}
	for _, b := range s.in.Outcome.Result.Blocked {
		held[s.changed(b.Change)] = true
	}
	for _, c := range end.Result.Changes {
		if !inClickHouse[c.Kind] || s.unproven[s.changed(c)] || held[s.changed(c)] || c.Kind == diff.SQLResource && s.resources[c.Name] {
			continue
		}
		s.result.Left = append(s.result.Left, left(c)...)
	}
	return nil
}

// inClickHouse are the kinds that a scratch server can hold.
var inClickHouse = map[diff.Kind]bool{
	diff.Table: true, diff.View: true, diff.MaterializedView: true, diff.Dictionary: true, diff.SQLResource: true,
}

// both is the desired map with what only the map before has of tables, views and
// dictionaries, so that what should be gone is seen when it is not.
func both(before, desired *inframap.Map) *inframap.Map {
	out := *desired
	out.Tables = union(before.Tables, desired.Tables)
	out.Views = union(before.Views, desired.Views)
	out.MaterializedViews = union(before.MaterializedViews, desired.MaterializedViews)
	out.Dictionaries = union(before.Dictionaries, desired.Dictionaries)
	return &out
}

func union[V any](before, after map[string]V) map[string]V {
	out := maps.Clone(before)
	if out == nil {
		out = map[string]V{}
	}
	maps.Copy(out, after)
	return out
}

// changed is the object of a change.
func (s *stage) changed(c diff.Change) schema.Name {
	db := s.in.Outcome.Desired.DefaultDatabase
	switch {
	case c.Table != nil:
		t := either(c.Table.Before, c.Table.After)
		return schema.Name{Database: t.DatabaseOr(db), Object: t.Name}
	case c.View != nil:
		v := either(c.View.Before, c.View.After)
		return schema.Name{Database: v.DatabaseOr(db), Object: v.Name}
	case c.MaterializedView != nil:
		v := either(c.MaterializedView.Before, c.MaterializedView.After)
		return schema.Name{Database: v.DatabaseOr(db), Object: v.Name}
	case c.Dictionary != nil:
		d := either(c.Dictionary.Before, c.Dictionary.After)
		return schema.Name{Database: d.DatabaseOr(db), Object: d.Name}
	}
	return schema.Name{Object: c.Name}
}

func either[T any](before, after *T) *T {
	if after != nil {
		return after
	}
	return before
}

// left says in words what is left to do.
func left(c diff.Change) []string {
	object := fmt.Sprintf("%s %s", c.Kind, c.Name)
	switch c.Action {
	case diff.Add:
		return []string{object + ": is declared and not there"}
	case diff.Remove:
		return []string{object + ": is not declared and still there"}
	}
	var out []string
	for _, a := range c.Why {
		out = append(out, fmt.Sprintf("%s: %s: is %s, declared is %s", object, a.Name, orNone(a.Before), orNone(a.After)))
	}
	if len(out) == 0 {
		out = append(out, object+": differs from what is declared")
	}
	slices.Sort(out)
	return out
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
