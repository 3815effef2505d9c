package statepb_test

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
)

// FuzzDecode checks that nothing makes Decode panic and that what it reads is
// written, and read again as the same map and the same bytes.
func FuzzDecode(f *testing.F) {
	for _, s := range storedStates(f) {
		f.Add(s.data)
	}
	f.Add(withUnknownFields(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := statepb.Decode(data)
		if err != nil {
			return
		}
		first := encode(t, m)
		again := decode(t, first)
		if a, b := asJSON(t, m), asJSON(t, again); a != b {
			t.Fatalf("%s\nbecame\n%s", a, b)
		}
		if second := encode(t, again); !bytes.Equal(first, second) {
			t.Fatalf("%x\nbecame\n%x", first, second)
		}
		if _, err := m.Clone(); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzEngine checks that an engine of any text comes back from the stored state as it was read.
func FuzzEngine(f *testing.F) {
	for _, e := range engineTexts {
		f.Add(e.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		want := statepb.ParseEngine(text)
		m := inframap.New("")
		m.Tables["local_T"] = &inframap.Table{Name: "T", Engine: want}
		if got := decode(t, encode(t, m)).Tables["local_T"].Engine; !inframap.Equal(got, want) {
			t.Errorf("%q: %v became %v", text, want, got)
		}
	})
}
