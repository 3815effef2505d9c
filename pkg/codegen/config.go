package codegen

import (
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// syntax is how a language writes values.
type syntax struct {
	text     func(string) string
	variable string // the function that reads a variable of the environment when a plan is applied
	// object writes members that are written already; key writes their names.
	object func(members []string) string
	key    func(name string) string
	camel  bool
}

// member is a named argument or a member of an object.
type member struct {
	name  string
	value string
}

func (s syntax) member(m member) string { return s.key(m.name) + m.value }

func (s syntax) list(values []string) string { return "[" + strings.Join(values, ", ") + "]" }

func (s syntax) texts(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = s.text(v)
	}
	return s.list(quoted)
}

// secret writes a text or, for the stand-in of one, what reads it from the environment.
func (s syntax) secret(value string, w *writer) string {
	if name, ok := strings.CutPrefix(value, inframap.RuntimeEnvPrefix); ok {
		return w.use(s.variable) + ".get(" + s.text(name) + ")"
	}
	return s.text(value)
}

// spell gives a name of Moose in the spelling of the language: order_by_fields or orderByFields.
func (s syntax) spell(name string) string {
	if !s.camel {
		return name
	}
	words := strings.Split(name, "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}

// engineMembers are the arguments of an engine.
func (s syntax) engineMembers(e inframap.Engine, w *writer) []member {
	params, _ := inframap.EngineParams(e.Name)
	var out []member
	for _, p := range params {
		if !e.Has(p.Name) {
			continue
		}
		name := p.Name
		if name == "version" {
			name = "ver" // as moose-lib calls it
		}
		m := member{name: s.spell(name)}
		switch p.Kind {
		case inframap.IntParam:
			m.value = string(e.Params[p.Name])
		case inframap.ListParam:
			m.value = s.texts(e.Strings(p.Name))
		default:
			m.value = s.secret(e.String(p.Name), w)
		}
		out = append(out, m)
	}
	return out
}

// tableMembers is the configuration of a table apart from its engine.
func (s syntax) tableMembers(t *inframap.Table, w *writer) []member {
	var out []member
	add := func(name, value string) { out = append(out, member{s.spell(name), value}) }
	optional := func(name string, value *string) {
		if text(value) != "" {
			add(name, s.text(*value))
		}
	}
	switch {
	case t.OrderBy.IsExpression:
		add("order_by_expression", s.text(t.OrderBy.Expression))
	case !t.OrderBy.Empty():
		add("order_by_fields", s.texts(t.OrderBy.Columns))
	}
	optional("partition_by", t.PartitionBy)
	optional("sample_by_expression", t.SampleBy)
	optional("primary_key_expression", t.PrimaryKeyExpression)
	optional("ttl", t.TTL)
	optional("database", t.Database)
	optional("cluster", t.ClusterName)
	if _, version := declaredName(t); version != "" {
		add("version", s.text(version))
	}
	if t.LifeCycle != "" && t.LifeCycle != inframap.FullyManaged {
		add("life_cycle", w.use("LifeCycle")+"."+string(t.LifeCycle))
	}
	if !s.camel && t.Metadata != nil && text(t.Metadata.Description) != "" { // tables have none in TypeScript
		add("metadata", s.settings(map[string]string{"description": *t.Metadata.Description}, w))
	}
	if len(t.TableSettings) > 0 {
		add("settings", s.settings(t.TableSettings, w))
	}
	return append(out, s.lists(t)...)
}

func (s syntax) settings(settings map[string]string, w *writer) string {
	var members []string
	for _, name := range inframap.Keys(settings) {
		members = append(members, s.text(name)+": "+s.secret(settings[name], w))
	}
	return "{ " + strings.Join(members, ", ") + " }"
}

// lists are the parts of a table that have names of their own.
func (s syntax) lists(t *inframap.Table) []member {
	var out []member
	add := func(name string, objects []string) {
		if len(objects) > 0 {
			out = append(out, member{s.spell(name), s.list(objects)})
		}
	}
	object := func(class string, members ...member) string {
		written := make([]string, len(members))
		for i, m := range members {
			written[i] = s.member(m)
		}
		return s.class(class) + s.object(written)
	}
	var indexes, projections, checks []string
	for _, i := range t.Indexes {
		indexes = append(indexes, object("TableIndex", member{"name", s.text(i.Name)}, member{"expression", s.text(i.Expression)},
			member{"type", s.text(i.Type)}, member{"arguments", s.texts(i.Arguments)}, member{"granularity", strconv.FormatUint(i.Granularity, 10)}))
	}
	for _, p := range t.Projections {
		projections = append(projections, object("TableProjection", member{"name", s.text(p.Name)}, member{"body", s.text(p.Body)}))
	}
	for _, c := range t.Constraints {
		checks = append(checks, object("TableConstraint", member{"name", s.text(c.Name)}, member{"expression", s.text(c.Expression)}, member{"type", s.text(c.Type)}))
	}
	add("indexes", indexes)
	add("projections", projections)
	add("constraints", checks)
	if f := t.SeedFilter; f != nil {
		var members []member
		if f.Limit != nil {
			members = append(members, member{"limit", strconv.FormatInt(*f.Limit, 10)})
		}
		if f.Where != nil {
			members = append(members, member{"where", s.text(*f.Where)})
		}
		if len(members) > 0 {
			out = append(out, member{s.spell("seed_filter"), object("SeedFilter", members...)})
		}
	}
	return out
}

// class is the class of an object in Python; TypeScript needs none.
func (s syntax) class(name string) string {
	if s.camel {
		return ""
	}
	return "OlapConfig." + name
}
