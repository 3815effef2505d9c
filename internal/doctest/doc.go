// Package doctest checks the documentation: its links and file names exist, its
// marked commands run, its marked plans can be read. All of it happens in tests;
// this file only finds the marked blocks.
package doctest

import (
	"fmt"
	"regexp"
	"strings"
)

// Block is a fenced code block that follows a marker, an HTML comment on the line
// before it: <!-- run --> or <!-- run project=shop-ts exit=2 -->.
type Block struct {
	// Marker is the first word of the comment, Options the name=value words after it.
	Marker  string
	Options map[string]string
	// Line is the number of the fence's line, from 1; Text what stands inside.
	Line int
	Text string
}

var marker = regexp.MustCompile(`^\s*<!-- (run|plan\.yaml)((?: [a-z]+=[\w.-]+)*) -->\s*$`)

// Blocks lists the marked blocks of a Markdown text. A marker that no block
// follows, and a block that does not end, are errors.
func Blocks(text string) ([]Block, error) {
	lines := strings.Split(text, "\n")
	var out []Block
	for i := 0; i < len(lines); i++ {
		m := marker.FindStringSubmatch(lines[i])
		if m == nil {
			continue
		}
		if i++; i >= len(lines) || !strings.HasPrefix(lines[i], "```") {
			return nil, fmt.Errorf("line %d: no code block follows the marker", i)
		}
		b := Block{Marker: m[1], Options: map[string]string{}, Line: i + 1}
		for _, word := range strings.Fields(m[2]) {
			name, value, _ := strings.Cut(word, "=")
			b.Options[name] = value
		}
		start := i + 1
		for i++; i < len(lines) && lines[i] != "```"; i++ {
		}
		if i >= len(lines) {
			return nil, fmt.Errorf("line %d: the code block does not end", b.Line)
		}
		b.Text = strings.Join(lines[start:i], "\n") + "\n"
		out = append(out, b)
	}
	return out, nil
}
