package codegen

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// validText reports whether a text can stand in a source file at all.
func validText(text string) bool { return utf8.ValidString(text) }

var shortEscapes = map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

// quote writes a text between double quotes; escape writes a rune that is not for eyes.
func quote(text string, escape func(rune) string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch short, ok := shortEscapes[r]; {
		case ok:
			b.WriteString(short)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(escape(r))
		}
	}
	b.WriteByte('"')
	return b.String()
}

// typeScriptString writes a string literal of TypeScript; the text must be valid UTF-8.
func typeScriptString(text string) string {
	return quote(text, func(r rune) string {
		if hi, lo := utf16.EncodeRune(r); hi != unicode.ReplacementChar {
			return fmt.Sprintf(`\u%04x\u%04x`, hi, lo)
		}
		return fmt.Sprintf(`\u%04x`, r)
	})
}

// pythonString writes a string literal of Python; the text must be valid UTF-8.
func pythonString(text string) string {
	return quote(text, func(r rune) string {
		if r > 0xffff {
			return fmt.Sprintf(`\U%08x`, r)
		}
		return fmt.Sprintf(`\u%04x`, r)
	})
}

// commentLine makes text fit for the rest of a line that a comment mark starts: it
// has no line end of any language and nothing that turns the direction of reading.
func commentLine(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
	}
	return b.String()
}

// docComment reports whether a documentation comment of TypeScript gives a text back
// as it is. It does not when the text ends the comment, has tags or links
// (https://www.typescriptlang.org/docs/handbook/jsdoc-supported-types.html), or lines
// with blanks around them, which the compiler removes.
func docComment(text string) bool {
	if !validText(text) || strings.Contains(text, "*/") || strings.Contains(text, "{@") {
		return false
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line != strings.TrimSpace(line) {
			return false
		}
	}
	last := ' '
	for _, r := range text {
		if r == '@' && unicode.IsSpace(last) || r != '\n' && !unicode.IsPrint(r) {
			return false
		}
		last = r
	}
	return true
}
