package review

import (
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// sides are the objects of both sides by name. They are worked out once: many rules ask
// for them, for each of many objects.
type sides struct {
	facts         *probe.Facts
	before, after map[schema.Name]*schema.Table
	renamed       map[schema.Name]schema.Name
	known         map[schema.Name]bool
	views         []ViewEdit
	// reads and triggers are by view, replaced are the views that take the place of others,
	// nil as long as nobody has asked.
	reads    map[*schema.View][]schema.Name
	triggers map[*schema.View]schema.Name
	replaced map[schema.Name]ViewEdit
}

// sides works them out, and again once the servers have answered.
func (s *Subject) sides() *sides {
	if s.seen == nil || s.seen.facts != s.Facts {
		out := &sides{facts: s.Facts, before: s.tablesBefore(), renamed: s.renamed(), known: s.known(), views: s.views()}
		out.reads, out.triggers = map[*schema.View][]schema.Name{}, map[*schema.View]schema.Name{}
		out.after = s.tablesAfter(out.before)
		s.seen = out
	}
	return s.seen
}

// TablesBefore are the tables of the project as the server has them, by name; not to be
// changed.
func (s *Subject) TablesBefore() map[schema.Name]*schema.Table { return s.sides().before }

// TablesAfter are the tables of the project as they will be: those that a life cycle
// holds back stay as they are. It is not to be changed.
func (s *Subject) TablesAfter() map[schema.Name]*schema.Table { return s.sides().after }

// Renamed are the tables that get another name: the old ones, with the new one of each.
func (s *Subject) Renamed() map[schema.Name]schema.Name { return s.sides().renamed }

func (s *Subject) tablesBefore() map[schema.Name]*schema.Table {
	out := map[schema.Name]*schema.Table{}
	for _, t := range s.Outcome.Before.Tables {
		if t != nil {
			out[t.Name] = t
		}
	}
	return out
}

func (s *Subject) tablesAfter(before map[schema.Name]*schema.Table) map[schema.Name]*schema.Table {
	out := map[schema.Name]*schema.Table{}
	for _, t := range s.Outcome.After.Tables {
		if t != nil {
			out[t.Name] = t
		}
	}
	name := func(t *inframap.Table) schema.Name {
		return schema.Name{Database: t.DatabaseOr(s.Outcome.Desired.DefaultDatabase), Object: t.Name}
	}
	for _, b := range s.Outcome.Result.Blocked {
		if b.Change.Kind != diff.Table || b.Change.Table == nil {
			continue
		}
		if t := b.Change.Table.After; t != nil {
			delete(out, name(t))
		}
		if t := b.Change.Table.Before; t != nil && before[name(t)] != nil {
			out[name(t)] = before[name(t)]
		}
	}
	return out
}

func (s *Subject) renamed() map[schema.Name]schema.Name {
	out := map[schema.Name]schema.Name{}
	for _, t := range s.Tables(diff.Update) {
		if t.Table.Renamed && t.Before != nil && t.Table.After != nil {
			out[t.Before.Name] = schema.Name{Database: t.Table.After.DatabaseOr(s.Outcome.Desired.DefaultDatabase), Object: t.Table.After.Name}
		}
	}
	return out
}

// LabelOf is the name of a table or view in a sentence, without the default database.
func (s *Subject) LabelOf(n schema.Name) string {
	if n.Database == s.Outcome.Desired.DefaultDatabase {
		return n.Object
	}
	return n.String()
}
