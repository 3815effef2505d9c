package inframap_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// maxSeed keeps the seeds small enough, in bytes, for the fuzzer to get through them.
const maxSeed = 6000

// FuzzDecodeJSON checks that nothing makes Decode panic and that what it reads
// is written and read again as the same bytes.
func FuzzDecodeJSON(f *testing.F) {
	for _, file := range mooseFiles(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) < maxSeed {
			f.Add(data)
		}
	}
	f.Add([]byte(`{"tables":{"local_T":{"name":"T","engine":{"Newer":{"x":1}},"order_by":"tuple()","columns":[` +
		`{"name":"c","data_type":{"typedPaths":[["a",{"element_type":{"nullable":"Int"}}]]},"annotations":[["a",null]],"z":{}}]}},` +
		`"topics":{},"api_endpoints":{},"newer":[1]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := inframap.Decode(data)
		if err != nil {
			return
		}
		first, err := inframap.Encode(m)
		if err != nil {
			t.Fatalf("decoded but not encoded: %v", err)
		}
		again, err := inframap.Decode(first)
		if err != nil {
			t.Fatalf("encoded but not decoded: %v\n%s", err, first)
		}
		second, err := inframap.Encode(again)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, second) {
			t.Errorf("%s\nbecame\n%s", first, second)
		}
	})
}
