package codegen

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// hostile are texts that try to leave the place they stand in.
var hostile = []string{
	"a-b", "", " ", `"; process.exit(7); "`, `\"; import os; os.abort() #`, "'''", `"""`, "`${process.exit(7)}`", "*/ process.exit(7) /*", "// x", "# -*- coding: utf-7 -*-",
	"line\nbreak", "line\r\nbreak", "\u2028process.exit(7)", "\u2029", "\u0085", "\x00\x1b[31m", "\u202eesrever", `back\`, `back\\`, "__proto__", "constructor", "class",
	"@deprecated", "{@link x}", "<b>", "ünï😀", "\xff\xfe", "1", "__init__", "mro", "date", "😀",
}

func seed(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
}

// lineEnds are the characters that end a line in TypeScript, in Python, or in an editor.
const lineEnds = "\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029"

func FuzzStrings(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		if !validText(text) {
			return
		}
		for language, literal := range map[string]string{"TypeScript": typeScriptString(text), "Python": pythonString(text)} {
			if strings.ContainsAny(literal, lineEnds) || strings.ContainsFunc(literal, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }) {
				t.Errorf("%s: %s holds what can be taken for the end of a line, or turns the text around", language, literal)
			}
			var back string
			var err error
			if language == "TypeScript" {
				err = json.Unmarshal([]byte(literal), &back) // whose strings are literals of ECMAScript
			} else {
				back, err = strconv.Unquote(literal) // Go's escapes mean the same in Python
			}
			if err != nil || back != text {
				t.Errorf("%s: %s is read as %q (%v), want %q", language, literal, back, err, text)
			}
		}
	})
}

func FuzzComments(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		if line := commentLine(text); strings.ContainsAny(line, lineEnds) || strings.ContainsFunc(line, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%q leaves its line", line)
		}
		if docComment(text) && (strings.Contains(text, "*/") || strings.ContainsAny(strings.ReplaceAll(text, "\n", ""), lineEnds)) {
			t.Errorf("%q is taken as a documentation comment", text)
		}
	})
}

var wholeIdentifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func FuzzIdentifiers(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, got := range []string{typeName(text), pascal(text), snake(text), pascalMember(text), environmentName(text + "_key")} {
			if !wholeIdentifier.MatchString(got) {
				t.Errorf("%q becomes %q", text, got)
			}
		}
		n := newNames(pythonReserved)
		if a, b := n.take(text), n.take(text); a == b {
			t.Errorf("the name %q is given twice", a)
		}
	})
}

// FuzzSource puts one text everywhere into a table and demands that the source has,
// outside its texts and comments, only the words that the package itself writes.
func FuzzSource(f *testing.F) {
	seed(f)
	own := map[Language]map[string]bool{}
	for language := range abilities {
		own[language] = map[string]bool{}
		for _, harmless := range []string{"harmless", "a-b", "1", "_1"} {
			_, bare := bareSource(language, harmless)
			for _, word := range anyWord.FindAllString(bare, -1) {
				own[language][word] = true
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		for language := range abilities {
			d, bare := bareSource(language, text)
			if stray.MatchString(bare) {
				t.Errorf("%q leaves something behind:\n%s\n%s", text, d.Source(), bare)
			}
			for _, word := range anyWord.FindAllString(bare, -1) {
				if !own[language][word] && !madeOf(word, text) {
					t.Errorf("%q brings the word %s into the source:\n%s", text, word, d.Source())
				}
			}
		}
	})
}

// madeOf reports whether a name is one that the text gives.
func madeOf(word, text string) bool {
	for _, name := range []string{typeName(text), pascal(text), snake(text), pascalMember(text)} {
		if rest, ok := strings.CutPrefix(word, name); ok && (suffix.MatchString(rest) || suffix.MatchString(strings.TrimPrefix(rest, pascal(text)))) {
			return true
		}
	}
	return false
}

// suffix is what can follow the name: the kind of variable, and a number.
var suffix = regexp.MustCompile(`^(Table|_table)?_*[0-9]*$`)

// stray is what no source has outside its texts and comments.
var stray = regexp.MustCompile("[\"'`#@\\\\]")

// bareSource is the source without texts and comments.
func bareSource(l Language, text string) (*Declarations, string) {
	enum := "Enum8('" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "' = 1)"
	table := &schema.Table{
		Name: schema.Name{Database: text, Object: text}, Engine: schema.Engine{Name: "MergeTree"}, Settings: map[string]string{text: text},
		Columns: []schema.Column{
			{Name: "id", Type: "String", Comment: text, DefaultKind: "DEFAULT", DefaultExpr: text + "x", Codec: text + "x", TTL: text + "x"},
			{Name: text, Type: enum},
			{Name: "j", Type: "JSON(SKIP REGEXP '" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "')"},
		},
		OrderBy: []string{text + "x"}, PrimaryKey: []string{text + "y"}, PartitionBy: text + "x", TTL: text + "x", SampleBy: text + "x",
		Indexes:     []schema.Index{{Name: text, Expr: text, Type: "minmax", Granularity: 1}},
		Projections: []schema.Projection{{Name: text, Body: text + "x"}}, Constraints: []schema.Constraint{{Name: text, Type: "CHECK", Expr: text}},
	}
	d := Declare([]Table{{Schema: table}}, Options{Language: l})
	source := d.Source()
	return d, inert[l].ReplaceAllString(source, " ")
}

// inert are texts and comments, found from left to right: inside of one no other starts.
var inert = map[Language]*regexp.Regexp{
	TypeScript: regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"|//[^\n]*|(?s:/\*.*?\*/)`),
	Python:     regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"|#[^\n]*`),
}

var anyWord = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)
