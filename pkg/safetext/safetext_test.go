package safetext_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

func TestProse(t *testing.T) {
	for in, want := range map[string]string{
		"plain text":        "plain text",
		"@octocat":          "@&#8203;octocat",
		"a#1":               "a#&#8203;1",
		"GH-1 and highgh-2": "GH-&#8203;1 and highgh-&#8203;2",
		"www.x.example":     "www&#8203;.x.example",
		"http://x":          "http:&#8203;//x",
		":tada: at 12:30":   ":&#8203;tada: at 12:30",
		"deadbeef":          "deadbe&#8203;ef",
		"costs $a^2$":       "`costs $a^2$`",
		"0123456789abcdef":  "012345&#8203;6789ab&#8203;cdef",
		"<b>&amp;":          "&lt;b&gt;&amp;amp;",
		"a\r\nb\x1b\u202e":  `a\\r\\nb\\x1b\\u202e`,
		"[x](y) ![z]":       `\[x\](y) \!\[z\]`,
		"\xff":              `\\xff`,
	} {
		if got := safetext.Prose(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestBlock(t *testing.T) {
	for in, want := range map[string]string{"- a": "&#8203;- a", "1. a": "&#8203;1. a", "    a": "a", "": "", "# a": "#&#8203; a", "===": "&#8203;==="} {
		if got := safetext.Block(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCode(t *testing.T) {
	for in, want := range map[string]string{"a": "`a`", "a`b": "``a`b``", "`": "`` ` ``", " ": "(empty)", "": "(empty)", "<!-- x": "`<! -- x`", " a ": "`  a  `"} {
		if got := safetext.Code(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestLog(t *testing.T) {
	for in, want := range map[string]string{
		"::error::x": ":\u200b:error::x", "  ::set-output name=a::b": "  :\u200b:set-output name=a::b", "a ::b": "a ::b",
		"x ##[error]y": "x ##\u200b[error]y", "a\n::error::b": `a\n::error::b`, "\t::x": `\t::x`,
	} {
		if got := safetext.Log(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzClip(f *testing.F) {
	f.Add("éé\xffabc", 3)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = n&0xff + 1
		got := safetext.Clip(s, n)
		if count := utf8.RuneCountInString(got); count > n {
			t.Errorf("%d runes of %d", count, n)
		}
		if got != s && (!strings.HasPrefix(s, strings.TrimSuffix(got, "…")) || utf8.RuneCountInString(s) <= n) {
			t.Errorf("%q is cut to %q", s, got)
		}
	})
}
