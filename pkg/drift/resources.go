package drift

import (
	"fmt"
	"maps"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// verdict is what became of the objects that a SQL resource makes.
type verdict struct {
	// checked: every effect can be looked up; exact: the definitions, too.
	checked, exact bool
	objects, gone  int
	// differs are the differences, made → actual; tables those of them that are tables.
	differs []diff.Attribute
	tables  []string
}

func (v verdict) same() bool { return v.objects > 0 && len(v.differs) == 0 }

// resources compares what SQL resources make with what the server has. Without
// objects that can be looked up the record decides.
func (r *objects) resources() {
	side := &r.st.Side
	side.Map.SQLResources = maps.Clone(r.in.Recorded.SQLResources)
	if side.Map.SQLResources == nil {
		side.Map.SQLResources = map[string]*inframap.SQLResource{}
	}
	side.Differs = map[string][]diff.Attribute{}
	recordedLoose, desiredLoose := loose(r.in.RecordedForm.SQLResources), loose(r.in.DesiredForm.SQLResources)
	r.own(r.in.RecordedForm.SQLResources)
	r.own(r.in.DesiredForm.SQLResources)
	for _, name := range inframap.Keys(r.in.Recorded.SQLResources) {
		was := r.judge(r.in.RecordedForm.SQLResources[name], recordedLoose)
		if len(was.differs) > 0 {
			action := diff.Update
			if was.gone == was.objects {
				action = diff.Remove
			}
			r.drifted(diff.Change{Kind: diff.SQLResource, Action: action, ID: name, Name: name, Why: was.differs})
		}
		desired, declared := r.in.Desired.SQLResources[name]
		want := r.judge(r.in.DesiredForm.SQLResources[name], desiredLoose)
		switch {
		case declared && want.checked && want.exact && want.same():
			side.Map.SQLResources[name] = secretsql.Resource(desired)
		case was.objects > 0 && was.gone == was.objects:
			delete(side.Map.SQLResources, name)
		case declared && len(was.differs) > 0:
			side.Differs[name] = reversed(was.differs)
		}
	}
	for _, name := range inframap.Keys(r.in.Desired.SQLResources) {
		if r.in.Recorded.SQLResources[name] == nil {
			r.adoptResource(name, r.judge(r.in.DesiredForm.SQLResources[name], desiredLoose))
		}
	}
}

// adoptResource takes a resource that was never recorded for set up when everything
// it makes is there.
func (r *objects) adoptResource(name string, want verdict) {
	side := &r.st.Side
	switch {
	case !want.checked || want.gone > 0 || want.objects == 0:
	case len(want.tables) > 0:
		for _, table := range want.tables {
			r.st.Clashes = append(r.st.Clashes, fmt.Sprintf(
				"SQL resource %q makes the %s, and ClickHouse has another of that name, which no migration made; it is not dropped. Rename one of them, or declare the one that is there", name, table))
		}
	default:
		side.Map.SQLResources[name] = secretsql.Resource(r.in.Desired.SQLResources[name])
		for _, o := range r.in.DesiredForm.SQLResources[name].Objects {
			r.st.Adopted = append(r.st.Adopted, o.Name)
		}
		if len(want.differs) > 0 {
			side.Differs[name] = reversed(want.differs)
		}
	}
}

// own marks the tables and views that SQL resources make.
func (r *objects) own(effects map[string]schema.SQLEffect) {
	for _, e := range effects {
		for _, o := range e.Objects {
			r.owned[o.Name] = true
		}
	}
}

// loose are the objects whose definition no single statement says: made by two
// resources, or changed after they were made.
func loose(effects map[string]schema.SQLEffect) map[schema.Name]bool {
	out, seen := map[schema.Name]bool{}, map[schema.Name]bool{}
	for _, e := range effects {
		for _, n := range e.Alters {
			out[n] = true
		}
		for _, o := range e.Objects {
			out[o.Name] = out[o.Name] || seen[o.Name]
			seen[o.Name] = true
		}
	}
	return out
}

func (r *objects) judge(effect schema.SQLEffect, loose map[schema.Name]bool) verdict {
	v := verdict{checked: !effect.Opaque, exact: true}
	for _, o := range effect.Objects {
		if o.Name.Database != "" && !r.catalog.Databases[o.Name.Database] || o.Kind == schema.PolicyObject && r.catalog.RowPolicies == nil ||
			o.Kind == schema.RoleObject && r.catalog.Roles == nil {
			v.checked = false
			continue
		}
		v.objects++
		why := diff.CompareSQLObject(o, r.catalog, r.in.Desired.DefaultDatabase, r.st.Side.Known, r.options)
		gone := len(why) == 1 && why[0].Before == "exists"
		if gone {
			v.gone++
		}
		if o.Kind == schema.RoleObject || o.Kind == schema.TableObject && o.Table == nil || loose[o.Name] || effect.Opaque {
			v.exact = false
		}
		if !gone && (loose[o.Name] || effect.Opaque) {
			continue
		}
		if !gone && len(why) > 0 && o.Kind == schema.TableObject {
			v.tables = append(v.tables, "table "+diff.SQLObjectName(o, r.in.Desired.DefaultDatabase))
		}
		v.differs = append(v.differs, why...)
	}
	return v
}

// reversed turns made → actual into actual → made.
func reversed(why []diff.Attribute) []diff.Attribute {
	out := make([]diff.Attribute, len(why))
	for i, a := range why {
		out[i] = diff.Attribute{Name: a.Name, Before: a.After, After: a.Before}
	}
	return out
}
