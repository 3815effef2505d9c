package partial

import (
	"maps"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

func (c *converter) table(o *object) {
	name := o.required("name")
	version := o.text("version")
	t := &inframap.Table{
		Name:                 inframap.TableName(name, version),
		Version:              version,
		Columns:              o.columns("columns"),
		OrderBy:              o.orderBy(),
		PartitionBy:          o.text("partitionBy"),
		SampleBy:             o.text("sampleByExpression"),
		PrimaryKeyExpression: o.text("primaryKeyExpression"),
		Engine:               o.engine(),
		SourcePrimitive:      inframap.Primitive{Name: name, Type: "DataModel"},
		Metadata:             c.metadata(o),
		LifeCycle:            o.lifeCycle(),
		TableSettings:        o.settings(),
		Indexes:              o.indexes(),
		Projections:          o.projections(),
		Constraints:          o.constraints(),
		TTL:                  o.text("ttl"),
		Database:             o.text("database"),
		ClusterName:          o.text("cluster"),
		SeedFilter:           o.seedFilter(),
	}
	t.Extra = o.rest()
	if t.Engine.IsMergeTree() {
		settings := maps.Clone(inframap.DefaultMergeTreeSettings)
		maps.Copy(settings, t.TableSettings)
		t.TableSettings = settings
	}
	if t.Engine.String("source_database") == "currentDatabase()" {
		o.set(&t.Engine, "source_database", c.m.DefaultDatabase)
	}
	Rehash(t)
	t.Canonicalize()
	c.addTable(o, t)
}

// addTable also refuses two declarations of one physical table: Events in
// version 1.2 and a table named Events_1_2 have different ids but the same name
// in ClickHouse.
func (c *converter) addTable(o *object, t *inframap.Table) {
	if t.Name == "" {
		return
	}
	physical := t.DatabaseOr(c.m.DefaultDatabase) + "." + t.Name
	if other, taken := c.physical[physical]; taken {
		o.fail(o.where, "is the ClickHouse table "+physical+", which "+other+" is already; rename one of them")
		return
	}
	c.physical[physical] = o.where
	own(c.problems, c.m.Tables, o.where, t.ID(c.m.DefaultDatabase), t)
}

// Rehash sets both fingerprints of a table from its engine and settings as they are.
func Rehash(t *inframap.Table) {
	hash := t.Engine.Hash()
	t.EngineParamsHash = &hash
	t.TableSettingsHash = inframap.SettingsHash(t.TableSettings)
}

func (o *object) lifeCycle() inframap.LifeCycle {
	l := inframap.LifeCycle(o.textOr("lifeCycle", string(inframap.FullyManaged)))
	switch l {
	case inframap.FullyManaged, inframap.DeletionProtected, inframap.ExternallyManaged:
	default:
		o.fail(o.where, "lifeCycle "+quote(string(l))+" is none of FULLY_MANAGED, DELETION_PROTECTED, EXTERNALLY_MANAGED")
	}
	return l
}

func (o *object) orderBy() inframap.OrderBy {
	var by inframap.OrderBy
	if raw := o.take("orderBy"); raw != nil {
		if err := json.Unmarshal(raw, &by); err != nil {
			o.fail(o.where, "orderBy must be a list of columns or an expression")
		}
	}
	if by.IsExpression && by.Expression == "" {
		return inframap.OrderBy{}
	}
	return by
}

// settings is nil when there are none. The libraries write every value as text;
// numbers and booleans are accepted as well.
func (o *object) settings() map[string]string {
	var raws map[string]jsontext.Value
	if !o.decode("tableSettings", "an object", &raws) || len(raws) == 0 {
		return nil
	}
	out := make(map[string]string, len(raws))
	for _, k := range inframap.Keys(raws) {
		switch raws[k].Kind() {
		case '"':
			var s string
			_ = json.Unmarshal(raws[k], &s)
			out[k] = s
		case '0', 't', 'f':
			out[k] = string(raws[k])
		case 'n':
		default:
			o.fail(o.where, "the setting "+quote(k)+" must be a text")
		}
	}
	return out
}

func (o *object) indexes() []inframap.Index {
	out := []inframap.Index{}
	for _, i := range o.objects("indexes") {
		index := inframap.Index{
			Name: i.required("name"), Expression: i.required("expression"), Type: i.required("type"),
			Arguments: i.texts("arguments"), Granularity: i.count("granularity", 1),
		}
		index.Extra = i.rest()
		out = append(out, index)
	}
	return out
}

func (o *object) projections() []inframap.Projection {
	out := []inframap.Projection{}
	for _, p := range o.objects("projections") {
		projection := inframap.Projection{Name: p.required("name"), Body: p.required("body")}
		projection.Extra = p.rest()
		out = append(out, projection)
	}
	return out
}

// constraints are named constraint_type by older TypeScript libraries and type by
// the others; the full map has type.
func (o *object) constraints() []inframap.Constraint {
	out := []inframap.Constraint{}
	for _, c := range o.objects("constraints") {
		kind := c.text("constraintType")
		if alias := c.text("type"); kind == nil {
			kind = alias
		}
		constraint := inframap.Constraint{Name: c.required("name"), Expression: c.required("expression")}
		switch {
		case kind == nil || *kind != "CHECK" && *kind != "ASSUME":
			o.fail(c.where, "the type of a constraint is CHECK or ASSUME")
		default:
			constraint.Type = *kind
		}
		constraint.Extra = c.rest()
		out = append(out, constraint)
	}
	return out
}

func (o *object) seedFilter() *inframap.SeedFilter {
	s := o.child("seedFilter")
	if s == nil {
		return nil
	}
	f := &inframap.SeedFilter{Where: s.text("where")}
	var limit int64
	if s.decode("limit", "a whole number", &limit) {
		f.Limit = &limit
	}
	f.Extra = s.rest()
	if f.Limit == nil && f.Where == nil {
		return nil
	}
	return f
}
