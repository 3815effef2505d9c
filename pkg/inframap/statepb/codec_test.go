package statepb_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

func decode(t testing.TB, data []byte) *inframap.Map {
	t.Helper()
	m, err := statepb.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func encode(t testing.TB, m *inframap.Map) []byte {
	t.Helper()
	data, err := statepb.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func asJSON(t testing.TB, m *inframap.Map) string {
	t.Helper()
	data, err := inframap.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func message(t testing.TB, data []byte) *pb.InfrastructureMap {
	t.Helper()
	p := &pb.InfrastructureMap{}
	if err := proto.Unmarshal(data, p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestStatesOfMooseAreRewrittenUnchanged(t *testing.T) {
	for _, s := range storedStates(t) {
		t.Run(s.name, func(t *testing.T) {
			got := encode(t, decode(t, s.data))
			if len(got) != len(s.data) {
				t.Errorf("%d bytes became %d", len(s.data), len(got))
			}
			if diff := cmp.Diff(text(t, s.data), text(t, got)); diff != "" {
				t.Error(diff)
			}
			if !proto.Equal(message(t, s.data), message(t, got)) {
				t.Error("the messages differ")
			}
			for _, ours := range []string{"engine_json:", "opaque:", "opaque_json:", "kept_", "language: \"Py"} {
				if strings.Contains(text(t, got), ours) {
					t.Errorf("the field %s of ours was needed", ours)
				}
			}
		})
	}
}

// Every field of every state is known: nothing is carried along blindly.
func TestStatesOfMooseHaveNoUnknownFields(t *testing.T) {
	for _, s := range storedStates(t) {
		if m := decode(t, s.data); len(m.UnknownProto) > 0 {
			t.Errorf("%s: unknown fields %x", s.name, m.UnknownProto)
		}
		p := message(t, s.data)
		if got := unknownFields(p.ProtoReflect()); len(got) > 0 {
			t.Errorf("%s: unknown fields %v", s.name, got)
		}
	}
}

func TestStatesOfMooseAreTheMapsThatItWasGiven(t *testing.T) {
	compared := 0
	for _, s := range storedStates(t) {
		if s.jsonFile == "" {
			continue
		}
		compared++
		t.Run(s.name, func(t *testing.T) {
			want, err := inframap.Decode(read(t, s.jsonFile))
			if err != nil {
				t.Fatal(err)
			}
			got := decode(t, s.data)
			if got.MooseVersion != "0.6.533" {
				t.Errorf("version %q", got.MooseVersion)
			}
			got.MooseVersion = ""
			showSecrets(want)
			if diff := cmp.Diff(asJSON(t, lossy(want)), asJSON(t, got)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if compared < 20 {
		t.Fatalf("only %d states compared", compared)
	}
}

func TestEveryMapSurvives(t *testing.T) {
	for _, file := range mapFiles(t) {
		t.Run(file, func(t *testing.T) {
			m, err := inframap.Decode(read(t, file))
			if err != nil {
				t.Fatal(err)
			}
			data := encode(t, m)
			if again := encode(t, m); !bytes.Equal(data, again) {
				t.Error("two encodings differ")
			}
			if diff := cmp.Diff(asJSON(t, lossy(m)), asJSON(t, decode(t, data))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCredentialsAreNotStored(t *testing.T) {
	const secret = "correct-horse-battery"
	m, err := inframap.Decode(read(t, "testdata/everything-0.6.533.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range m.Tables {
		for name := range table.Engine.Params {
			if strings.HasPrefix(name, "aws_") {
				if err := table.Engine.Set(name, secret); err != nil {
					t.Fatal(err)
				}
			}
		}
		if table.Engine.Name == "Kafka" {
			table.TableSettings["kafka_sasl_password"] = secret
			table.TableSettings["kafka_sasl_username"] = secret
		}
	}
	unknown := inframap.Engine{Name: "Newer"}
	for _, name := range []string{"password", "api_token", "awsSecretAccessKey"} {
		if err := unknown.Set(name, secret); err != nil {
			t.Fatal(err)
		}
	}
	m.Tables["local_Newer"] = &inframap.Table{Name: "Newer", Engine: unknown}
	if bytes.Contains(encode(t, m), []byte(secret)) {
		t.Error("a credential was stored")
	}
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	annotated, err := proto.Marshal(&pb.InfrastructureMap{Tables: map[string]*pb.Table{"local_T": {Columns: []*pb.Column{
		{Name: "c", Annotations: map[string]string{"a": "{"}},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	deep := &pb.ColumnType{}
	for range 600 {
		deep = &pb.ColumnType{T: &pb.ColumnType_Nullable{Nullable: deep}}
	}
	nested, err := proto.Marshal(&pb.InfrastructureMap{Tables: map[string]*pb.Table{"local_T": {Columns: []*pb.Column{{Name: "c", DataType: deep}}}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":    {nil, "the stored state is not a Moose infrastructure map: it is empty"},
		"json":       {[]byte(`{"tables": {}}`), "the stored state is not a Moose infrastructure map: "},
		"text":       {[]byte("hello"), "the stored state is not a Moose infrastructure map: "},
		"foreign":    {[]byte{0xf8, 0x7f, 1}, "the stored state is not a Moose infrastructure map: it has none of its fields"},
		"annotation": {annotated, `read the stored state: tables "local_T", column c: the annotation a is not JSON`},
		"nesting":    {nested, "nested deeper than 500 levels"},
	} {
		if _, err := statepb.Decode(test.data); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

func TestEncodeSaysWhatHasNoPlace(t *testing.T) {
	for want, change := range map[string]func(*inframap.Map){
		`tables "local_T": the stored state cannot hold the life cycle "FROZEN"`: func(m *inframap.Map) { m.Tables["local_T"] = &inframap.Table{LifeCycle: "FROZEN"} },
		`tables "local_T": the table is null`:                                    func(m *inframap.Map) { m.Tables["local_T"] = nil },
		`api_endpoints "A": the stored state cannot hold the method "PATCH"`:     func(m *inframap.Map) { m.APIEndpoints["A"] = &inframap.APIEndpoint{Method: "PATCH"} },
		`views "V": the kept protobuf fields are damaged`: func(m *inframap.Map) {
			m.Views["V"] = &inframap.View{Extra: inframap.Extra{UnknownProto: []byte{0xff}}}
		},
		`sql_resources "R": the stored state cannot hold a dependency on a "Moon"`: func(m *inframap.Map) {
			m.SQLResources["R"] = &inframap.SQLResource{PullsDataFrom: []inframap.Signature{{ID: "x", Kind: "Moon"}}}
		},
	} {
		m := inframap.New("")
		change(m)
		if _, err := statepb.Encode(m); err == nil || err.Error() != "write the stored state: "+want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}
