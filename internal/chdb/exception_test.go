package chdb

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseException(t *testing.T) {
	for text, want := range map[string]Exception{
		"Code: 60. DB::Exception: Unknown table nope. (UNKNOWN_TABLE)":                                      {60, "UNKNOWN_TABLE", "Unknown table nope."},
		"Code: 62. DB::Exception: Code: 62. DB::Exception: Bad. (SYNTAX_ERROR) (SYNTAX_ERROR)":              {62, "SYNTAX_ERROR", "Bad."},
		"Error: Code: 36. DB::Exception: a\nb (X) c. (BAD_ARGUMENTS) (version 26.7.2.1 (official build))\n": {36, "BAD_ARGUMENTS", "a\nb (X) c."},
		"Code: 999. Coordination::Exception: Coordination error: Node exists. (KEEPER_EXCEPTION)":           {999, "KEEPER_EXCEPTION", "Coordination::Exception: Coordination error: Node exists."},
		"Code: 27. DB::ParsingException: Cannot parse. (CANNOT_PARSE_INPUT_ASSERTION_FAILED)":               {27, "CANNOT_PARSE_INPUT_ASSERTION_FAILED", "Cannot parse."},
		"something else": {0, "", "something else"},
		"":               {0, "", ""},
		"Code: 99999999999999999999. DB::Exception: x": {0, "", "Code: 99999999999999999999. DB::Exception: x"},
	} {
		if diff := cmp.Diff(want, *ParseException(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	e := &Exception{60, "UNKNOWN_TABLE", "Unknown table."}
	if got := e.Error(); got != "Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE)" {
		t.Error(got)
	}
}

func FuzzParseException(f *testing.F) {
	f.Add("Code: 60. DB::Exception: Unknown table nope. (UNKNOWN_TABLE) (version 1)")
	f.Add("Code: 1. Code: 2. (A) (B)")
	f.Fuzz(func(t *testing.T, text string) {
		e := ParseException(text)
		if !strings.Contains(text, e.Message) {
			t.Fatalf("%q: message %q is not part of it", text, e.Message)
		}
		again := ParseException(e.Error())
		if e.Code != 0 && e.Name != "" && again.Code != e.Code {
			t.Fatalf("%q: code %d became %d", text, e.Code, again.Code)
		}
	})
}
