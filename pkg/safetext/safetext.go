package safetext

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Visible makes text safe for one line of a terminal or a page: control characters,
// terminal escapes, invisible and direction-changing characters are written as Go
// escapes, bytes that are no UTF-8 as \xNN.
func Visible(s string) string {
	clean := true
	for _, r := range s {
		if r == utf8.RuneError || !strconv.IsPrint(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
		i += n
	}
	return b.String()
}

// Lines cuts text at its line ends and makes each line safe; tabs become spaces.
func Lines(s string) []string {
	s = strings.NewReplacer("\r\n", "\n", "\t", "    ").Replace(s)
	lines := strings.Split(strings.TrimRight(s, "\n "), "\n")
	for i, l := range lines {
		lines[i] = Visible(l)
	}
	return lines
}

// Invisible is a zero-width space as an entity. It parts the characters by which a
// forge recognises mentions, issue numbers, links, commits and emoji in the rendered
// text, where a backslash would no longer be seen.
const Invisible = "&#8203;"

var proseEscapes = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "@"+Invisible, "#", "#"+Invisible, "://", ":"+Invisible+"//",
	"\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "~", "\\~", "|", "\\|", "[", "\\[", "]", "\\]",
	"!", "\\!", "{", "\\{", "}", "\\}",
)

// linked is what forges turn into links or pictures without any punctuation of
// Markdown: web addresses, references to issues, commits, and emoji by name.
var linked = regexp.MustCompile(`(?i)www\.|gh-\d|\b[0-9a-f]{7,40}\b|:[a-z0-9_+-]`)

// shortCommit is the least number of digits by which a forge recognises a commit.
const shortCommit = 7

// Prose writes text as running Markdown text in which nothing has a meaning. A dollar
// sign could begin a formula, against which no escape is certain: text with one becomes
// a code span.
func Prose(s string) string {
	if strings.Contains(s, "$") {
		return Code(s)
	}
	s = Visible(s)
	var b strings.Builder
	last := 0
	part := func(cut int) {
		b.WriteString(proseEscapes.Replace(s[last:cut]) + Invisible)
		last = cut
	}
	for _, at := range linked.FindAllStringIndex(s, -1) {
		switch first := s[at[0]]; {
		case first == ':' && strings.Contains(s[at[1]:], ":"):
			part(at[0] + 1)
		case first == ':':
		case strings.ContainsRune("wWgG", rune(first)):
			part(at[0] + 3)
		default:
			for cut := at[0] + shortCommit - 1; cut < at[1]; cut += shortCommit - 1 {
				part(cut)
			}
		}
	}
	return b.String() + proseEscapes.Replace(s[last:])
}

// Block is Prose at the beginning of a paragraph or of an entry of a list: what would
// begin a list, a heading or a code block there is kept from the beginning.
func Block(s string) string {
	s = Prose(strings.TrimSpace(s))
	if s != "" && strings.IndexByte("-+=0123456789", s[0]) >= 0 {
		return Invisible + s
	}
	return s
}

// Literal makes one line safe to stand between backticks: what begins an HTML
// comment is parted, since forges and tools look for their markers in the source.
func Literal(s string) string { return strings.ReplaceAll(Visible(s), "<!--", "<! --") }

// Code writes text as a code span whose delimiter the text cannot close.
func Code(s string) string {
	s = Literal(s)
	if strings.TrimSpace(s) == "" {
		return "(empty)"
	}
	fence := strings.Repeat("`", longestRun(s)+1)
	if s[0] == '`' || s[len(s)-1] == '`' || s[0] == ' ' && s[len(s)-1] == ' ' {
		s = " " + s + " "
	}
	return fence + s + fence
}

// Fenced writes lines as a code block whose fence the lines cannot close.
func Fenced(language string, lines []string) string {
	run := 2
	for _, l := range lines {
		run = max(run, longestRun(l))
	}
	fence := strings.Repeat("`", run+1)
	var b strings.Builder
	b.WriteString(fence + language + "\n")
	for _, l := range lines {
		b.WriteString(l + "\n")
	}
	b.WriteString(fence + "\n")
	return b.String()
}

// longestRun is the length of the longest run of backticks.
func longestRun(s string) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// Clip shortens to at most n runes, the last of which is then "…".
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	count := 0
	for i := range s {
		if count == n-1 {
			if _, size := utf8.DecodeRuneInString(s[i:]); i+size == len(s) {
				return s
			}
			return s[:i] + "…"
		}
		count++
	}
	return s
}

// Log makes one line safe for the log of a workflow, where lines that begin with "::",
// and "##[" anywhere, are commands to the runner.
func Log(s string) string {
	s = strings.ReplaceAll(Visible(s), "##[", "##\u200b[")
	if rest := strings.TrimLeft(s, " "); strings.HasPrefix(rest, "::") {
		return s[:len(s)-len(rest)] + ":\u200b" + rest[1:]
	}
	return s
}

// Sentence begins with a capital letter, unless that would change a name, and ends in
// a full stop.
func Sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if first := s[0]; first >= 'a' && first <= 'z' && !strings.ContainsAny(strings.Fields(s)[0], "._0123456789") {
		s = string(first-'a'+'A') + s[1:]
	}
	if !strings.ContainsAny(s[len(s)-1:], ".?!:") && !strings.HasSuffix(s, "…") {
		s += "."
	}
	return s
}
