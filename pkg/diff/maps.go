package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Maps compares what is with what should be. Changes come in a fixed order: by
// kind, then by id.
func Maps(before, after Side, o Options) *Result {
	r := &Result{}
	r.tables(before, after, o)
	r.views(before, after, o)
	r.materializedViews(before, after, o)
	r.checkBlocked(before, after)
	r.sqlResources(before, after)
	for _, p := range pairs(before.Map.Topics, after.Map.Topics, forComparison) {
		r.topic(p, o)
	}
	for _, p := range pairs(before.Map.TopicToTableSyncs, after.Map.TopicToTableSyncs, forComparison) {
		r.add(Change{Kind: Sync, ID: p.id, Name: p.id, Other: other(p.before, p.after)}, p.change)
	}
	for _, p := range pairs(before.Map.FunctionProcesses, after.Map.FunctionProcesses, forComparison) {
		r.add(Change{Kind: Function, ID: p.id, Name: p.id, Other: other(p.before, p.after)}, p.change)
	}
	for _, p := range pairs(before.Map.APIEndpoints, after.Map.APIEndpoints, forComparison) {
		r.add(Change{
			Kind: API, ID: p.id, Name: nameOf(p.before, p.after, func(e *inframap.APIEndpoint) string { return e.Name }),
			API: &Pair[inframap.APIEndpoint]{p.before, p.after},
		}, p.change)
	}
	for _, p := range pairs(before.Map.Workflows, after.Map.Workflows, forComparison) {
		r.add(Change{Kind: Workflow, ID: p.id, Name: p.id, Workflow: &Pair[inframap.Workflow]{p.before, p.after}}, p.change)
	}
	for _, p := range pairs(before.Map.WebApps, after.Map.WebApps, forComparison) {
		r.add(Change{Kind: WebApp, ID: p.id, Name: p.id, Other: other(p.before, p.after)}, p.change)
	}
	r.dictionaries(before, after, o)
	r.checkDictionaries(before, after)
	r.rowPolicies(before, after)
	return r
}

func (r *Result) add(c Change, found changeFound) {
	c.Action, c.Why = found.action, found.why
	r.Changes = append(r.Changes, c)
}

func (r *Result) block(c Change, format string, args ...any) {
	r.Blocked = append(r.Blocked, Blocked{Change: c, Reason: fmt.Sprintf(format, args...)})
}

func (r *Result) topic(p pairOf[inframap.Topic], o Options) {
	c := Change{
		Kind: Topic, ID: p.id, Name: nameOf(p.before, p.after, func(t *inframap.Topic) string { return t.Name }),
		Topic: &Pair[inframap.Topic]{p.before, p.after}, Action: p.change.action, Why: p.change.why,
	}
	life := inframap.FullyManaged
	switch {
	case p.after != nil:
		life = p.after.LifeCycle
	case p.before != nil:
		life = p.before.LifeCycle
	}
	switch {
	case o.IgnoreLifeCycle:
	case life.ProtectsFromChange():
		r.block(c, "topic %q is externally managed", c.Name)
		return
	case life.ProtectsFromDrop() && c.Action == Remove:
		r.block(c, "topic %q is protected from deletion", c.Name)
		return
	}
	r.Changes = append(r.Changes, c)
}

// named pairs the tables of both sides by database and name, so that neither a
// version nor a number in a name can hide that it is the same table.
func named(s Side) map[schema.Name]string {
	out := make(map[schema.Name]string, len(s.Tables))
	for _, id := range inframap.Keys(s.Tables) {
		out[s.Tables[id].Name] = id
	}
	return out
}

func (r *Result) tables(before, after Side, o Options) {
	idsBefore, idsAfter := named(before), named(after)
	renamed := tableRenames(before, after, o)
	for _, from := range renamed {
		delete(idsBefore, from)
	}
	var names []schema.Name
	for n := range idsBefore {
		names = append(names, n)
	}
	for n := range idsAfter {
		if _, ok := idsBefore[n]; !ok {
			names = append(names, n)
		}
	}
	old := named(before)
	slices.SortFunc(names, compareNames)
	for _, n := range names {
		idB, hasB := idsBefore[n]
		idA, hasA := idsAfter[n]
		from, hasOther := renamed[n]
		if hasOther {
			idB, hasB = old[from], true
		}
		switch {
		case o.IgnoresObject(n):
		case !hasB:
			r.addTable(idA, after, o)
		case !hasA:
			r.removeTable(idB, before, o)
		default:
			p := &tablePair{
				before: before.Map.Tables[idB], after: after.Map.Tables[idA],
				schemaBefore: before.Tables[idB], schemaAfter: after.Tables[idA], renamed: hasOther,
			}
			r.updateTable(idA, p, o)
		}
	}
	r.hintTables(before, after, o)
}

// hintTables marks the added tables that look like a removed one.
func (r *Result) hintTables(before, after Side, o Options) {
	changes := map[schema.Name]*Change{}
	gone, come := map[schema.Name]*schema.Table{}, map[schema.Name]*schema.Table{}
	for i := range r.Changes {
		switch c := &r.Changes[i]; {
		case c.Kind == Table && c.Action == Add:
			t := after.Tables[c.ID]
			come[t.Name], changes[t.Name] = t, c
		case c.Kind == Table && c.Action == Remove:
			t := before.Tables[c.ID]
			gone[t.Name] = t
		}
	}
	for to, from := range likelyTables(gone, come, o) {
		changes[to].RenameOf = from.Object
	}
}

func compareNames(a, b schema.Name) int {
	if a.Database != b.Database {
		if a.Database < b.Database {
			return -1
		}
		return 1
	}
	switch {
	case a.Object < b.Object:
		return -1
	case a.Object > b.Object:
		return 1
	}
	return 0
}

func (r *Result) addTable(id string, after Side, o Options) {
	t, s := after.Map.Tables[id], after.Tables[id]
	c := Change{Kind: Table, Action: Add, ID: id, Name: t.Name, Table: &TableChange{After: t}}
	if t.LifeCycle.ProtectsFromChange() && !o.IgnoreLifeCycle {
		r.block(c, "table %q is externally managed and does not exist; it is not created", t.Name)
		return
	}
	r.checkKeys(t.Name, s)
	r.Changes = append(r.Changes, c)
}

func (r *Result) removeTable(id string, before Side, o Options) {
	t := before.Map.Tables[id]
	c := Change{Kind: Table, Action: Remove, ID: id, Name: t.Name, Table: &TableChange{Before: t, Actual: before.Tables[id]}}
	if t.LifeCycle.ProtectsFromDrop() && !o.IgnoreLifeCycle {
		r.block(c, "table %q is %s; it is not dropped although the code no longer declares it", t.Name, lifeCycleText(t.LifeCycle))
		return
	}
	r.Changes = append(r.Changes, c)
}

func lifeCycleText(l inframap.LifeCycle) string {
	if l == inframap.ExternallyManaged {
		return "externally managed"
	}
	return "protected from deletion"
}

// checkKeys reports a primary key that ClickHouse would refuse: it must be a
// prefix of the sorting key (error 36 at CREATE, after the old table is gone).
func (r *Result) checkKeys(name string, s *schema.Table) {
	if !(inframap.Engine{Name: s.Engine.Name}).IsMergeTree() {
		return
	}
	if len(s.PrimaryKey) <= len(s.OrderBy) && slices.Equal(s.PrimaryKey, s.OrderBy[:len(s.PrimaryKey)]) {
		return
	}
	r.Invalid = append(r.Invalid, fmt.Sprintf(
		"table %q: the primary key (%s) must be the beginning of the sorting key (%s). Start orderByFields with the key columns, or take Key<> off the columns that should not be in the primary key",
		name, keyText(s.PrimaryKey), keyText(s.OrderBy)))
}

func (r *Result) updateTable(id string, p *tablePair, o Options) {
	if attr := compareReplica(p); attr != nil && !o.IgnoreLifeCycle {
		r.block(Change{
			Kind: Table, Action: Update, ID: id, Name: p.after.Name, Why: []Attribute{*attr},
			Table: &TableChange{Before: p.before, After: p.after, Actual: p.schemaBefore},
		}, "table %q: ClickHouse cannot change the Keeper path or the replica name of a table; it stays as it is (%s)", p.after.Name, attr.Before)
	}
	c := compareTable(p, o)
	if c == nil {
		return
	}
	c.ID = id
	life := p.after.LifeCycle
	switch {
	case o.IgnoreLifeCycle:
	case life.ProtectsFromChange():
		r.block(*c, "table %q is externally managed; it is not changed", c.Name)
		return
	case life.ProtectsFromDrop() && c.Action == Recreate:
		r.block(*c, "table %q is protected from deletion, and %s cannot change in place", c.Name, forcedNames(c))
		return
	case life.ProtectsFromDrop():
		c = r.withoutDrops(c)
	}
	r.checkKeys(c.Name, p.schemaAfter)
	r.checkFlattened(p)
	r.checkReset(c)
	if c.Action == Update && len(c.Table.KeyTypes) > 0 {
		r.Invalid = append(r.Invalid, fmt.Sprintf(
			"table %q: ClickHouse cannot change the type of a column that belongs to a key: %s. Keep the type, or make a new table beside it and copy the rows",
			c.Name, strings.Join(c.Table.KeyTypes, ", ")))
	}
	if len(c.Why) > 0 {
		r.Changes = append(r.Changes, *c)
	}
}

func forcedNames(c *Change) string {
	text := ""
	for i, a := range c.Forced {
		if i > 0 {
			text += ", "
		}
		text += a.Name
	}
	return text
}

// withoutDrops moves the dropped columns of a protected table to the blocked list.
func (r *Result) withoutDrops(c *Change) *Change {
	kept := *c
	table := *c.Table
	kept.Table, kept.Why, table.Columns = &table, nil, nil
	held := kept
	heldTable := table
	for _, col := range c.Table.Columns {
		if col.Action == Remove && col.RenamedTo == "" {
			heldTable.Columns = append(heldTable.Columns, col)
			held.Why = append(held.Why, columnAttribute(c.Table.Actual, nil, col))
		} else {
			table.Columns = append(table.Columns, col)
		}
	}
	if len(held.Why) == 0 {
		return c
	}
	for _, w := range c.Why {
		if !slices.Contains(held.Why, w) {
			kept.Why = append(kept.Why, w)
		}
	}
	held.Table = &heldTable
	r.block(held, "table %q is protected from deletion; %d column(s) stay", c.Name, len(held.Why))
	return &kept
}

// SortNames sorts by database and then by object.
func SortNames(names []schema.Name) { slices.SortFunc(names, compareNames) }

// checkFlattened reports a Nested column that the table has as one array a member
// (flatten_nested = 1 when it was made): the two forms cannot be changed into each other.
func (r *Result) checkFlattened(p *tablePair) {
	for _, c := range p.schemaAfter.Columns {
		if !strings.HasPrefix(c.Type, "Nested(") || p.schemaBefore.Column(c.Name) != nil {
			continue
		}
		for _, old := range p.schemaBefore.Columns {
			if strings.HasPrefix(old.Name, c.Name+".") {
				r.Invalid = append(r.Invalid, fmt.Sprintf(
					"table %q: column %q is declared as Nested, and the table has it flattened (%s, …); ClickHouse cannot change one into the other. Make a new table and copy the rows",
					p.after.Name, c.Name, old.Name))
				break
			}
		}
	}
}
