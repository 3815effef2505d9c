package review

import (
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// TablesBefore are the tables of the project as the server has them, by name.
func (s *Subject) TablesBefore() map[schema.Name]*schema.Table {
	out := map[schema.Name]*schema.Table{}
	for _, t := range s.Outcome.Before.Tables {
		if t != nil {
			out[t.Name] = t
		}
	}
	return out
}

// TablesAfter are the tables of the project as they will be: those that a life cycle
// holds back stay as they are.
func (s *Subject) TablesAfter() map[schema.Name]*schema.Table {
	out := map[schema.Name]*schema.Table{}
	for _, t := range s.Outcome.After.Tables {
		if t != nil {
			out[t.Name] = t
		}
	}
	before := s.TablesBefore()
	for _, b := range s.Outcome.Result.Blocked {
		if b.Change.Kind != diff.Table || b.Change.Table == nil {
			continue
		}
		name := func(t *inframap.Table) schema.Name {
			return schema.Name{Database: t.DatabaseOr(s.Outcome.Desired.DefaultDatabase), Object: t.Name}
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

// Renamed are the tables that get another name: the old ones, with the new one of each.
func (s *Subject) Renamed() map[schema.Name]schema.Name {
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
