package statepb_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

var null = jsontext.Value("null")

// lossy takes from a map, in place, exactly what the package comment says that
// the stored state cannot hold.
func lossy(m *inframap.Map) *inframap.Map {
	for _, t := range m.Tables {
		for name := range t.Engine.Params {
			if strings.HasPrefix(name, "aws_") {
				t.Engine.Params[name] = null
			}
		}
		delete(t.TableSettings, "kafka_sasl_username")
		delete(t.TableSettings, "kafka_sasl_password")
		if len(t.TableSettings) == 0 {
			t.TableSettings = nil
		}
		if t.Projections == nil {
			t.Projections = []inframap.Projection{}
		}
		if t.Constraints == nil {
			t.Constraints = []inframap.Constraint{}
		}
		withoutLine(t.Metadata)
		for i := range t.Columns {
			slices.SortFunc(t.Columns[i].Annotations, func(a, b inframap.Annotation) int { return strings.Compare(a.Name, b.Name) })
		}
	}
	for _, t := range m.Topics {
		withoutLine(t.Metadata)
	}
	for _, a := range m.APIEndpoints {
		withoutLine(a.Metadata)
		if in := a.APIType.Ingress; in != nil {
			in.DataModel, in.Schema = null, null
		}
	}
	for _, f := range m.FunctionProcesses {
		withoutLine(f.Metadata)
	}
	for _, v := range m.Views {
		withoutLine(v.Metadata)
	}
	for _, v := range m.MaterializedViews {
		withoutLine(v.Metadata)
		if v.LifeCycle == "" {
			v.LifeCycle = inframap.FullyManaged
		}
	}
	for _, r := range m.SQLResources {
		r.SourceLine, r.SourceColumn = nil, nil
	}
	for _, w := range m.Workflows {
		w.Config.Tasks = null
	}
	if m.Dictionaries == nil {
		m.Dictionaries = map[string]jsontext.Value{}
	}
	if m.RowPolicies == nil {
		m.RowPolicies = map[string]jsontext.Value{}
	}
	return m
}

func withoutLine(m *inframap.Metadata) {
	if m != nil && m.Source != nil {
		m.Source.Line = nil
	}
}

// showSecrets puts back the dictionary passwords that the JSON fixture hides and
// the stored state does not.
func showSecrets(m *inframap.Map) {
	for id, raw := range m.Dictionaries {
		s := string(raw)
		for key, value := range map[string]string{"password": "pw", "accessKeyId": "ak", "secretAccessKey": "sk"} {
			s = strings.ReplaceAll(s, fmt.Sprintf(`"%s": "[HIDDEN]"`, key), fmt.Sprintf(`"%s": "%s"`, key, value))
		}
		m.Dictionaries[id] = jsontext.Value(s)
	}
}

func mapFiles(t testing.TB) []string {
	t.Helper()
	out := []string{"testdata/everything-0.6.533.json"}
	for _, pattern := range []string{"*/*infra*map*.json", "*/remote_state*.json", "scenarios/*/migrations*/*.json"} {
		files, err := filepath.Glob("../../../testdata/moose-0.6.533/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, files...)
	}
	if len(out) < 20 {
		t.Fatalf("only %d maps found", len(out))
	}
	return out
}

// text is a message as text with sorted map entries.
func text(t testing.TB, data []byte) string {
	t.Helper()
	raw, err := prototext.MarshalOptions{Multiline: true, EmitUnknown: true}.Marshal(message(t, data))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(raw), ":  ", ": ")
}

// unknownFields lists the messages that have unknown fields.
func unknownFields(m protoreflect.Message) []string {
	var out []string
	if len(m.GetUnknown()) > 0 {
		out = append(out, string(m.Descriptor().Name()))
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.IsMap() && f.MapValue().Message() != nil:
			v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
				out = append(out, unknownFields(v.Message())...)
				return true
			})
		case f.IsList() && f.Message() != nil:
			for i := range v.List().Len() {
				out = append(out, unknownFields(v.List().Get(i).Message())...)
			}
		case !f.IsMap() && !f.IsList() && f.Message() != nil:
			out = append(out, unknownFields(v.Message())...)
		}
		return true
	})
	return out
}
