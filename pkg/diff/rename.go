package diff

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// recogniseRenames marks the additions that are the new name of a removed column:
// those that are stated, and those that look like it.
func recogniseRenames(p *tablePair, changes []ColumnChange, removed, added []int, o Options) {
	for _, r := range o.Renames {
		if r.Table != p.schemaBefore.Name && r.To != p.schemaAfter.Name {
			continue
		}
		for _, from := range inframap.Keys(r.Columns) {
			i := slices.IndexFunc(removed, func(i int) bool { return changes[i].Before.Name == from })
			n := slices.IndexFunc(added, func(n int) bool { return changes[n].After.Name == r.Columns[from] })
			if i >= 0 && n >= 0 {
				markRename(p, changes, removed[i], added[n], true)
				removed, added = slices.Delete(removed, i, i+1), slices.Delete(added, n, n+1)
			}
		}
	}
	if o.NoRenames {
		return
	}
	alike := func(r, a int) int {
		if o.denies(p, changes[r].Before.Name, changes[a].After.Name) {
			return 0
		}
		return likeness(p, &changes[r], &changes[a])
	}
	best := map[int]int{}
	for _, a := range added {
		if r, ok := likeliest(removed, func(r int) int { return alike(r, a) }); ok {
			best[a] = r
		}
	}
	for _, a := range added {
		r, ok := best[a]
		if !ok {
			continue
		}
		if back, ok := likeliest(added, func(a int) int { return alike(r, a) }); ok && back == a {
			markRename(p, changes, r, a, o.AcceptRenames)
		}
	}
}

// denies reports whether it was said that a column is not the new name of another one.
func (o Options) denies(p *tablePair, from, to string) bool {
	return slices.ContainsFunc(o.NotRenames, func(r Rename) bool {
		return (r.Table == p.schemaBefore.Name || r.To == p.schemaAfter.Name) && r.Columns[from] == to
	})
}

// likeliest returns the one candidate with the highest score above zero.
func likeliest(candidates []int, score func(int) int) (best int, found bool) {
	highest := 0
	for _, c := range candidates {
		switch s := score(c); {
		case s > highest:
			best, found, highest = c, true, s
		case s == highest:
			found = false
		}
	}
	return best, found
}

// likeness says how much an added column looks like a removed one, 0 for not at all:
// it has the same type, and better the same default and codec; or it stands between
// the same columns.
func likeness(p *tablePair, removed, added *ColumnChange) int {
	before, after := p.schemaBefore.Column(removed.Before.Name), p.schemaAfter.Column(added.After.Name)
	near := 0
	if neighbours(p.schemaBefore, before.Name, p.schemaAfter) == neighbours(p.schemaAfter, after.Name, p.schemaBefore) {
		near = 1
	}
	switch {
	case before.Type != after.Type:
		return near
	case defaultText(before) == defaultText(after) && before.Codec == after.Codec:
		return 4 + near
	}
	return 2 + near
}

// neighbours are the nearest columns before and after one that the other table has, too.
func neighbours(t *schema.Table, name string, other *schema.Table) [2]string {
	var out [2]string
	at := slices.IndexFunc(t.Columns, func(c schema.Column) bool { return c.Name == name })
	for i := at - 1; i >= 0 && out[0] == ""; i-- {
		if other.Column(t.Columns[i].Name) != nil {
			out[0] = t.Columns[i].Name
		}
	}
	for i := at + 1; i < len(t.Columns) && out[1] == ""; i++ {
		if other.Column(t.Columns[i].Name) != nil {
			out[1] = t.Columns[i].Name
		}
	}
	return out
}

// markRename notes the old name, and the column under its new name when more differs.
func markRename(p *tablePair, changes []ColumnChange, removed, added int, stated bool) {
	from, to := changes[removed].Before, changes[added].After
	changes[added].RenameOf, changes[added].RenameStated = from.Name, stated
	changes[removed].RenamedTo = ""
	if stated {
		changes[removed].RenamedTo = to.Name
	}
	if len(CompareColumn(p.schemaBefore.Column(from.Name), p.schemaAfter.Column(to.Name), Options{})) > 0 {
		renamed := *from
		renamed.Name = to.Name
		changes[added].RenameFrom = &renamed
	}
}

// tableRenames pairs the new name of each renamed table with its old one: those that
// are stated, and with AcceptRenames those that look like it.
func tableRenames(before, after Side, o Options) map[schema.Name]schema.Name {
	gone, come := missing(before, after), missing(after, before)
	out := map[schema.Name]schema.Name{}
	for _, r := range o.Renames {
		if r.Table != r.To && gone[r.Table] != nil && come[r.To] != nil {
			out[r.To] = r.Table
			delete(gone, r.Table)
			delete(come, r.To)
		}
	}
	if o.AcceptRenames {
		for to, from := range likelyTables(gone, come, o) {
			out[to] = from
		}
	}
	return out
}

// missing are the tables of one side that the other has not.
func missing(side, other Side) map[schema.Name]*schema.Table {
	have := named(other)
	out := map[schema.Name]*schema.Table{}
	for _, t := range side.Tables {
		if _, ok := have[t.Name]; !ok {
			out[t.Name] = t
		}
	}
	return out
}

// likelyTables pairs every new table with the one old table of the same database that
// has the same columns, keys and engine.
func likelyTables(gone, come map[schema.Name]*schema.Table, o Options) map[schema.Name]schema.Name {
	if o.NoRenames {
		return nil
	}
	shape := func(t *schema.Table) string {
		text := t.Name.Database + "\x00" + engineText(t.Engine) + "\x00" + keyText(t.OrderBy) + "\x00" + t.PartitionBy
		for _, c := range t.Columns {
			text += "\x00" + c.Name + " " + c.Type
		}
		return text
	}
	old, new := map[string][]schema.Name{}, map[string][]schema.Name{}
	for n, t := range gone {
		old[shape(t)] = append(old[shape(t)], n)
	}
	for n, t := range come {
		new[shape(t)] = append(new[shape(t)], n)
	}
	out := map[schema.Name]schema.Name{}
	for s, names := range new {
		denied := func(r Rename) bool { return r.Table == old[s][0] && r.To == names[0] }
		if len(names) == 1 && len(old[s]) == 1 && !slices.ContainsFunc(o.NotRenames, denied) {
			out[names[0]] = old[s][0]
		}
	}
	return out
}
