package statepb_test

import (
	"bytes"
	"testing"

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

// FuzzEngine checks that the text of any engine is read, and written as text that reads the same.
func FuzzEngine(f *testing.F) {
	for _, e := range engineTexts {
		f.Add(e.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first := engineOf(t, text)
		if again := engineOf(t, statepb.PrintEngine(first)); !inframap.Equal(first, again) && statepb.PrintEngine(first) == text {
			t.Errorf("%q: %v, then %v", text, first, again)
		}
	})
}
