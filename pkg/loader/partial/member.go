package partial

import (
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// maxProblems bounds how many problems one error lists.
const maxProblems = 10

// problems gathers what is wrong and what is odd, so that one run tells all of it.
type problems struct {
	errors   []string
	warnings []string
}

func (p *problems) fail(where, what string) { p.errors = append(p.errors, where+": "+what) }

func (p *problems) warn(where, what string) { p.warnings = append(p.warnings, where+": "+what) }

// object is one JSON object that is read member by member; what nobody asked for
// is left over at the end.
type object struct {
	where   string
	members map[string]jsontext.Value
	*problems
}

func (p *problems) object(where string, raw jsontext.Value) *object {
	o := &object{where: where, problems: p}
	if err := json.Unmarshal(raw, &o.members); err != nil {
		p.fail(where, "must be a JSON object")
	}
	return o
}

// snake is the snake_case spelling of a camelCase name.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// take removes a member, in either spelling; nil when it is absent or null.
func (o *object) take(name string) jsontext.Value {
	var found jsontext.Value
	for _, key := range []string{snake(name), name} {
		if v, ok := o.members[key]; ok {
			delete(o.members, key)
			if v.Kind() != 'n' {
				found = v
			}
		}
	}
	return found
}

// decode takes a member into v; it reports whether the member was there.
func (o *object) decode(name, want string, v any) bool {
	raw := o.take(name)
	if raw == nil {
		return false
	}
	if err := json.Unmarshal(raw, v); err != nil {
		o.fail(o.where, name+" must be "+want+": "+err.Error())
		return false
	}
	return true
}

func (o *object) text(name string) *string {
	var s string
	if !o.decode(name, "a text", &s) {
		return nil
	}
	return &s
}

// required is text that an object cannot do without.
func (o *object) required(name string) string {
	s := o.text(name)
	if s == nil || *s == "" {
		o.fail(o.where, name+" is missing")
		return ""
	}
	return *s
}

func (o *object) textOr(name, def string) string {
	if s := o.text(name); s != nil {
		return *s
	}
	return def
}

func (o *object) count(name string, def uint64) uint64 {
	n := def
	if !o.decode(name, "a whole number", &n) {
		return def
	}
	return n
}

func (o *object) texts(name string) []string {
	var out []string
	o.decode(name, "a list of texts", &out)
	return out
}

// objects takes a member that is a list of objects.
func (o *object) objects(name string) []*object {
	var raws []jsontext.Value
	o.decode(name, "a list", &raws)
	out := make([]*object, 0, len(raws))
	for _, raw := range raws {
		out = append(out, o.problems.object(o.where+": "+name, raw))
	}
	return out
}

// child takes a member that is an object, nil when it is absent.
func (o *object) child(name string) *object {
	raw := o.take(name)
	if raw == nil {
		return nil
	}
	return o.problems.object(o.where+": "+name, raw)
}

// section takes a member that is a map of named objects, in the order of their names.
func (o *object) section(name, kind string) []*object {
	var raws map[string]jsontext.Value
	o.decode(name, "an object", &raws)
	out := make([]*object, 0, len(raws))
	for _, key := range inframap.Keys(raws) {
		out = append(out, o.problems.object(kind+" "+key, raws[key]))
	}
	return out
}

// rest is what nobody took: kept in the map and reported. Nulls carry nothing
// and vanish.
func (o *object) rest() inframap.Extra {
	left := o.restQuietly()
	var members map[string]jsontext.Value
	if left.UnknownJSON != nil && json.Unmarshal(left.UnknownJSON, &members) == nil {
		for _, name := range inframap.Keys(members) {
			o.warnUnknown(o.where, name)
		}
	}
	return left
}

func (p *problems) warnUnknown(where, name string) {
	p.warn(where, "unknown member "+quote(name)+", written by a newer moose-lib; kept")
}

// restQuietly is rest for members that belong to the user.
func (o *object) restQuietly() inframap.Extra {
	for name, v := range o.members {
		if v.Kind() == 'n' {
			delete(o.members, name)
		}
	}
	if len(o.members) == 0 {
		return inframap.Extra{}
	}
	raw, err := json.Marshal(o.members, json.Deterministic(true))
	if err != nil {
		o.fail(o.where, err.Error())
		return inframap.Extra{}
	}
	return inframap.Extra{UnknownJSON: raw}
}

func quote(s string) string { return `"` + s + `"` }
