package chserver

import (
	"bytes"
	"testing"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

func queryPacket(q proto.Query) []byte {
	var b proto.Buffer
	q.EncodeAware(&b, nativeRevision)
	return b.Buf[1:] // without the packet's code
}

func TestReadNativeQuery(t *testing.T) {
	raw := queryPacket(proto.Query{
		ID: "id", Body: "SELECT 1", Compression: proto.CompressionEnabled,
		Info:       proto.ClientInfo{Query: proto.ClientQueryInitial, Interface: proto.InterfaceTCP, ClientName: "x", QuotaKey: "k"},
		Settings:   []proto.Setting{{Key: "max_threads", Value: "3", Important: true}},
		Parameters: []proto.Parameter{{Key: "p", Value: `'it\'s \\n'`}},
	})
	q, err := readNativeQuery(proto.NewReader(bytes.NewReader(raw)), nativeRevision)
	if err != nil || q.err != nil {
		t.Fatal(err, q.err)
	}
	want := &nativeQuery{id: "id", text: "SELECT 1", settings: map[string]string{"max_threads": "3"}, params: []chdb.Param{{Name: "p", Value: `it's \n`}}, compressed: true, stage: stageComplete}
	if diff := cmp.Diff(want, q, cmp.AllowUnexported(nativeQuery{})); diff != "" {
		t.Error(diff)
	}
	for cut := range raw {
		if _, err := readNativeQuery(proto.NewReader(bytes.NewReader(raw[:cut])), nativeRevision); err == nil {
			t.Fatalf("a packet cut at %d was read", cut)
		}
	}
}

func FuzzReadNativeQuery(f *testing.F) {
	f.Add(queryPacket(proto.Query{Body: "SELECT 1", Info: proto.ClientInfo{Query: proto.ClientQueryInitial, Interface: proto.InterfaceTCP}}))
	f.Add([]byte("\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02"))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		_, _ = readNativeQuery(proto.NewReader(bytes.NewReader(raw)), nativeRevision)
	})
}
