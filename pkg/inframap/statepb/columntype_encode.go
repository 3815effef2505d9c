package statepb

import (
	"github.com/go-json-experiment/json"
	"google.golang.org/protobuf/proto"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

func (e *encoder) columnType(t inframap.ColumnType) *pb.ColumnType {
	e.enter("type")
	defer e.leave()
	if e.tooDeep() {
		return nil
	}
	switch {
	case t.Enum != nil:
		return &pb.ColumnType{T: &pb.ColumnType_Enum{Enum: e.enum(t.Enum)}}
	case t.Array != nil:
		p := &pb.ColumnType{T: &pb.ColumnType_Array{Array: e.columnType(t.Array.Element)}}
		if t.Array.ElementNullable {
			p.T = &pb.ColumnType_ArrayOfNullable{ArrayOfNullable: e.columnType(t.Array.Element)}
		}
		e.extend(p, t.Array.UnknownProto)
		return p
	case t.Nullable != nil:
		return &pb.ColumnType{T: &pb.ColumnType_Nullable{Nullable: e.columnType(*t.Nullable)}}
	case t.Tuple != nil:
		p := &pb.Tuple{}
		for _, f := range t.Tuple.Fields {
			p.Names, p.Types = append(p.Names, f.Name), append(p.Types, e.columnType(f.Type))
		}
		e.extend(p, t.Tuple.UnknownProto)
		return &pb.ColumnType{T: &pb.ColumnType_Tuple{Tuple: p}}
	case t.Map != nil:
		p := &pb.Map{KeyType: e.columnType(t.Map.Key), ValueType: e.columnType(t.Map.Value)}
		e.extend(p, t.Map.UnknownProto)
		return &pb.ColumnType{T: &pb.ColumnType_Map{Map: p}}
	case t.Nested != nil:
		p := &pb.Nested{Name: t.Nested.Name, Columns: e.columns(t.Nested.Columns), Jwt: t.Nested.JWT}
		e.extend(p, t.Nested.UnknownProto)
		return &pb.ColumnType{T: &pb.ColumnType_Nested{Nested: p}}
	case t.JSON != nil:
		return &pb.ColumnType{T: &pb.ColumnType_Json{Json: e.jsonType(t.JSON)}}
	case t.Unknown != nil:
		return e.foreign(t)
	}
	return simpleType(t.Simple)
}

func (e *encoder) foreign(t inframap.ColumnType) *pb.ColumnType {
	var kept foreignType
	p := &pb.ColumnType{}
	if json.Unmarshal(t.Unknown, &kept, json.RejectUnknownMembers(true)) == nil && kept.Proto != nil && proto.Unmarshal(kept.Proto, p) == nil {
		return p
	}
	return opaqueType(&pb.ColumnType{OpaqueJson: e.text("type", t.Unknown)})
}

func (e *encoder) enum(t *inframap.EnumType) *pb.DataEnum {
	out := &pb.DataEnum{Name: t.Name}
	for _, m := range t.Values {
		v := &pb.EnumMember{Name: m.Name, Value: &pb.EnumValue{}}
		switch {
		case m.Value.Int != nil:
			v.Value.Value = &pb.EnumValue_IntValue{IntValue: *m.Value.Int}
		case m.Value.String != nil:
			v.Value.Value = &pb.EnumValue_StringValue{StringValue: *m.Value.String}
		}
		e.extend(v, m.UnknownProto)
		out.Values = append(out.Values, v)
	}
	e.extend(out, t.UnknownProto)
	return out
}

func (e *encoder) jsonType(t *inframap.JSONType) *pb.Json {
	p := &pb.Json{
		MaxDynamicPaths: t.MaxDynamicPaths, MaxDynamicTypes: t.MaxDynamicTypes, SkipPaths: t.SkipPaths, SkipRegexps: t.SkipRegexps,
	}
	for _, f := range t.TypedPaths {
		p.TypedPaths = append(p.TypedPaths, &pb.JsonTypedPath{Path: f.Name, Type: e.columnType(f.Type)})
	}
	e.extend(p, t.UnknownProto)
	return p
}
