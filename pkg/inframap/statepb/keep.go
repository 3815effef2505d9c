package statepb

import (
	"github.com/go-json-experiment/json/jsontext"
	"google.golang.org/protobuf/proto"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

// keep returns, as protobuf fields of ours, the dictionaries and row policies
// whose JSON does not say all that they hold. Package inframap has no struct for
// them where their unknown fields could stay.
func keep(p *pb.InfrastructureMap) []byte {
	kept := &pb.InfrastructureMap{
		KeptDictionaries: incomplete(p.GetOlapDictionaries(), (*decoder).dictionary, (*encoder).dictionary),
		KeptRowPolicies:  incomplete(p.GetSelectRowPolicies(), (*decoder).rowPolicy, (*encoder).rowPolicy),
	}
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(kept)
	if err != nil {
		return nil
	}
	return raw
}

func incomplete[P proto.Message](in map[string]P, decode func(*decoder, P) jsontext.Value, encode func(*encoder, jsontext.Value) P) map[string]P {
	out := map[string]P{}
	for id, p := range in {
		e := &encoder{}
		if again := encode(e, decode(&decoder{}, p)); e.err != nil || !proto.Equal(again, p) {
			out[id] = p
		}
	}
	return out
}

// restore puts the unknown fields of m into p, and the kept dictionaries and row
// policies in place of those that still read the same.
func (e *encoder) restore(m *inframap.Map, p *pb.InfrastructureMap) {
	kept := &pb.InfrastructureMap{}
	if err := (proto.UnmarshalOptions{RecursionLimit: recursionLimit}).Unmarshal(m.UnknownProto, kept); err != nil {
		e.fail("the kept protobuf fields are damaged")
		return
	}
	replace(p.GetOlapDictionaries(), kept.GetKeptDictionaries(), m.Dictionaries, (*decoder).dictionary)
	replace(p.GetSelectRowPolicies(), kept.GetKeptRowPolicies(), m.RowPolicies, (*decoder).rowPolicy)
	p.ProtoReflect().SetUnknown(kept.ProtoReflect().GetUnknown())
}

func replace[P any](into, kept map[string]P, now map[string]jsontext.Value, decode func(*decoder, P) jsontext.Value) {
	for id, p := range kept {
		if _, ok := into[id]; ok && inframap.Equal(decode(&decoder{}, p), now[id]) {
			into[id] = p
		}
	}
}
