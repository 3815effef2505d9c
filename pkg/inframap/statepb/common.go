package statepb

import (
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

// enum is a generated enumeration.
type enum interface {
	~int32
	protoreflect.Enum
}

// enumName is an enumeration's name; a number without a name is its digits.
func enumName[E enum](v E) string {
	if d := v.Descriptor().Values().ByNumber(protoreflect.EnumNumber(v)); d != nil {
		return string(d.Name())
	}
	return strconv.Itoa(int(v))
}

// enumValue is the inverse of enumName.
func enumValue[E enum](e *encoder, what, name string) E {
	var zero E
	if d := zero.Descriptor().Values().ByName(protoreflect.Name(name)); d != nil {
		return E(d.Number())
	}
	n, err := strconv.ParseInt(name, 10, 32)
	if err != nil {
		e.fail("the stored state cannot hold the %s %q", what, name)
	}
	return E(n)
}

func lifeCycle(v pb.LifeCycle) inframap.LifeCycle { return inframap.LifeCycle(enumName(v)) }

func (e *encoder) lifeCycle(l inframap.LifeCycle) pb.LifeCycle {
	if l == "" {
		return pb.LifeCycle_FULLY_MANAGED
	}
	return enumValue[pb.LifeCycle](e, "life cycle", string(l))
}

// primitiveTypes are the JSON names in the order of their numbers.
var primitiveTypes = []string{"DataModel", "Function", "DBBlock", "ConsumptionAPI"}

func primitive(p *pb.PrimitiveSignature) inframap.Primitive {
	out := inframap.Primitive{Name: p.GetName(), Extra: extra(p)}
	if n := int(p.GetPrimitiveType()); n >= 0 && n < len(primitiveTypes) {
		out.Type = primitiveTypes[n]
	} else {
		out.Type = strconv.Itoa(n)
	}
	return out
}

func (e *encoder) primitive(p inframap.Primitive) *pb.PrimitiveSignature {
	out := &pb.PrimitiveSignature{Name: p.Name}
	found := p.Type == ""
	for n, name := range primitiveTypes {
		if name == p.Type {
			out.PrimitiveType, found = pb.PrimitiveTypes(n), true
		}
	}
	if !found {
		out.PrimitiveType = enumValue[pb.PrimitiveTypes](e, "primitive type", p.Type)
	}
	e.extend(out, p.UnknownProto)
	return out
}

func metadata(p *pb.Metadata) *inframap.Metadata {
	if p == nil {
		return nil
	}
	out := &inframap.Metadata{Description: nonEmpty(p.GetDescription()), Extra: extra(p)}
	if s := p.GetSource(); s != nil {
		out.Source = &inframap.SourceLocation{File: s.GetFile(), Extra: extra(s)}
	}
	return out
}

func (e *encoder) metadata(m *inframap.Metadata) *pb.Metadata {
	if m == nil {
		return nil
	}
	out := &pb.Metadata{Description: deref(m.Description)}
	if m.Source != nil {
		out.Source = &pb.SourceLocation{File: m.Source.File}
		e.extend(out.Source, m.Source.UnknownProto)
	}
	e.extend(out, m.UnknownProto)
	return out
}

// signatureKinds are the JSON kinds by the number of their protobuf field.
var signatureKinds = map[protowire.Number]string{
	1: "Topic", 2: "Table", 3: "Dmv1View", 4: "SqlResource", 5: "ApiEndpoint",
	6: "TopicToTableSyncProcess", 7: "MaterializedView", 8: "View",
}

func signature(p *pb.InfrastructureSignature) inframap.Signature {
	out := inframap.Signature{Extra: extra(p)}
	p.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		out.Kind, out.ID = signatureKinds[f.Number()], v.String()
		return false
	})
	return out
}

func (e *encoder) signature(s inframap.Signature) *pb.InfrastructureSignature {
	out := &pb.InfrastructureSignature{}
	found := s.Kind == ""
	for number, kind := range signatureKinds {
		if kind == s.Kind {
			r := out.ProtoReflect()
			r.Set(r.Descriptor().Fields().ByNumber(number), protoreflect.ValueOfString(s.ID))
			found = true
		}
	}
	if !found {
		e.fail("the stored state cannot hold a dependency on a %q", s.Kind)
	}
	e.extend(out, s.UnknownProto)
	return out
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func or[T any](p *T, def T) T {
	if p == nil {
		return def
	}
	return *p
}
