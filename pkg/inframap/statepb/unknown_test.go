package statepb_test

import (
	"encoding/json"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

func raw(t testing.TB, s string) map[string]jsontext.Value {
	t.Helper()
	var parts map[string]json.RawMessage
	if err := json.Unmarshal([]byte(s), &parts); err != nil {
		t.Fatal(err)
	}
	out := map[string]jsontext.Value{}
	for k, v := range parts {
		out[k] = jsontext.Value(v)
	}
	return out
}

// placeless are the only fields whose messages have no place for unknown fields.
var placeless = map[protoreflect.Name]bool{"source_tables": true, "typed_paths": true}

// withUnknownFields is the state with everything in it, and field 5000 in every message.
func withUnknownFields(t testing.TB) []byte {
	t.Helper()
	p := message(t, read(t, "testdata/everything-0.6.533.pb"))
	addUnknown(p.ProtoReflect())
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func addUnknown(m protoreflect.Message) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case placeless[f.Name()]:
		case f.IsMap() && f.MapValue().Message() != nil:
			v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
				addUnknown(v.Message())
				return true
			})
		case f.IsList() && f.Message() != nil:
			for i := range v.List().Len() {
				addUnknown(v.List().Get(i).Message())
			}
		case !f.IsMap() && !f.IsList() && f.Message() != nil:
			addUnknown(v.Message())
		}
		return true
	})
	m.SetUnknown(protowire.AppendString(protowire.AppendTag(nil, 5000, protowire.BytesType), string(m.Descriptor().Name())))
}

func TestUnknownFieldsSurviveAtEveryLevel(t *testing.T) {
	data := withUnknownFields(t)
	got := encode(t, decode(t, data))
	if diff := cmp.Diff(text(t, data), text(t, got)); diff != "" {
		t.Error(diff)
	}
}

// A changed dictionary is written as it is now, not as it was kept.
func TestChangedDictionaryIsNotTakenFromWhatWasKept(t *testing.T) {
	m := decode(t, withUnknownFields(t))
	m.Dictionaries["other_d1"] = m.Dictionaries["local_life"]
	delete(m.Dictionaries, "local_lay00")
	p := message(t, encode(t, m))
	if d := p.GetOlapDictionaries()["other_d1"]; d.GetName() != "life" || len(d.ProtoReflect().GetUnknown()) > 0 {
		t.Errorf("stored %v", d)
	}
	if p.GetOlapDictionaries()["local_lay00"] != nil {
		t.Error("a removed dictionary came back")
	}
	if len(p.GetOlapDictionaries()["local_lay01"].ProtoReflect().GetUnknown()) == 0 {
		t.Error("an unchanged dictionary lost what was kept")
	}
}

func TestTypesThatMooseCannotDeclare(t *testing.T) {
	types := []inframap.ColumnType{
		{Simple: "Variant(String, UInt8)"},
		{Simple: "DateTime64(3, 'UTC')"},
		{Simple: "Decimal(10,2)"},
		{Simple: "FixedString(007)"},
		{Simple: "Json"},
		{Simple: "INT"},
		{Unknown: jsontext.Value(`{"newer":{"of":"String"}}`)},
		{Array: &inframap.ArrayType{Element: inframap.SimpleType("Dynamic")}},
	}
	m := inframap.New("")
	table := &inframap.Table{Name: "T", Engine: inframap.NewEngine("MergeTree")}
	for _, kind := range types {
		table.Columns = append(table.Columns, inframap.Column{Name: "c", DataType: kind})
	}
	m.Tables["local_T"] = table
	data := encode(t, m)
	for i, c := range decode(t, data).Tables["local_T"].Columns {
		if !inframap.Equal(c.DataType, types[i]) {
			t.Errorf("%v became %v", types[i], c.DataType)
		}
	}
	for i, c := range message(t, data).GetTables()["local_T"].GetColumns()[:len(types)-1] {
		if _, ok := c.GetDataType().GetT().(*pb.ColumnType_Simple); !ok || c.GetDataType().GetSimple() != pb.SimpleColumnType_STRING {
			t.Errorf("column %d is no String to Moose", i)
		}
	}
}

// A newer Moose's type is kept, in protobuf and through JSON.
func TestTypesOfANewerMoose(t *testing.T) {
	newer := &pb.ColumnType{}
	newer.ProtoReflect().SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 16, protowire.VarintType), 1))
	data, err := proto.Marshal(&pb.InfrastructureMap{DefaultDatabase: "local", Tables: map[string]*pb.Table{
		"local_T": {Columns: []*pb.Column{{Name: "c", DataType: newer}, {Name: "d", DataType: &pb.ColumnType{T: &pb.ColumnType_Int{Int: 77}}}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	m, err := decode(t, data).Clone()
	if err != nil {
		t.Fatal(err)
	}
	columns := message(t, encode(t, m)).GetTables()["local_T"].GetColumns()
	if !proto.Equal(columns[0].GetDataType(), newer) || columns[1].GetDataType().GetInt() != 77 {
		t.Errorf("became %v", columns)
	}
}

func TestOldStates(t *testing.T) {
	data, err := proto.Marshal(&pb.InfrastructureMap{
		Topics: map[string]*pb.Topic{"Foo": {Name: "Foo"}},
		Tables: map[string]*pb.Table{
			"local_A": {Name: "A", OrderBy: []string{"id"}, Deduplicate: true},
			"local_B": {Name: "B", OrderBy: []string{"tuple()"}, Columns: []*pb.Column{
				{DataType: &pb.ColumnType{T: &pb.ColumnType_Simple{Simple: pb.SimpleColumnType_INT}}},
				{DataType: &pb.ColumnType{T: &pb.ColumnType_Simple{Simple: pb.SimpleColumnType_JSON_COLUMN}}},
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	m := decode(t, data)
	a, b, topic := m.Tables["local_A"], m.Tables["local_B"], m.Topics["Foo"]
	if m.DefaultDatabase != "local" || a.Engine.Name != "ReplacingMergeTree" || a.OrderBy.String() != "id" || a.OrderBy.IsExpression {
		t.Errorf("%q, %+v", m.DefaultDatabase, a)
	}
	if b.Engine.Name != "MergeTree" || !b.OrderBy.IsExpression || b.Columns[0].DataType.Simple != "Int64" || b.Columns[1].DataType.JSON == nil {
		t.Errorf("%+v", b)
	}
	if topic.PartitionCount != 1 || topic.MaxMessageBytes != 1048576 {
		t.Errorf("%+v", topic)
	}
}
