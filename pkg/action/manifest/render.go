package manifest

import (
	"bytes"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

const head = "# Written by `go generate ./pkg/action/manifest` from the table there: do not edit.\n"

// ActionYAML is the text of action.yml. image is what `runs` names: "Dockerfile"
// in the tree, docker://… with a digest in a release.
func ActionYAML(image string) ([]byte, error) {
	inputs, outputs := mapping(), mapping()
	for _, in := range AllInputs() {
		one := mapping("description", in.Description)
		if in.Required {
			add(one, "required", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
		}
		if in.Default != "" {
			add(one, "default", scalar(in.Default))
		}
		add(inputs, in.Name, one)
	}
	for _, out := range AllOutputs() {
		add(outputs, out.Name, mapping("description", out.Description))
	}
	root := mapping(
		"name", "moose-migrate",
		"description", "Plan, review and apply the changes of a Moose project's ClickHouse tables",
		"author", "moose-migrate",
	)
	add(root, "branding", mapping("icon", "database", "color", "purple"))
	add(root, "inputs", inputs)
	add(root, "outputs", outputs)
	add(root, "runs", mapping("using", "docker", "image", image))

	var out bytes.Buffer
	out.WriteString(head)
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return nil, fmt.Errorf("writing action.yml: %w", err)
	}
	return out.Bytes(), nil
}

func scalar(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

func mapping(pairs ...string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i < len(pairs); i += 2 {
		add(node, pairs[i], scalar(pairs[i+1]))
	}
	return node
}

func add(node *yaml.Node, key string, value *yaml.Node) {
	node.Content = append(node.Content, scalar(key), value)
}

// Markers around what InsertTables writes.
const (
	begin = "<!-- written from pkg/action/manifest: begin %s -->"
	end   = "<!-- written from pkg/action/manifest: end %s -->"
)

// InsertTables replaces what is between the markers of doc by the tables of
// inputs and outputs. Without the markers it fails.
func InsertTables(doc []byte) ([]byte, error) {
	text := string(doc)
	for name, table := range map[string]string{"inputs": inputTable(), "outputs": outputTable()} {
		open, shut := fmt.Sprintf(begin, name), fmt.Sprintf(end, name)
		before, rest, ok := strings.Cut(text, open)
		_, after, closed := strings.Cut(rest, shut)
		if !ok || !closed {
			return nil, fmt.Errorf("the document lacks the lines %q and %q; put them where the table of %s belongs", open, shut, name)
		}
		text = before + open + "\n" + table + shut + after
	}
	return []byte(text), nil
}

func inputTable() string {
	var b strings.Builder
	b.WriteString("| input | default | meaning |\n| --- | --- | --- |\n")
	for _, in := range AllInputs() {
		def := ""
		switch {
		case in.Required:
			def = "required"
		case in.Default != "":
			def = "`" + in.Default + "`"
		}
		meaning := in.Description
		if in.Values != nil {
			meaning += " One of `" + strings.Join(in.Values, "`, `") + "`."
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", in.Name, def, meaning)
	}
	return b.String()
}

func outputTable() string {
	var b strings.Builder
	b.WriteString("| output | meaning |\n| --- | --- |\n")
	for _, out := range AllOutputs() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", out.Name, out.Description)
	}
	return b.String()
}
