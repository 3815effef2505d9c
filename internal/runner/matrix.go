package runner

import (
	"errors"
	"fmt"
	"maps"

	"gopkg.in/yaml.v3"
)

// combinations expands strategy.matrix: nil when there is none.
func combinations(node yaml.Node, scope Scope) ([]map[string]any, error) {
	if node.IsZero() {
		return nil, nil
	}
	value, err := evaluateNode(&node, scope)
	if err != nil {
		return nil, fmt.Errorf("evaluating the matrix: %w", err)
	}
	matrix, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("the matrix is no mapping")
	}
	include, err := entries(matrix["include"])
	if err != nil {
		return nil, err
	}
	exclude, err := entries(matrix["exclude"])
	if err != nil {
		return nil, err
	}
	delete(matrix, "include")
	delete(matrix, "exclude")

	var all []map[string]any
	if len(matrix) > 0 {
		all = []map[string]any{{}}
	}
	for _, name := range sortedKeys(matrix) {
		list, ok := matrix[name].([]any)
		if !ok {
			return nil, fmt.Errorf("matrix.%s is no list", name)
		}
		var next []map[string]any
		for _, combination := range all {
			for _, v := range list {
				longer := maps.Clone(combination)
				longer[name] = v
				next = append(next, longer)
			}
		}
		all = next
	}
	var kept []map[string]any
	for _, combination := range all {
		excluded := false
		for _, e := range exclude {
			excluded = excluded || agrees(combination, e)
		}
		if !excluded {
			kept = append(kept, combination)
		}
	}
	return withIncluded(kept, include, matrix), nil
}

// withIncluded adds each entry to the combinations whose values it does not
// change, or else as a combination of its own.
func withIncluded(all []map[string]any, include []map[string]any, matrix map[string]any) []map[string]any {
	original := len(all)
	for _, e := range include {
		fits := false
		for _, combination := range all[:original] {
			same := true
			for key, v := range e {
				if _, ofMatrix := matrix[key]; ofMatrix && toString(combination[key]) != toString(v) {
					same = false
				}
			}
			if same {
				fits = true
				maps.Copy(combination, e)
			}
		}
		if !fits {
			all = append(all, maps.Clone(e))
		}
	}
	return all
}

func agrees(combination, with map[string]any) bool {
	for key, v := range with {
		if toString(combination[key]) != toString(v) {
			return false
		}
	}
	return true
}

func entries(value any) ([]map[string]any, error) {
	if value == nil {
		return nil, nil
	}
	list, ok := value.([]any)
	if !ok {
		return nil, errors.New("include and exclude of a matrix are lists")
	}
	var out []map[string]any
	for _, v := range list {
		entry, ok := v.(map[string]any)
		if !ok {
			return nil, errors.New("an entry of include or exclude is a mapping")
		}
		out = append(out, entry)
	}
	return out, nil
}

// evaluateNode turns YAML into values, evaluating the expressions in it.
func evaluateNode(n *yaml.Node, scope Scope) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			v, err := evaluateNode(n.Content[i+1], scope)
			if err != nil {
				return nil, err
			}
			out[n.Content[i].Value] = v
		}
		return out, nil
	case yaml.SequenceNode:
		out := []any{}
		for _, element := range n.Content {
			v, err := evaluateNode(element, scope)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case yaml.ScalarNode:
		if n.Tag == "!!str" {
			return scope.Value(n.Value)
		}
		var v any
		if err := n.Decode(&v); err != nil {
			return nil, err
		}
		switch v := v.(type) {
		case int:
			return float64(v), nil
		case nil, bool, float64, string:
			return v, nil
		}
		return n.Value, nil
	}
	return nil, fmt.Errorf("line %d: this runner does not know this YAML", n.Line)
}
