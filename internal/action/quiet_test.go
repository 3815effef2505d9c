package action

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode"
)

func passed(t testing.TB, chunks ...string) string {
	t.Helper()
	var b bytes.Buffer
	q := &quiet{to: &b}
	for _, c := range chunks {
		if n, err := io.WriteString(q, c); err != nil || n != len(c) {
			t.Fatalf("wrote %d of %d: %v", n, len(c), err)
		}
	}
	if err := q.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWhatIsPrintedIsNoCommand(t *testing.T) {
	for name, chunks := range map[string][]string{
		"set-output":             {"::set-output name=verdict::pass\n"},
		"add-mask in two chunks": {":", ":add-mask::a\n"},
		"after blanks":           {"  \t ::error::x\n"},
		"after a unicode blank":  {"\u00a0\u2003::error::x\n"},
		"after a vertical tab":   {"\v::error::x\n"},
		"across a cut":           {strings.Repeat("x", maxHeld) + "##", "[error]y\n"},
		"colons across a cut":    {strings.Repeat(" ", maxHeld+1) + ":", ":error::y\n"},
		"second line":            {"fine\n::stop-commands::x\n"},
		"after a return":         {"fine\r::warning::x\n"},
		"the old form":           {"a line ##[error]x\n"},
		"without an end":         {"::error::x"},
		"end in another chunk":   {"a\n::err", "or::x\nb"},
	} {
		got := passed(t, chunks...)
		if found := runnerCommand(got); found != "" {
			t.Errorf("%s: the runner sees %q", name, found)
		}
		got = strings.ReplaceAll(got, strings.Repeat("x", maxHeld)+"##\n", strings.Repeat("x", maxHeld)+"##")
		got = strings.ReplaceAll(got, strings.Repeat(" ", maxHeld+1)+":\n", strings.Repeat(" ", maxHeld+1)+":")
		if strings.ReplaceAll(got, part, "") != strings.ReplaceAll(strings.Join(chunks, ""), "\r", "\n") {
			t.Errorf("%s: the text became %q", name, got)
		}
	}
}

func TestOtherTextStaysAsItIs(t *testing.T) {
	for _, text := range []string{"a :: b\n", "std::vector\n", "# [x]\n", "12::34", "", "\n\n", strings.Repeat("x", maxHeld) + "\n"} {
		if got := passed(t, text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// runnerCommand is the first line that GitHub's runner takes for a command
// (ActionCommand.TryParseV2 and TryParse), empty when there is none.
func runnerCommand(text string) string {
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::") || strings.Contains(line, "##[") {
			return line
		}
	}
	return ""
}

func FuzzQuiet(f *testing.F) {
	f.Add("::error::x\n##[group]", 3)
	f.Add("\u2028::a", 1)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		if cut < 0 || cut > len(text) {
			cut = 0
		}
		if found := runnerCommand(passed(t, text[:cut], text[cut:])); found != "" {
			t.Errorf("the runner sees %q in %q", found, text)
		}
	})
}
