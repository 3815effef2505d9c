package statepb

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A flat message has only strings, booleans and unsigned numbers. Its JSON form
// has a member per field: optional ones when they are set, booleans when true.

// naming gives the JSON name of a field.
type naming func(protoreflect.FieldDescriptor) string

func camelCase(f protoreflect.FieldDescriptor) string { return f.JSONName() }

func snakeCase(f protoreflect.FieldDescriptor) string { return f.TextName() }

// members adds the fields of a flat message to out.
func members(m proto.Message, name naming, out map[string]any) map[string]any {
	r := m.ProtoReflect()
	fields := r.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if isFlat(f) && (r.Has(f) || !f.HasPresence() && f.Kind() != protoreflect.BoolKind) {
			out[name(f)] = r.Get(f).Interface()
		}
	}
	return out
}

// setMembers is the inverse of members; null and absent are the same.
func (e *encoder) setMembers(in map[string]jsontext.Value, name naming, m proto.Message) {
	r := m.ProtoReflect()
	fields := r.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		raw, ok := in[name(f)]
		if !ok || raw.Kind() == 'n' || !isFlat(f) {
			continue
		}
		var err error
		switch f.Kind() {
		case protoreflect.StringKind:
			err = setScalar(r, f, raw, protoreflect.ValueOfString)
		case protoreflect.BoolKind:
			err = setScalar(r, f, raw, protoreflect.ValueOfBool)
		case protoreflect.Uint64Kind:
			err = setScalar(r, f, raw, protoreflect.ValueOfUint64)
		}
		if err != nil {
			e.fail("read its %s: %w", name(f), err)
		}
	}
}

func isFlat(f protoreflect.FieldDescriptor) bool {
	if f.IsList() || f.IsMap() {
		return false
	}
	switch f.Kind() {
	case protoreflect.StringKind, protoreflect.BoolKind, protoreflect.Uint64Kind:
		return f.ContainingOneof() == nil || f.ContainingOneof().IsSynthetic()
	}
	return false
}

func setScalar[T any](r protoreflect.Message, f protoreflect.FieldDescriptor, raw jsontext.Value, make func(T) protoreflect.Value) error {
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	r.Set(f, make(v))
	return nil
}
