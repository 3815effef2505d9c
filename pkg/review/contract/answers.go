package contract

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// schema is what is read of a JSON schema.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       jsontext.Value     `json:"type"`
	Format     string             `json:"format"`
	Enum       []jsontext.Value   `json:"enum"`
	Const      jsontext.Value     `json:"const"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Items      jsontext.Value     `json:"items"`
	AnyOf      []*schema          `json:"anyOf"`
	OneOf      []*schema          `json:"oneOf"`
	Defs       map[string]*schema `json:"$defs"`
}

// document is a JSON schema with what it refers to. moose-lib for TypeScript writes the
// schemas beside their components, the one for Python writes the schema itself.
type document struct {
	schema
	Schemas    []*schema `json:"schemas"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

// Answers are the differences between the JSON schemas of two answers that matter to
// whoever reads them: fields that go, that can be missing, or that are of another type.
// A schema that cannot be read differs in nothing.
func Answers(before, after jsontext.Value) []Difference {
	var b, a document
	if len(before) == 0 || len(after) == 0 || json.Unmarshal(before, &b) != nil || json.Unmarshal(after, &a) != nil {
		return nil
	}
	c := comparison{before: &b, after: &a, seen: map[[2]*schema]bool{}}
	c.compare("", b.root(), a.root())
	return c.found
}

func (d *document) root() *schema {
	if len(d.Schemas) > 0 {
		return d.Schemas[0]
	}
	return &d.schema
}

// resolve follows references within the document.
func (d *document) resolve(s *schema) *schema {
	for range 20 {
		if s == nil || s.Ref == "" {
			return s
		}
		name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		switch {
		case strings.HasPrefix(s.Ref, "#/$defs/"):
			s = d.Defs[name]
		case strings.HasPrefix(s.Ref, "#/components/schemas/"):
			s = d.Components.Schemas[name]
		default:
			return nil
		}
	}
	return nil
}

type comparison struct {
	before, after *document
	seen          map[[2]*schema]bool
	found         []Difference
}

func (c *comparison) compare(path string, b, a *schema) {
	b, a = c.before.resolve(b), c.after.resolve(a)
	if b == nil || a == nil || c.met(b, a) {
		return
	}
	was, is := c.before.forms(b), c.after.forms(a)
	if len(was) > 0 && len(is) > 0 && slices.ContainsFunc(is, func(t string) bool { return !fits(t, was) }) {
		c.found = append(c.found, Difference{Kind: Narrowed, Path: orAnswer(path), Before: strings.Join(was, " or "), After: strings.Join(is, " or ")})
		return
	}
	inB, inA := c.before.object(b), c.after.object(a)
	if inB == nil || inA == nil || (inB != b || inA != a) && c.met(inB, inA) {
		return
	}
	b, a = inB, inA
	c.properties(path, b, a)
	if inner, now := items(b), items(a); inner != nil && now != nil {
		c.compare(path, inner, now)
	}
}

// met reports whether two schemas were compared before, as they are in one that has
// itself as a part.
func (c *comparison) met(b, a *schema) bool {
	pair := [2]*schema{b, a}
	before := c.seen[pair]
	c.seen[pair] = true
	return before
}

func (c *comparison) properties(path string, b, a *schema) {
	names := make([]string, 0, len(b.Properties))
	for name := range b.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		at := name
		if path != "" {
			at = path + "." + name
		}
		now := a.Properties[name]
		switch {
		case now == nil:
			c.found = append(c.found, Difference{Kind: Missing, Path: at, Before: strings.Join(c.before.forms(b.Properties[name]), " or ")})
			continue
		case slices.Contains(b.Required, name) && !slices.Contains(a.Required, name):
			c.found = append(c.found, Difference{Kind: Optional, Path: at})
		}
		c.compare(at, b.Properties[name], now)
	}
}

// forms are the types that a schema allows, none when it does not say.
func (d *document) forms(s *schema) []string { return d.formsWithin(s, map[*schema]bool{}) }

// formsWithin looks at each schema once, however often it is referred to.
func (d *document) formsWithin(s *schema, seen map[*schema]bool) []string {
	s = d.resolve(s)
	if s == nil || seen[s] {
		return nil
	}
	seen[s] = true
	var out []string
	for _, branch := range slices.Concat(s.AnyOf, s.OneOf) {
		inner := d.formsWithin(branch, seen)
		if len(inner) == 0 {
			return nil
		}
		out = append(out, inner...)
	}
	var one string
	var many []string
	switch {
	case json.Unmarshal(s.Type, &one) == nil && one != "":
		out = append(out, one)
	case json.Unmarshal(s.Type, &many) == nil:
		out = append(out, many...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// fits reports whether a reader of the old types takes the new one.
func fits(form string, old []string) bool {
	return slices.Contains(old, form) || form == "integer" && slices.Contains(old, "number")
}

// object is the branch of a schema that has a structure: itself, or that of a field
// which can be null.
func (d *document) object(s *schema) *schema {
	if s.structured() {
		return s
	}
	for _, branch := range slices.Concat(s.AnyOf, s.OneOf) {
		if r := d.resolve(branch); r != nil && r.structured() {
			return r
		}
	}
	return nil
}

func (s *schema) structured() bool { return s.Properties != nil || len(s.Items) > 0 }

// items is the schema of the elements of a list, nil where there is none.
func items(s *schema) *schema {
	var one schema
	if len(s.Items) == 0 || s.Items.Kind() != '{' || json.Unmarshal(s.Items, &one) != nil {
		return nil
	}
	return &one
}

func orAnswer(path string) string {
	if path == "" {
		return "the answer"
	}
	return path
}
