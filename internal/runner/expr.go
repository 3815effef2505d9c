package runner

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rhysd/actionlint"
)

// Scope is what an expression can refer to: contexts as github, env, inputs.
// Values are nil, bool, float64, string, []any and map[string]any.
type Scope map[string]any

// Interpolate replaces every ${{ }} in text by its value.
func (s Scope) Interpolate(text string) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${{")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		value, after, err := s.next(rest)
		if err != nil {
			return "", err
		}
		out.WriteString(toString(value))
		text = after
	}
}

// Value is the value of text, which keeps its type when all of it is one ${{ }}.
func (s Scope) Value(text string) (any, error) {
	if rest, found := strings.CutPrefix(strings.TrimSpace(text), "${{"); found {
		value, after, err := s.next(rest)
		if err != nil || after == "" {
			return value, err
		}
	}
	return s.Interpolate(text)
}

// Condition evaluates an `if:`, with or without ${{ }}. Without a function
// that asks for the status, success() is required.
func (s Scope) Condition(text string) (bool, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		text = "success()"
	}
	if inner, found := strings.CutPrefix(text, "${{"); found && strings.HasSuffix(inner, "}}") && !strings.Contains(inner, "${{") {
		text = strings.TrimSuffix(inner, "}}")
	}
	node, _, err := parse(text + "}}")
	if err != nil {
		return false, err
	}
	asks := false
	actionlint.VisitExprNode(node, func(n, _ actionlint.ExprNode, _ bool) {
		if call, ok := n.(*actionlint.FuncCallNode); ok {
			switch strings.ToLower(call.Callee) {
			case "success", "failure", "always", "cancelled":
				asks = true
			}
		}
	})
	if !asks {
		if ok, err := s.call("success", nil); err != nil || !truthy(ok) {
			return false, err
		}
	}
	value, err := s.eval(node)
	return truthy(value), err
}

// next evaluates the expression up to its }} and returns what follows.
func (s Scope) next(text string) (value any, after string, err error) {
	node, offset, err := parse(text)
	if err != nil {
		return nil, "", err
	}
	value, err = s.eval(node)
	if err != nil {
		expr, _, _ := strings.Cut(text, "}}")
		return nil, "", fmt.Errorf("evaluating ${{%s}}: %w", expr, err)
	}
	return value, text[offset:], nil
}

func parse(text string) (node actionlint.ExprNode, offset int, err error) {
	lexer := actionlint.NewExprLexer(text)
	node, problem := actionlint.NewExprParser().Parse(lexer)
	if problem != nil {
		return nil, 0, fmt.Errorf("parsing the expression %q: %s", text, problem.Message)
	}
	return node, lexer.Offset(), nil
}

func (s Scope) eval(node actionlint.ExprNode) (any, error) {
	switch n := node.(type) {
	case *actionlint.NullNode:
		return nil, nil
	case *actionlint.BoolNode:
		return n.Value, nil
	case *actionlint.IntNode:
		return float64(n.Value), nil
	case *actionlint.FloatNode:
		return n.Value, nil
	case *actionlint.StringNode:
		return n.Value, nil
	case *actionlint.VariableNode:
		value, ok := s[strings.ToLower(n.Name)]
		if !ok {
			return nil, fmt.Errorf("this runner has no context %q here", n.Name)
		}
		return value, nil
	case *actionlint.ObjectDerefNode:
		return s.evalIn(n.Receiver, func(of any) any { return property(of, n.Property) })
	case *actionlint.ArrayDerefNode:
		return s.evalIn(n.Receiver, func(of any) any { return spread(of) })
	case *actionlint.IndexAccessNode:
		index, err := s.eval(n.Index)
		if err != nil {
			return nil, err
		}
		return s.evalIn(n.Operand, func(of any) any { return item(of, index) })
	case *actionlint.NotOpNode:
		return s.evalIn(n.Operand, func(of any) any { return !truthy(of) })
	case *actionlint.LogicalOpNode:
		left, err := s.eval(n.Left)
		if err != nil || truthy(left) == (n.Kind == actionlint.LogicalOpNodeKindOr) {
			return left, err
		}
		return s.eval(n.Right)
	case *actionlint.CompareOpNode:
		left, err := s.eval(n.Left)
		if err != nil {
			return nil, err
		}
		return s.evalIn(n.Right, func(right any) any { return compare(n.Kind, left, right) })
	case *actionlint.FuncCallNode:
		args := make([]any, len(n.Args))
		for i, arg := range n.Args {
			var err error
			if args[i], err = s.eval(arg); err != nil {
				return nil, err
			}
		}
		return s.call(strings.ToLower(n.Callee), args)
	}
	return nil, fmt.Errorf("this runner does not know expressions of the kind %T", node)
}

func (s Scope) evalIn(node actionlint.ExprNode, then func(any) any) (any, error) {
	value, err := s.eval(node)
	if err != nil {
		return nil, err
	}
	return then(value), nil
}

// filtered is what `.*` gives: the next property is taken of each element.
type filtered []any

func property(of any, name string) any {
	switch v := of.(type) {
	case filtered:
		var out filtered
		for _, element := range v {
			if got := property(element, name); got != nil {
				out = append(out, got)
			}
		}
		return out
	case map[string]any:
		for key, value := range v {
			if strings.EqualFold(key, name) {
				return value
			}
		}
	}
	return nil
}

func spread(of any) filtered {
	switch v := of.(type) {
	case []any:
		return v
	case filtered:
		var out filtered
		for _, element := range v {
			out = append(out, spread(element)...)
		}
		return out
	case map[string]any:
		var out filtered
		for _, key := range sortedKeys(v) {
			out = append(out, v[key])
		}
		return out
	}
	return nil
}

func item(of, index any) any {
	list, ok := of.([]any)
	if f, is := of.(filtered); is {
		list, ok = f, true
	}
	if !ok {
		return property(of, toString(index))
	}
	if i := toNumber(index); i >= 0 && i < float64(len(list)) {
		return list[int(i)]
	}
	return nil
}

func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0 && !math.IsNaN(v)
	case string:
		return v != ""
	}
	return true
}

// toNumber follows the rules for comparing values of different types.
func toNumber(v any) float64 {
	switch v := v.(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	case string:
		if strings.TrimSpace(v) == "" {
			return 0
		}
		if f, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil {
			return f
		}
	}
	return math.NaN()
}
