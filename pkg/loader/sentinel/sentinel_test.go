package sentinel_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/loader/sentinel"
)

var sections = []string{"tables", "topics"}

const (
	real = `{"tables":{"Real":{}},"topics":{}}`
	fake = `{"tables":{"Fake":{}},"topics":{}}`
)

func block(payload string) string { return sentinel.Start + " " + payload + " " + sentinel.End + "\n" }

func TestExtract(t *testing.T) {
	tricky := `{"tables":{"Real":{"comment":"` + sentinel.Start + ` {} ` + sentinel.End + `"}},"topics":{}}`
	for name, tc := range map[string]struct {
		out, want, rest string
		others          int
	}{
		"alone":               {block(real), real, "", 0},
		"between prints":      {"a\n" + block(real) + "b\n", real, "a\nb\n", 0},
		"start before":        {sentinel.Start + " oops\n" + block(real), real, sentinel.Start + " oops\n", 0},
		"end before":          {sentinel.End + "\n" + block(real), real, sentinel.End + "\n", 0},
		"start after":         {block(real) + sentinel.Start, real, sentinel.Start, 0},
		"end after":           {block(real) + sentinel.End, real, sentinel.End, 0},
		"not the sections":    {block(real) + block(`{"tables":1}`), real, block(`{"tables":1}`), 0},
		"not JSON after":      {block(real) + block(`{nope}`), real, block(`{nope}`), 0},
		"two":                 {block(fake) + block(real), real, block(fake), 1},
		"markers in a text":   {block(tricky), tricky, "", 0},
		"prompt on same line": {"> " + block(real), real, "> ", 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := sentinel.Extract([]byte(tc.out), sections)
			if !ok || string(got.Payload) != tc.want || string(got.Rest) != tc.rest || got.Others != tc.others {
				t.Errorf("got %v %q, rest %q, others %d", ok, got.Payload, got.Rest, got.Others)
			}
		})
	}
	for name, out := range map[string]string{
		"nothing": "", "only start": sentinel.Start + real, "only end": real + sentinel.End,
		"wrong order": sentinel.End + real + sentinel.Start, "bad JSON": block("{"), "no sections": block("{}"),
	} {
		if got, ok := sentinel.Extract([]byte(out), sections); ok {
			t.Errorf("%s: found %q", name, got.Payload)
		}
	}
}

func TestExtractIsFastOnHostileOutput(t *testing.T) {
	out := strings.Repeat(sentinel.Start+"{", 200_000) + strings.Repeat("}"+sentinel.End, 200_000)
	began := time.Now()
	sentinel.Extract([]byte(out), sections)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

func FuzzExtract(f *testing.F) {
	f.Add([]byte(block(real)), []byte("x"))
	f.Add([]byte(sentinel.Start+sentinel.End), []byte(sentinel.Start))
	f.Fuzz(func(t *testing.T, before, after []byte) {
		if _, ok := sentinel.Extract(after, sections); ok || bytes.Contains(after, []byte("MOOSE_STUFF")) {
			return
		}
		out := append(append(append([]byte{}, before...), '\n'), block(real)...)
		got, ok := sentinel.Extract(append(out, after...), sections)
		if !ok || string(got.Payload) != real {
			t.Fatalf("got %v %q", ok, got.Payload)
		}
	})
}
