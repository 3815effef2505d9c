package statepb

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"google.golang.org/protobuf/proto"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

type object = map[string]jsontext.Value

// dictionary makes the JSON form of a dictionary: camelCase, except for the
// parameters of the layout.
func (d *decoder) dictionary(p *pb.OlapDictionary) jsontext.Value {
	out := members(p, camelCase, map[string]any{
		"primaryKey": p.GetPrimaryKey(),
		"columns": list(p.GetColumns(), func(c *pb.DictionaryColumn) map[string]any {
			return members(c, camelCase, map[string]any{})
		}),
		"layout":    members(p.GetLayout(), snakeCase, map[string]any{"type": enumName(p.GetLayout().GetType())}),
		"lifeCycle": enumName(p.GetLifeCycle()),
	})
	if s := source(p); s != nil {
		out["source"] = s
	}
	if l := lifetime(p.GetLifetime()); l != nil {
		out["lifetime"] = l
	}
	if len(p.GetSettings()) > 0 {
		out["settings"] = p.GetSettings()
	}
	if m := metadata(p.GetMetadata()); m != nil {
		out["metadata"] = m
	}
	return d.json(out)
}

func (e *encoder) dictionary(raw jsontext.Value) *pb.OlapDictionary {
	in := e.object("dictionary", raw)
	p := &pb.OlapDictionary{Layout: &pb.DictionaryLayout{}, Lifetime: &pb.DictionaryLifetime{}}
	e.setMembers(in, camelCase, p)
	e.optional("primary key", in["primaryKey"], &p.PrimaryKey)
	e.optional("settings", in["settings"], &p.Settings)
	var columns []object
	e.optional("columns", in["columns"], &columns)
	for _, c := range columns {
		column := &pb.DictionaryColumn{}
		e.setMembers(c, camelCase, column)
		p.Columns = append(p.Columns, column)
	}
	layout := e.object("layout", in["layout"])
	p.Layout.Type = enumValue[pb.DictionaryLayoutType](e, "layout", e.word(layout["type"], "FLAT"))
	e.setMembers(layout, snakeCase, p.Layout)
	p.LifeCycle = e.lifeCycle(inframap.LifeCycle(e.word(in["lifeCycle"], "")))
	var m *inframap.Metadata
	e.optional("metadata", in["metadata"], &m)
	p.Metadata = e.metadata(m)
	e.setSource(p, e.object("source", in["source"]))
	e.setLifetime(p.Lifetime, e.object("lifetime", in["lifetime"]))
	return p
}

func lifetime(p *pb.DictionaryLifetime) map[string]any {
	switch l := p.GetLifetime().(type) {
	case *pb.DictionaryLifetime_Static:
		return map[string]any{"type": "STATIC"}
	case *pb.DictionaryLifetime_Single:
		return map[string]any{"type": "SINGLE", "seconds": l.Single}
	case *pb.DictionaryLifetime_Range:
		return members(l.Range, camelCase, map[string]any{"type": "RANGE"})
	}
	return nil
}

func (e *encoder) setLifetime(p *pb.DictionaryLifetime, in object) {
	switch kind := e.word(in["type"], ""); kind {
	case "":
	case "STATIC":
		p.Lifetime = &pb.DictionaryLifetime_Static{Static: true}
	case "SINGLE":
		l := &pb.DictionaryLifetime_Single{}
		e.optional("lifetime", in["seconds"], &l.Single)
		p.Lifetime = l
	case "RANGE":
		r := &pb.DictionaryLifetimeRange{}
		e.setMembers(in, camelCase, r)
		p.Lifetime = &pb.DictionaryLifetime_Range{Range: r}
	default:
		e.fail("the stored state cannot hold the lifetime %q", kind)
	}
}

func source(p *pb.OlapDictionary) map[string]any {
	switch s := p.GetSource().(type) {
	case *pb.OlapDictionary_Table:
		return members(s.Table, camelCase, map[string]any{"type": "TABLE"})
	case *pb.OlapDictionary_Query:
		return members(s.Query, camelCase, map[string]any{"type": "QUERY"})
	case *pb.OlapDictionary_External:
		out := map[string]any{"type": "EXTERNAL"}
		r := s.External.ProtoReflect()
		if f := r.WhichOneof(r.Descriptor().Oneofs().Get(0)); f != nil {
			inner := map[string]any{"source_type": strings.ToUpper(f.TextName())}
			out["externalSource"] = members(r.Get(f).Message().Interface(), camelCase, inner)
		}
		return out
	}
	return nil
}

func (e *encoder) setSource(p *pb.OlapDictionary, in object) {
	var m proto.Message
	switch kind := e.word(in["type"], ""); kind {
	case "":
		return
	case "TABLE":
		s := &pb.OlapDictionary_Table{Table: &pb.DictionaryTableSource{}}
		p.Source, m = s, s.Table
	case "QUERY":
		s := &pb.OlapDictionary_Query{Query: &pb.DictionaryQuerySource{}}
		p.Source, m = s, s.Query
	case "EXTERNAL":
		s := &pb.OlapDictionary_External{External: &pb.DictionaryExternalSource{}}
		p.Source = s
		e.setExternal(s.External, e.object("external source", in["externalSource"]))
		return
	default:
		e.fail("the stored state cannot hold the dictionary source %q", kind)
		return
	}
	e.setMembers(in, camelCase, m)
}

func (e *encoder) setExternal(p *pb.DictionaryExternalSource, in object) {
	kind := e.word(in["source_type"], "")
	if kind == "" {
		return
	}
	r := p.ProtoReflect()
	fields := r.Descriptor().Fields()
	for i := range fields.Len() {
		if f := fields.Get(i); strings.ToUpper(f.TextName()) == kind {
			e.setMembers(in, camelCase, r.Mutable(f).Message().Interface())
			return
		}
	}
	e.fail("the stored state cannot hold the dictionary source %q", kind)
}

// object reads a JSON object; absent and null are empty.
func (e *encoder) object(what string, raw jsontext.Value) object {
	var out object
	e.optional(what, raw, &out)
	return out
}

func (e *encoder) optional(what string, raw jsontext.Value, v any) {
	if raw != nil && raw.Kind() != 'n' {
		e.parse(what, raw, v)
	}
}

// word reads a string, def when it is absent.
func (e *encoder) word(raw jsontext.Value, def string) string {
	e.optional("type", raw, &def)
	return def
}
