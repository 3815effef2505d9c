package partial

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// sqlObjects are views, materialized views, free SQL, dictionaries and row
// policies. Their keys are the serializer's own (a view in another database is
// "database::name"), except that a dictionary's is "database_name".
func (c *converter) sqlObjects(root *object) {
	root.named("materializedViews", "materialized view", func(key string, o *object) {
		c.m.MaterializedViews[key] = c.materializedView(o)
	})
	root.named("views", "view", func(key string, o *object) { c.m.Views[key] = c.view(o) })
	root.named("sqlResources", "SQL resource", func(key string, o *object) { c.m.SQLResources[key] = c.sqlResource(o) })
	root.named("olapDictionaries", "dictionary", func(_ string, o *object) { c.dictionary(o) })
	root.named("selectRowPolicies", "row policy", func(key string, o *object) { c.m.RowPolicies[key] = c.rawObject(o) })
}

// named walks a section whose keys are the keys of the full map.
func (o *object) named(section, kind string, each func(key string, o *object)) {
	var raws map[string]jsontext.Value
	o.decode(section, "an object", &raws)
	for _, key := range inframap.Keys(raws) {
		each(key, o.problems.object(kind+" "+key, raws[key]))
	}
}

// materializedView keeps the target's name as the serializer writes it: the
// declared name, without the suffix of a versioned table, as Moose does.
func (c *converter) materializedView(o *object) *inframap.MaterializedView {
	v := &inframap.MaterializedView{
		Name:           o.required("name"),
		Database:       o.text("database"),
		SelectSQL:      o.required("selectSql"),
		SourceTables:   o.texts("sourceTables"),
		TargetTable:    o.required("targetTable"),
		TargetDatabase: o.text("targetDatabase"),
		Metadata:       c.metadata(o),
		LifeCycle:      o.lifeCycle(),
	}
	v.Extra = o.rest()
	return v
}

func (c *converter) view(o *object) *inframap.View {
	v := &inframap.View{
		Name:         o.required("name"),
		Database:     o.text("database"),
		SelectSQL:    o.required("selectSql"),
		SourceTables: o.texts("sourceTables"),
		Metadata:     c.metadata(o),
	}
	v.Extra = o.rest()
	return v
}

func (c *converter) sqlResource(o *object) *inframap.SQLResource {
	r := &inframap.SQLResource{
		Name:          o.required("name"),
		Database:      o.text("database"),
		Setup:         o.texts("setup"),
		Teardown:      o.texts("teardown"),
		PullsDataFrom: o.signatures("pullsDataFrom"),
		PushesDataTo:  o.signatures("pushesDataTo"),
		SourceFile:    o.text("sourceFile"),
		SourceLine:    o.take("sourceLine"),
		SourceColumn:  o.take("sourceColumn"),
	}
	if r.SourceFile != nil {
		*r.SourceFile = c.opts.Path(*r.SourceFile)
	}
	o.take("metadata")
	r.Extra = o.rest()
	return r
}

// dictionary keeps the object without its nulls and with its defaults filled in.
func (c *converter) dictionary(o *object) {
	name := o.required("name")
	database := c.m.DefaultDatabase
	if d := o.text("database"); d != nil && *d != "" {
		database = *d
		o.members["database"] = o.raw(*d)
	}
	metadata, hasMetadata := c.rawMetadata(o)
	lifeCycle := o.lifeCycle()
	for key, v := range o.members {
		if o.members[key] = o.withoutNulls(v); v.Kind() == 'n' || key == "settings" && string(o.members[key]) == "{}" {
			delete(o.members, key)
		}
	}
	o.members["name"], o.members["lifeCycle"] = o.raw(name), o.raw(lifeCycle)
	if hasMetadata {
		o.members["metadata"] = metadata
	}
	own(c.problems, c.m.Dictionaries, o.where, database+"_"+name, o.raw(o.members))
}

// withoutNulls drops null members of objects at every level.
func (o *object) withoutNulls(raw jsontext.Value) jsontext.Value {
	switch raw.Kind() {
	case '{':
		var members map[string]jsontext.Value
		if err := json.Unmarshal(raw, &members); err != nil {
			o.fail(o.where, err.Error())
			return raw
		}
		for k, v := range members {
			if v.Kind() == 'n' {
				delete(members, k)
				continue
			}
			members[k] = o.withoutNulls(v)
		}
		return o.raw(members)
	case '[':
		var items []jsontext.Value
		if err := json.Unmarshal(raw, &items); err != nil {
			o.fail(o.where, err.Error())
			return raw
		}
		for i, v := range items {
			items[i] = o.withoutNulls(v)
		}
		return o.raw(items)
	}
	return raw
}

// rawObject keeps an object as it came, apart from the paths in its metadata.
func (c *converter) rawObject(o *object) jsontext.Value {
	if m, ok := c.rawMetadata(o); ok {
		o.members["metadata"] = m
	}
	return o.raw(o.members)
}
