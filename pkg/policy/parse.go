package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxFile bounds the file in bytes; nobody reviews a longer one.
const maxFile = 1 << 20

// Parse reads the file's content. Unknown keys are errors: a misspelled one must not
// pass for a rule. An error names all that is wrong, a line each, with line and column.
func Parse(data []byte) (*Policy, error) {
	p := &Policy{}
	if len(data) > maxFile {
		return nil, fmt.Errorf("it has %d bytes; at most %d are read", len(data), maxFile)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	if err := dec.Decode(&document); errors.Is(err, io.EOF) {
		return p, nil
	} else if err != nil {
		return nil, syntax(err)
	}
	if err := dec.Decode(&yaml.Node{}); err == nil {
		return nil, errors.New("it holds a second document; put everything into one")
	} else if !errors.Is(err, io.EOF) {
		return nil, syntax(err)
	}
	var d decoder
	if root := document.Content[0]; root.Tag != "!!null" {
		d.value(root, reflect.ValueOf(p).Elem(), "the file")
	}
	return p, errors.Join(d.wrong...)
}

// syntax is the library's error for a text that is no YAML, which knows the line only.
func syntax(err error) error {
	return fmt.Errorf("%s; it is no YAML there", strings.TrimPrefix(err.Error(), "yaml: "))
}

// decoder fills the policy from the nodes of the file, which know their places, and
// collects what is wrong.
type decoder struct{ wrong []error }

// scalar is a type of ours that is written as one text.
type scalar interface{ set(text string) error }

// checker is an entry that knows what it may hold as a whole.
type checker interface{ check(e entry) }

// entry is where a value stands in the file.
type entry struct {
	d    *decoder
	node *yaml.Node
}

// wrong reports a mistake at the value of a key, or at the entry itself when it has none.
func (e entry) wrong(key, format string, args ...any) {
	at := e.node
	for i := 0; key != "" && i+1 < len(e.node.Content); i += 2 {
		if e.node.Content[i].Value == key {
			at = e.node.Content[i+1]
		}
	}
	e.d.report(at, format, args...)
}

func (d *decoder) report(n *yaml.Node, format string, args ...any) {
	d.wrong = append(d.wrong, fmt.Errorf("line %d, column %d: "+format, append([]any{n.Line, n.Column}, args...)...))
}

// value reads a node into v; what names it in messages.
func (d *decoder) value(n *yaml.Node, v reflect.Value, what string) {
	if n.Kind == yaml.AliasNode {
		d.report(n, "%s: *%s is not read here; write the value out", what, n.Value)
		return
	}
	if s, ok := v.Addr().Interface().(scalar); ok {
		d.scalar(n, what, "one value", s.set)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), what)
	case reflect.Struct:
		d.structure(n, v, what)
	case reflect.Map:
		d.mapping(n, v, what)
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			d.report(n, "%s is %s; it must be a list", what, kind(n))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
		for i, item := range n.Content {
			d.value(item, v.Index(i), fmt.Sprintf("%s, entry %d", what, i+1))
		}
	case reflect.Bool:
		d.scalar(n, what, "true or false", func(text string) error {
			if n.Tag != "!!bool" {
				return fmt.Errorf("%q is neither true nor false", text)
			}
			v.SetBool(strings.EqualFold(text, "true"))
			return nil
		})
	case reflect.Int:
		d.scalar(n, what, "a number", func(text string) error {
			number, err := strconv.ParseInt(text, 10, 32)
			if err != nil || n.Tag != "!!int" {
				return fmt.Errorf("%q is no whole number, such as 2", text)
			}
			v.SetInt(number)
			return nil
		})
	default:
		d.text(n, what, v.SetString)
	}
}

func (d *decoder) text(n *yaml.Node, what string, set func(string)) {
	d.scalar(n, what, "a text", func(text string) error {
		if n.Tag != "!!str" && n.Tag != "!!timestamp" { // a date is text in YAML 1.2
			return fmt.Errorf("%s is no text for YAML; put it into quotes: %q", text, text)
		}
		set(text)
		return nil
	})
}

func (d *decoder) scalar(n *yaml.Node, what, wanted string, set func(string) error) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		d.report(n, "%s is %s; it must be %s", what, kind(n), wanted)
		return
	}
	if err := set(n.Value); err != nil {
		d.report(n, "%s: %w", what, err)
	}
}

// kind names what stands at a node.
func kind(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a group of keys"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "empty"
	}
	return fmt.Sprintf("%q", n.Value)
}

// keys calls each for every key of a mapping, once.
func (d *decoder) keys(n *yaml.Node, what string, each func(key string, at, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.report(n, "%s is %s; it must be keys with values", what, kind(n))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		at, value := n.Content[i], n.Content[i+1]
		if at.Kind != yaml.ScalarNode {
			d.report(at, "%s: a key must be one word", what)
			continue
		}
		if line, twice := seen[at.Value]; twice {
			d.report(at, "the key %q stands in line %d already; leave one of them", at.Value, line)
			continue
		}
		seen[at.Value] = at.Line
		each(at.Value, at, value)
	}
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value, what string) {
	fields, known := map[string]int{}, []string(nil)
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("yaml")
		fields[key], known = i, append(known, key)
	}
	before := len(d.wrong)
	d.keys(n, what, func(key string, at, value *yaml.Node) {
		i, ok := fields[key]
		if !ok {
			d.report(at, "the key %q is not known here; known are %s", key, strings.Join(known, ", "))
			return
		}
		d.value(value, v.Field(i), key)
	})
	// Of an entry that could not be read, more would be guessed.
	if c, ok := v.Interface().(checker); ok && len(d.wrong) == before {
		c.check(entry{d, n})
	}
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, what string) {
	v.Set(reflect.MakeMap(v.Type()))
	d.keys(n, what, func(key string, _, value *yaml.Node) {
		d.text(value, what+", "+key, func(text string) { v.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(text)) })
	})
}
