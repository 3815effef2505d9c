package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// dictionaries compares the dictionaries of both sides, paired by database and name.
func (r *Result) dictionaries(before, after Side, o Options) {
	idsBefore, idsAfter := dictionaryIDs(before), dictionaryIDs(after)
	for _, n := range unionNames(idsBefore, idsAfter) {
		idB, hasB := idsBefore[n]
		idA, hasA := idsAfter[n]
		c := Change{Kind: Dictionary, Name: n.Object, Dictionary: &Pair[inframap.Dictionary]{}}
		var err error
		if hasB {
			c.ID = idB
			c.Dictionary.Before, err = inframap.DecodeDictionary(idB, before.Map.Dictionaries[idB])
		}
		if hasA && err == nil {
			c.ID = idA
			c.Dictionary.After, err = inframap.DecodeDictionary(idA, after.Map.Dictionaries[idA])
		}
		switch {
		case err != nil:
			r.Invalid = append(r.Invalid, err.Error())
			continue
		case !hasB:
			c.Action = Add
		case !hasA:
			c.Action = Remove
		default:
			c.Action, c.Why = Update, CompareDictionaries(before.Dictionaries[idB], after.Dictionaries[idA])
			if len(c.Why) == 0 {
				continue
			}
		}
		r.dictionary(c, o)
	}
}

// dictionary adds a change unless the life cycle of the dictionary forbids it.
func (r *Result) dictionary(c Change, o Options) {
	shown := c.Dictionary.After
	if shown == nil {
		shown = c.Dictionary.Before
	}
	if !o.IgnoreLifeCycle {
		switch life := shown.LifeCycle; {
		case life.ProtectsFromChange() && c.Action == Add:
			r.block(c, "dictionary %q is externally managed and does not exist; it is not created", c.Name)
			return
		case life.ProtectsFromChange():
			r.block(c, "dictionary %q is externally managed; it is not changed", c.Name)
			return
		case life.ProtectsFromDrop() && c.Action == Remove:
			r.block(c, "dictionary %q is protected from deletion; it is not dropped although the code no longer declares it", c.Name)
			return
		}
	}
	if c.Action != Remove {
		r.checkDictionary(c.Dictionary.After)
	}
	r.Changes = append(r.Changes, c)
}

// checkDictionary reports what ClickHouse would refuse when the plan is half done.
func (r *Result) checkDictionary(d *inframap.Dictionary) {
	var kind string
	if raw, ok := d.Source.External["source_type"]; ok {
		kind = strings.Trim(string(raw), `"`)
	}
	switch {
	case d.Definition != nil:
	case kind == "S3":
		r.Invalid = append(r.Invalid, fmt.Sprintf("dictionary %q: ClickHouse has no dictionary source S3. Read the file in a query: sourceQuery with SELECT … FROM s3(…)", d.Name))
	case strings.HasSuffix(d.Layout.Type, "RANGE_HASHED"):
		r.Invalid = append(r.Invalid, fmt.Sprintf("dictionary %q: the layout %s needs the columns of a range, which cannot be declared. Create it with a SQL resource", d.Name, d.Layout.Type))
	}
}

func dictionaryIDs(s Side) map[schema.Name]string {
	out := make(map[schema.Name]string, len(s.Dictionaries))
	for _, id := range inframap.Keys(s.Dictionaries) {
		out[s.Dictionaries[id].Name] = id
	}
	return out
}

func unionNames(a, b map[schema.Name]string) []schema.Name {
	var out []schema.Name
	for n := range a {
		out = append(out, n)
	}
	for n := range b {
		if _, ok := a[n]; !ok {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, compareNames)
	return out
}

// CompareDictionaries lists what differs between two dictionaries in canonical form.
// Credentials are hidden on both sides, so one that changed cannot be seen.
func CompareDictionaries(before, after *schema.Dictionary) []Attribute {
	var why []Attribute
	add := func(name, b, a string) {
		if !secretsql.Same(b, a) {
			why = append(why, Attribute{name, secretsql.Mask(b), secretsql.Mask(a)})
		}
	}
	add("primary key", strings.Join(before.PrimaryKey, ", "), strings.Join(after.PrimaryKey, ", "))
	why = append(why, compareAttributes(before, after)...)
	compareCall("source", before.Source, after.Source, add)
	compareCall("layout", before.Layout, after.Layout, add)
	add("lifetime", before.Lifetime, after.Lifetime)
	add("range", before.Range, after.Range)
	for _, k := range inframap.Keys(union(before.Settings, after.Settings)) {
		add("setting "+k, before.Settings[k], after.Settings[k])
	}
	add("comment", before.Comment, after.Comment)
	return why
}

func compareCall(what string, before, after schema.Call, add func(name, b, a string)) {
	if before.Name != after.Name {
		add(what, callText(before), callText(after))
		return
	}
	for _, k := range inframap.Keys(union(before.Args, after.Args)) {
		b, a := before.Args[k], after.Args[k]
		if k == "QUERY" || k == "INVALIDATE_QUERY" || k == "WHERE" {
			add(what+" "+k, b, a)
			continue
		}
		// Quoted, so that a hidden part of a text is compared as part of a literal.
		if b != a && !secretsql.Same(sqltext.String(b), sqltext.String(a)) {
			add(what+" "+k, b, a)
		}
	}
}

// callText is NAME(KEY 'value', …).
func callText(c schema.Call) string {
	var args []string
	for _, k := range inframap.Keys(c.Args) {
		args = append(args, k+" "+sqltext.String(c.Args[k]))
	}
	return c.Name + "(" + strings.Join(args, " ") + ")"
}

func compareAttributes(before, after *schema.Dictionary) []Attribute {
	var why []Attribute
	var orderBefore, orderAfter []string
	for i := range before.Attributes {
		b := &before.Attributes[i]
		if after.Attribute(b.Name) == nil {
			why = append(why, Attribute{"attribute " + b.Name, attributeText(b), ""})
		} else {
			orderBefore = append(orderBefore, b.Name)
		}
	}
	for i := range after.Attributes {
		a := &after.Attributes[i]
		b := before.Attribute(a.Name)
		if b == nil {
			why = append(why, Attribute{"attribute " + a.Name, "", attributeText(a)})
			continue
		}
		orderAfter = append(orderAfter, a.Name)
		for _, p := range []struct{ name, b, a string }{
			{"type", b.Type, a.Type}, {"default", b.Default, a.Default}, {"expression", b.Expression, a.Expression}, {"flags", b.Flags, a.Flags},
		} {
			if p.b != p.a {
				why = append(why, Attribute{"attribute " + a.Name + ": " + p.name, p.b, p.a})
			}
		}
	}
	// A query fills the attributes by position.
	if b, a := strings.Join(orderBefore, ", "), strings.Join(orderAfter, ", "); b != a {
		why = append(why, Attribute{"order of attributes", b, a})
	}
	return why
}

func attributeText(a *schema.DictionaryAttribute) string {
	text := a.Type
	if a.Default != "" {
		text += " DEFAULT " + a.Default
	}
	if a.Expression != "" {
		text += " EXPRESSION " + a.Expression
	}
	if a.Flags != "" {
		text += " " + a.Flags
	}
	return text
}
