package diff

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// changeFound is an action with its reasons.
type changeFound struct {
	action Action
	why    []Attribute
}

// pairOf is one object of two maps with the same id.
type pairOf[T any] struct {
	id            string
	before, after *T
	change        changeFound
}

// pairs lists the objects that differ, or, when compare is nil, every object of both maps.
func pairs[T any](before, after map[string]*T, compare func(b, a any) []Attribute) []pairOf[T] {
	ids := map[string]bool{}
	for id := range before {
		ids[id] = true
	}
	for id := range after {
		ids[id] = true
	}
	var out []pairOf[T]
	for _, id := range inframap.Keys(ids) {
		p := pairOf[T]{id: id, before: before[id], after: after[id]}
		switch {
		case p.before == nil:
			p.change.action = Add
		case p.after == nil:
			p.change.action = Remove
		case compare != nil:
			if p.change.why = compare(p.before, p.after); len(p.change.why) == 0 {
				continue
			}
			p.change.action = Update
		}
		out = append(out, p)
	}
	return out
}

func other[T any](before, after *T) *Pair[any] {
	p := &Pair[any]{}
	if before != nil {
		var v any = before
		p.Before = &v
	}
	if after != nil {
		var v any = after
		p.After = &v
	}
	return p
}

func nameOf[T any](before, after *T, name func(*T) string) string {
	if after != nil {
		return name(after)
	}
	return name(before)
}

// notCompared are members that say where an object was declared, not what it is.
var notCompared = map[string]bool{
	"metadata": true, "source_file": true, "source_line": true, "source_column": true, "abs_file_path": true, "executable": true,
}

// forComparison lists the leaves in which two objects differ, by their JSON path.
func forComparison(b, a any) []Attribute {
	before, after := map[string]string{}, map[string]string{}
	flatten("", b, before)
	flatten("", a, after)
	var why []Attribute
	for _, path := range inframap.Keys(union(before, after)) {
		if before[path] != after[path] {
			why = append(why, Attribute{path, before[path], after[path]})
		}
	}
	return why
}

func flatten(path string, v any, into map[string]string) {
	raw, err := inframap.Canonical(v)
	if err != nil {
		into[path] = err.Error()
		return
	}
	flattenValue(path, raw, into)
}

func flattenValue(path string, raw jsontext.Value, into map[string]string) {
	switch raw.Kind() {
	case '{':
		var members map[string]jsontext.Value
		if json.Unmarshal(raw, &members) != nil {
			return
		}
		for k, v := range members {
			if !notCompared[k] {
				flattenValue(strings.TrimPrefix(path+"."+k, "."), v, into)
			}
		}
	case '[':
		flattenArray(path, raw, into)
	case 'n':
	case '"':
		var s string
		if json.Unmarshal(raw, &s) == nil {
			into[path] = s
		}
	default:
		into[path] = string(raw)
	}
}

// flattenArray names the elements of a list by their "name" or "id" where they have one.
func flattenArray(path string, raw jsontext.Value, into map[string]string) {
	var elements []jsontext.Value
	if json.Unmarshal(raw, &elements) != nil {
		return
	}
	for _, e := range elements {
		var named struct {
			Name string `json:"name"`
			ID   string `json:"id"`
		}
		if e.Kind() != '{' || json.Unmarshal(e, &named) != nil || named.Name+named.ID == "" {
			into[path] = string(raw)
			return
		}
		flattenValue(path+" "+named.Name+named.ID, e, into)
	}
}
