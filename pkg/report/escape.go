package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// visible makes text safe for one line of a terminal or a page: control characters,
// terminal escapes, invisible and direction-changing characters are written as Go
// escapes, bytes that are no UTF-8 as \xNN.
func visible(s string) string {
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

// visibleLines cuts text at its line ends and makes each line safe; tabs become spaces.
func visibleLines(s string) []string {
	s = strings.NewReplacer("\r\n", "\n", "\t", "    ").Replace(s)
	lines := strings.Split(strings.TrimRight(s, "\n "), "\n")
	for i, l := range lines {
		lines[i] = visible(l)
	}
	return lines
}

// invisible is a zero-width space as an entity. It parts the characters by which a
// forge recognises mentions, issue numbers and links in the rendered text, where a
// backslash would no longer be seen.
const invisible = "&#8203;"

var proseEscapes = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "@"+invisible, "#", "#"+invisible, "://", ":"+invisible+"//",
	"www.", "www"+invisible+".", "WWW.", "WWW"+invisible+".", "GH-", "GH"+invisible+"-", "gh-", "gh"+invisible+"-",
	"\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "~", "\\~", "|", "\\|", "[", "\\[", "]", "\\]", "$", "\\$",
	"!", "\\!", "{", "\\{", "}", "\\}",
)

// prose writes text as running Markdown text in which nothing has a meaning.
func prose(s string) string { return proseEscapes.Replace(visible(s)) }

// literal makes one line safe to stand between backticks: what begins an HTML
// comment is parted, since forges and tools look for their markers in the source.
func literal(s string) string { return strings.ReplaceAll(visible(s), "<!--", "<! --") }

// code writes text as a code span whose delimiter the text cannot close.
func code(s string) string {
	s = literal(s)
	if strings.TrimSpace(s) == "" {
		return "(empty)"
	}
	fence := strings.Repeat("`", longestRun(s)+1)
	if s[0] == '`' || s[len(s)-1] == '`' || s[0] == ' ' && s[len(s)-1] == ' ' {
		s = " " + s + " "
	}
	return fence + s + fence
}

// fenced writes lines as a code block whose fence the lines cannot close.
func fenced(language string, lines []string) string {
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
