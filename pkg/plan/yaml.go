package plan

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
	"gopkg.in/yaml.v3"
)

// maxYAMLNodes bounds what aliases can expand to; a plan of 10,000 tables stays below it.
const maxYAMLNodes = 20_000_000

// yamlToJSON turns one YAML document, block or flow style, into JSON without
// guessing: a scalar keeps the text that was written.
func yamlToJSON(data []byte) (jsontext.Value, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, fmt.Errorf("the file is empty")
	}
	w := &jsonWriter{enc: jsontext.NewEncoder(&bytes.Buffer{})}
	var buf bytes.Buffer
	w.enc.Reset(&buf)
	if err := w.write(doc.Content[0], 0); err != nil {
		return nil, err
	}
	return jsontext.Value(bytes.TrimSpace(buf.Bytes())), nil
}

type jsonWriter struct {
	enc   *jsontext.Encoder
	nodes int
}

func (w *jsonWriter) write(n *yaml.Node, depth int) error {
	if w.nodes++; w.nodes > maxYAMLNodes || depth > 400 {
		return fmt.Errorf("line %d: the file is nested too deeply or expands to too much", n.Line)
	}
	switch n.Kind {
	case yaml.AliasNode:
		return w.write(n.Alias, depth+1)
	case yaml.MappingNode:
		return w.writeMapping(n, depth)
	case yaml.SequenceNode:
		if err := w.enc.WriteToken(jsontext.BeginArray); err != nil {
			return err
		}
		for _, c := range n.Content {
			if err := w.write(c, depth+1); err != nil {
				return err
			}
		}
		return w.enc.WriteToken(jsontext.EndArray)
	case yaml.ScalarNode:
		return w.writeScalar(n)
	}
	return fmt.Errorf("line %d: unexpected content", n.Line)
}

func (w *jsonWriter) writeMapping(n *yaml.Node, depth int) error {
	if n.Tag != "" && n.Tag != "!!map" {
		return fmt.Errorf("line %d: the tag %s is not understood; write the name as a key instead", n.Line, n.Tag)
	}
	if err := w.enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			return fmt.Errorf("line %d: a key must be plain text", key.Line)
		}
		if err := w.enc.WriteToken(jsontext.String(key.Value)); err != nil {
			return fmt.Errorf("line %d: %w", key.Line, err)
		}
		if err := w.write(n.Content[i+1], depth+1); err != nil {
			return err
		}
	}
	return w.enc.WriteToken(jsontext.EndObject)
}

func (w *jsonWriter) writeScalar(n *yaml.Node) error {
	switch n.ShortTag() {
	case "!!null":
		return w.enc.WriteToken(jsontext.Null)
	case "!!bool":
		var b bool
		if err := n.Decode(&b); err != nil {
			return err
		}
		return w.enc.WriteToken(jsontext.Bool(b))
	case "!!int", "!!float":
		if raw := jsontext.Value(n.Value); raw.IsValid() {
			return w.enc.WriteValue(raw)
		}
		var f float64
		if err := n.Decode(&f); err != nil {
			return fmt.Errorf("line %d: %q is not a number: %w", n.Line, n.Value, err)
		}
		return w.enc.WriteToken(jsontext.Float(f))
	}
	if err := w.enc.WriteToken(jsontext.String(n.Value)); err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	return nil
}

// jsonToYAML turns canonical JSON into a block-style YAML tree, keys in the order given.
func jsonToYAML(raw jsontext.Value) (*yaml.Node, error) {
	dec := jsontext.NewDecoder(bytes.NewReader(raw))
	return readNode(dec)
}

func readNode(dec *jsontext.Decoder) (*yaml.Node, error) {
	token, err := dec.ReadToken()
	if err != nil {
		return nil, err
	}
	n := &yaml.Node{}
	switch token.Kind() {
	case '{', '[':
		n.Kind = yaml.MappingNode
		if token.Kind() == '[' {
			n.Kind = yaml.SequenceNode
		}
		for dec.PeekKind() != '}' && dec.PeekKind() != ']' {
			child, err := readNode(dec)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, child)
		}
		if len(n.Content) == 0 {
			n.Style = yaml.FlowStyle
		}
		_, err := dec.ReadToken()
		return n, err
	case '"':
		n.SetString(token.String())
	case 'n':
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, "!!null", "null"
	case 't', 'f':
		n.Kind, n.Tag, n.Value = yaml.ScalarNode, "!!bool", token.String()
	default:
		n.Kind, n.Value = yaml.ScalarNode, token.String()
	}
	return n, nil
}
