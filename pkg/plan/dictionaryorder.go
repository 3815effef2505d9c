package plan

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// dictionaryKey is the key of a dictionary's node.
func dictionaryKey(id string) string { return "dictionary " + id }

// dictionary notes a changed dictionary. Where it stands is decided when everything
// that is dropped is known.
func (m *maker) dictionary(c *diff.Change) {
	switch d := c.Dictionary; c.Action {
	case diff.Add:
		m.makeDictionary(c.ID, &CreateDictionaryOp{OfDictionary: OfDictionary{d.After}})
	case diff.Remove:
		m.dropDictionary(c.ID, d.Before)
	default:
		m.makeDictionary(c.ID, &ReplaceDictionaryOp{OfDictionary: OfDictionary{d.After}})
	}
}

func (m *maker) makeDictionary(id string, op Operation) {
	m.addNode(&m.makeDictionaries, dictionaryKey(id), op, m.dictionarySources(m.after, m.after.Dictionaries[id]))
}

func (m *maker) dropDictionary(id string, d *inframap.Dictionary) {
	dropped := *d
	dropped.Definition = nil
	m.addNode(&m.dropDictionaries, dictionaryKey(id), &DropDictionaryOp{OfDictionary: OfDictionary{&dropped}}, m.dictionarySources(m.before, m.before.Dictionaries[id]))
}

// dictionarySources are the tables, views and dictionaries that a dictionary reads.
func (m *maker) dictionarySources(side diff.Side, d *schema.Dictionary) []schema.Name {
	if d == nil {
		return nil
	}
	query := d.Source.Args["QUERY"]
	sources := append(diff.Names(query, side.Map.DefaultDatabase, m.known), diff.DictionaryNames(query, side.Map.DefaultDatabase, m.known)...)
	if d.Reads != nil {
		sources = append(sources, *d.Reads)
	}
	return sources
}

// rebuildDictionaries drops and makes again every dictionary whose table or view is
// dropped: ClickHouse keeps what a dictionary reads (error 630).
func (m *maker) rebuildDictionaries() {
	ids := map[schema.Name]string{}
	for id, d := range m.after.Dictionaries {
		ids[d.Name] = id
	}
	for again := true; again; {
		again = false
		gone := namesOf(m.dropTables, m.dropViews, m.dropDictionaries)
		for _, id := range inframap.Keys(m.before.Dictionaries) {
			was := m.before.Dictionaries[id]
			now, stays := ids[was.Name]
			if _, dropped := m.dropDictionaries[dictionaryKey(id)]; dropped || !stays || was.Reads == nil || !gone[*was.Reads] {
				continue
			}
			before, errBefore := inframap.DecodeDictionary(id, m.before.Map.Dictionaries[id])
			after, errAfter := inframap.DecodeDictionary(now, m.after.Map.Dictionaries[now])
			if errBefore != nil || errAfter != nil {
				continue
			}
			m.dropDictionary(id, before)
			m.makeDictionary(now, &CreateDictionaryOp{OfDictionary: OfDictionary{after}})
			again = true
		}
	}
}

func namesOf(phases ...map[string]node) map[schema.Name]bool {
	out := map[schema.Name]bool{}
	for _, phase := range phases {
		for _, n := range phase {
			out[n.name] = true
		}
	}
	return out
}

// placeDictionaries moves the dictionaries that cannot stand in a phase of their
// own: beside the views that they read, and beside the tables whose defaults ask them.
func (m *maker) placeDictionaries() {
	for key, n := range m.makeTables {
		m.makeTables[key] = m.withAsked(n, m.after.Tables[key])
	}
	for key, n := range m.dropTables {
		m.dropTables[key] = m.withAsked(n, m.before.Tables[key])
	}
	move(m.dropDictionaries, &m.dropViews, func(n node) bool { return reads(n, m.dropViews) })
	move(m.dropDictionaries, &m.dropTables, func(node) bool { return true })
	move(m.makeDictionaries, &m.makeViews, func(n node) bool { return reads(n, m.makeViews) })
	move(m.makeDictionaries, &m.makeTables, func(n node) bool { return readBy(n, m.makeTables) })
}

// withAsked adds the dictionaries that the defaults of a table ask to its sources.
func (m *maker) withAsked(n node, t *schema.Table) node {
	n.sources = append(n.sources[:len(n.sources):len(n.sources)], m.askedBy(t)...)
	return n
}

func (m *maker) askedBy(t *schema.Table) []schema.Name {
	if t == nil {
		return nil
	}
	var out []schema.Name
	for _, c := range t.Columns {
		if strings.Contains(c.DefaultExpr, "dict") {
			out = append(out, diff.DictionaryNames(c.DefaultExpr, m.after.Map.DefaultDatabase, m.known)...)
		}
	}
	return out
}

// move puts the nodes that fit into another phase, and then those that fit because of them.
func move(from map[string]node, to *map[string]node, fits func(node) bool) {
	for again := true; again; {
		again = false
		for key, n := range from {
			if !fits(n) {
				continue
			}
			if *to == nil {
				*to = map[string]node{}
			}
			(*to)[key] = n
			delete(from, key)
			again = true
		}
	}
}

func reads(n node, phase map[string]node) bool {
	names := namesOf(phase)
	for _, s := range n.sources {
		if names[s] {
			return true
		}
	}
	return false
}

func readBy(n node, phase map[string]node) bool {
	for _, other := range phase {
		for _, s := range other.sources {
			if s == n.name {
				return true
			}
		}
	}
	return false
}

// retypedAttributes are the attributes of a changed dictionary whose type changes,
// or that come or go.
func retypedAttributes(c *diff.Change) map[string]bool {
	out := map[string]bool{}
	for _, w := range c.Why {
		if name, ok := strings.CutPrefix(w.Name, "attribute "); ok {
			if attribute, isType := strings.CutSuffix(name, ": type"); isType {
				out[attribute] = true
			} else if !strings.Contains(name, ": ") {
				out["*"] = true
			}
		}
	}
	return out
}

// rowPolicy drops a policy as it was and makes it as it should be: no statement
// changes what Moose makes in one.
func (m *maker) rowPolicy(c *diff.Change) {
	if c.RowPolicy.Before != nil {
		m.dropPolicies = append(m.dropPolicies, &DropRowPolicyOp{OfPolicy: OfPolicy{c.RowPolicy.Before}})
	}
	if c.RowPolicy.After != nil {
		m.makePolicies = append(m.makePolicies, &CreateRowPolicyOp{OfPolicy: OfPolicy{c.RowPolicy.After}})
	}
}
