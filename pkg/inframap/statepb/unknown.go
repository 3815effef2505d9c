package statepb

import (
	"bytes"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// unknown returns the fields of a message that this version does not know; none
// for a message that is absent.
func unknown(m proto.Message) []byte {
	r := m.ProtoReflect()
	if !r.IsValid() {
		return nil
	}
	return bytes.Clone(r.GetUnknown())
}

// within makes the bytes of a message that has only field number, holding inner.
// Appended to an outer message they merge into its field.
func within(number protowire.Number, inner []byte) []byte {
	if len(inner) == 0 {
		return nil
	}
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), inner)
}

func join(parts ...[]byte) []byte {
	return bytes.Join(parts, nil)
}

// extra keeps the unknown fields of a message and those of its parts, given by within.
func extra(m proto.Message, parts ...[]byte) inframap.Extra {
	b := join(append([][]byte{unknown(m)}, parts...)...)
	if len(b) == 0 {
		b = nil
	}
	return inframap.Extra{UnknownProto: b}
}

// extend puts kept fields back.
func (e *encoder) extend(m proto.Message, kept []byte) {
	if len(kept) == 0 {
		return
	}
	for b := kept; len(b) > 0; {
		n := protowire.ConsumeFieldValue(consumeTag(b))
		_, _, t := protowire.ConsumeTag(b)
		if n < 0 || t < 0 {
			e.fail("the kept protobuf fields are damaged")
			return
		}
		b = b[t+n:]
	}
	m.ProtoReflect().SetUnknown(kept)
}

func consumeTag(b []byte) (protowire.Number, protowire.Type, []byte) {
	number, kind, n := protowire.ConsumeTag(b)
	if n < 0 {
		return 0, -1, nil
	}
	return number, kind, b[n:]
}
