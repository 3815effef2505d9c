package migrate

import (
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// appliedField is our field of the stored map: the digest of the plan that led to
// it. Moose ignores fields that it does not know.
const appliedField protowire.Number = 100_200

// markApplied notes in the stored map which plan led to it.
func markApplied(m *inframap.Map, digest string) {
	rest := withoutField(m.UnknownProto, appliedField)
	rest = protowire.AppendTag(slices.Clip(rest), appliedField, protowire.BytesType)
	m.UnknownProto = protowire.AppendString(rest, digest)
}

// Applied reports whether the stored map is what these files led to, so that SQL
// whose effect nothing shows is not run a second time. recorded may be nil.
func Applied(recorded *inframap.Map, files *plan.Files) bool {
	if recorded == nil {
		return false
	}
	digest, err := plan.Digest(files.Plan.Operations, files.Before, files.Desired)
	return err == nil && fieldText(recorded.UnknownProto, appliedField) == digest
}

func fieldText(raw []byte, field protowire.Number) string {
	for len(raw) > 0 {
		number, kind, n := protowire.ConsumeTag(raw)
		if n < 0 {
			return ""
		}
		if number == field && kind == protowire.BytesType {
			text, m := protowire.ConsumeString(raw[n:])
			if m < 0 {
				return ""
			}
			return text
		}
		m := protowire.ConsumeFieldValue(number, kind, raw[n:])
		if m < 0 {
			return ""
		}
		raw = raw[n+m:]
	}
	return ""
}

func withoutField(raw []byte, field protowire.Number) []byte {
	var out []byte
	for len(raw) > 0 {
		number, _, n := protowire.ConsumeField(raw)
		if n < 0 {
			return out
		}
		if number != field {
			out = append(out, raw[:n]...)
		}
		raw = raw[n:]
	}
	return out
}
