package statepb

import (
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

// foreignType holds a type message that this version does not understand; it is
// an inframap.ColumnType.Unknown, so that it also survives in JSON.
type foreignType struct {
	Proto []byte `json:"moose_migrate_proto"`
}

func (d *decoder) foreign(p *pb.ColumnType) inframap.ColumnType {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(p)
	if err != nil {
		d.fail("keep its type: %w", err)
	}
	return inframap.ColumnType{Unknown: d.json(foreignType{raw})}
}

// columnType returns a type and the unknown fields of the messages that have no
// struct in the model; the caller keeps them with the field that p came from.
func (d *decoder) columnType(p *pb.ColumnType) (inframap.ColumnType, []byte) {
	d.enter("type")
	defer d.leave()
	if d.tooDeep() {
		return inframap.ColumnType{}, nil
	}
	rest := unknown(p)
	switch {
	case p.GetOpaqueJson() != "":
		return inframap.ColumnType{Unknown: d.document("type", p.GetOpaqueJson())}, rest
	case p.GetOpaque() != "":
		return simple(p.GetOpaque()), rest
	}
	var out inframap.ColumnType
	switch t := p.GetT().(type) {
	case *pb.ColumnType_Enum:
		out.Enum = d.enum(t.Enum)
	case *pb.ColumnType_Array:
		out.Array = d.array(p, t.Array, false, 3)
		rest = nil
	case *pb.ColumnType_ArrayOfNullable:
		out.Array = d.array(p, t.ArrayOfNullable, true, 5)
		rest = nil
	case *pb.ColumnType_Nullable:
		inner, innerRest := d.columnType(t.Nullable)
		out.Nullable, rest = &inner, join(rest, within(7, innerRest))
	case *pb.ColumnType_Tuple:
		if out.Tuple = d.tuple(t.Tuple); out.Tuple == nil {
			return d.foreign(p), nil
		}
	case *pb.ColumnType_Map:
		key, keyRest := d.columnType(t.Map.GetKeyType())
		value, valueRest := d.columnType(t.Map.GetValueType())
		out.Map = &inframap.MapType{Key: key, Value: value, Extra: extra(t.Map, within(1, keyRest), within(2, valueRest))}
	case *pb.ColumnType_Nested:
		out.Nested = &inframap.NestedType{
			Name: t.Nested.GetName(), Columns: list(t.Nested.GetColumns(), d.column), JWT: t.Nested.GetJwt(), Extra: extra(t.Nested),
		}
	case *pb.ColumnType_Json:
		out.JSON = d.jsonType(t.Json)
	default:
		return d.leafType(p, rest)
	}
	return out, rest
}

func (d *decoder) leafType(p *pb.ColumnType, rest []byte) (inframap.ColumnType, []byte) {
	if t, ok := p.GetT().(*pb.ColumnType_Simple); ok && t.Simple == pb.SimpleColumnType_JSON_COLUMN {
		return inframap.ColumnType{JSON: &inframap.JSONType{}}, rest
	}
	name, ok := simpleName(p)
	if !ok {
		return d.foreign(p), nil
	}
	switch t := p.GetT().(type) {
	case *pb.ColumnType_DateTime:
		rest = join(rest, within(12, unknown(t.DateTime)))
	case *pb.ColumnType_Decimal:
		rest = join(rest, within(13, unknown(t.Decimal)))
	}
	return simple(name), rest
}

// part is columnType for a place that cannot keep unknown fields: a type that has any is kept whole.
func (d *decoder) part(p *pb.ColumnType) inframap.ColumnType {
	t, rest := d.columnType(p)
	if len(rest) > 0 {
		return d.foreign(p)
	}
	return t
}

// array keeps the unknown fields of the outer type message, there being no message for the array itself.
func (d *decoder) array(p, element *pb.ColumnType, nullable bool, number protowire.Number) *inframap.ArrayType {
	kind, rest := d.columnType(element)
	return &inframap.ArrayType{Element: kind, ElementNullable: nullable, Extra: extra(p, within(number, rest))}
}

// tuple is nil when names and types are not pairs.
func (d *decoder) tuple(p *pb.Tuple) *inframap.TupleType {
	if len(p.GetNames()) != len(p.GetTypes()) {
		return nil
	}
	out := &inframap.TupleType{Extra: extra(p)}
	for i, name := range p.GetNames() {
		out.Fields = append(out.Fields, inframap.TupleField{Name: name, Type: d.part(p.GetTypes()[i])})
	}
	return out
}

func (d *decoder) enum(p *pb.DataEnum) *inframap.EnumType {
	out := &inframap.EnumType{Name: p.GetName(), Extra: extra(p)}
	for _, v := range p.GetValues() {
		m := inframap.EnumMember{Name: v.GetName(), Extra: extra(v, within(2, unknown(v.GetValue())))}
		switch value := v.GetValue().GetValue().(type) {
		case *pb.EnumValue_IntValue:
			m.Value.Int = &value.IntValue
		case *pb.EnumValue_StringValue:
			m.Value.String = &value.StringValue
		}
		out.Values = append(out.Values, m)
	}
	return out
}

func (d *decoder) jsonType(p *pb.Json) *inframap.JSONType {
	out := &inframap.JSONType{
		MaxDynamicPaths: p.MaxDynamicPaths, MaxDynamicTypes: p.MaxDynamicTypes,
		SkipPaths: p.GetSkipPaths(), SkipRegexps: p.GetSkipRegexps(), Extra: extra(p),
	}
	for _, t := range p.GetTypedPaths() {
		out.TypedPaths = append(out.TypedPaths, inframap.TupleField{Name: t.GetPath(), Type: d.part(t.GetType())})
	}
	return out
}
