package runner

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParsePairs(t *testing.T) {
	got, err := parsePairs("a=1\r\nb=x=y<<z\n\nc<<E\none\n\ntwo=2\nE\na=2\nempty=\n")
	want := map[string]string{"a": "2", "b": "x=y<<z", "c": "one\n\ntwo=2", "empty": ""}
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for text, want := range map[string]string{"no name\n": "has no name", "=x": "has no name", "a<<E\nx\n": "has no end", "a<<\nx\n": "has no end"} {
		if got, err := parsePairs(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestParseCommand(t *testing.T) {
	for line, want := range map[string]*Command{
		"::error::x":                {Name: "error", Message: "x", Properties: map[string]string{}},
		"  ::notice a=1,b=%2C::%25": {Name: "notice", Message: "%", Properties: map[string]string{"a": "1", "b": ","}},
		"text ::error::x":           nil,
		"::error:x":                 nil,
		":: ::":                     {Name: "", Message: "", Properties: map[string]string{}},
		"::::":                      nil,
	} {
		got, ok := parseCommand(line)
		if ok != (want != nil) || ok && !cmp.Equal(got, *want) {
			t.Errorf("%q: %+v, %v", line, got, ok)
		}
	}
}

func FuzzParsePairs(f *testing.F) {
	f.Add("a=1\nb<<E\nx\nE\n")
	f.Fuzz(func(t *testing.T, text string) {
		pairs, err := parsePairs(text)
		for name := range pairs {
			if err != nil || name == "" || strings.Contains(name, "\n") {
				t.Errorf("%q: %q, %v", text, name, err)
			}
		}
	})
}

func FuzzConsoleHidesMasks(f *testing.F) {
	f.Add("a hunter22 b\n::add-mask::b\n", "x")
	f.Fuzz(func(t *testing.T, before, after string) {
		c := newConsole([]string{"hunter22"}, nil)
		s := &stream{console: c}
		for _, part := range []string{before, "hunt", "er22", after} {
			if _, err := s.Write([]byte(part)); err != nil {
				t.Fatal(err)
			}
		}
		s.flush()
		if strings.Contains(c.log.String(), "hunter22") {
			t.Errorf("the log shows it: %q", c.log.String())
		}
	})
}
