package diff

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// checkDictionaries reports tables and views that cannot go because a dictionary,
// which a life cycle protects, reads them (error 630 of ClickHouse), or because one
// that stays goes on reading them.
func (r *Result) checkDictionaries(before, after Side) {
	gone := map[schema.Name]Action{}
	for i := range r.Changes {
		c := &r.Changes[i]
		switch {
		case c.Kind == Table && (c.Action == Remove || c.Action == Recreate):
			gone[tableName(c.Table.Before, before)] = c.Action
		case c.Kind == View && c.View.Before != nil:
			if v := before.Views[c.ID]; v != nil {
				gone[v.Name] = c.Action
			}
		}
	}
	for _, id := range inframap.Keys(before.Dictionaries) {
		was := before.Dictionaries[id]
		if was.Reads == nil || gone[*was.Reads] == "" {
			continue
		}
		d, err := inframap.DecodeDictionary(id, before.Map.Dictionaries[id])
		if err != nil {
			continue
		}
		idAfter, stays := dictionaryIDs(after)[was.Name]
		life := d.LifeCycle
		if now, err := inframap.DecodeDictionary(idAfter, after.Map.Dictionaries[idAfter]); stays && err == nil {
			life = now.LifeCycle
		}
		switch {
		case life.ProtectsFromDrop():
			r.Invalid = append(r.Invalid, fmt.Sprintf(
				"%s cannot be dropped (%s): the dictionary %q, which is %s, reads it, and ClickHouse keeps what a dictionary reads", was.Reads.Object, gone[*was.Reads], d.Name, lifeCycleText(life)))
		case stays && gone[*was.Reads] == Remove && after.Dictionaries[idAfter].Reads != nil && *after.Dictionaries[idAfter].Reads == *was.Reads:
			r.Invalid = append(r.Invalid, fmt.Sprintf("%s cannot be dropped: the dictionary %q goes on reading it. Give the dictionary another source, or keep what it reads", was.Reads.Object, d.Name))
		}
	}
}
