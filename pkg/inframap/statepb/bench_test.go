package statepb_test

import (
	"fmt"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
)

// thousandTables is a map of 1,000 tables with 33 columns each.
func thousandTables(b *testing.B) *inframap.Map {
	b.Helper()
	source := decode(b, read(b, "testdata/everything-0.6.533.pb"))
	m := inframap.New("")
	for i := range 1000 {
		t := *source.Tables["local_Kitchen"]
		t.Name = fmt.Sprintf("Kitchen%d", i)
		m.Tables[t.ID("local")] = &t
	}
	return m
}

func BenchmarkThousandTables(b *testing.B) {
	m := thousandTables(b)
	for _, codec := range []struct {
		name   string
		encode func(*inframap.Map) ([]byte, error)
		decode func([]byte) (*inframap.Map, error)
	}{
		{"protobuf", statepb.Encode, statepb.Decode},
		{"json", inframap.Encode, inframap.Decode},
	} {
		data, err := codec.encode(m)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(codec.name+"/encode", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := codec.encode(m); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(codec.name+"/decode", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := codec.decode(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
