package partial

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// engine reads engineConfig: {"engine": name, argument: value, …}; absent means
// MergeTree. The arguments get the names and, when not given, the nulls of the
// full map.
func (o *object) engine() inframap.Engine {
	config := o.child("engineConfig")
	if config == nil {
		return inframap.NewEngine("MergeTree")
	}
	name := config.required("engine")
	e := inframap.NewEngine(name)
	known, ok := inframap.EngineParams(name)
	if !ok && name != "" {
		o.warn(o.where, "unknown engine "+quote(name)+", written by a newer moose-lib; kept")
		config.unknownEngine(&e)
		return e
	}
	for _, param := range known {
		raw := config.take(camel(param.Name))
		if raw == nil && param.Name == "version" {
			raw = config.take("ver")
		}
		if raw == nil {
			continue
		}
		if !fits(param.Kind, raw) {
			o.fail(o.where, "engine "+name+": "+camel(param.Name)+" has the wrong type")
			continue
		}
		o.set(&e, param.Name, raw)
	}
	// An engine without arguments is a plain name in the map, so what is left over
	// has no place in it and stays beside it.
	if left := config.rest(); left.UnknownJSON != nil {
		if e.Params == nil {
			o.members["engineConfig"] = left.UnknownJSON
			return e
		}
		o.keepParams(&e, left.UnknownJSON)
	}
	return e
}

func (o *object) unknownEngine(e *inframap.Engine) {
	if left := o.restQuietly(); left.UnknownJSON != nil {
		o.keepParams(e, left.UnknownJSON)
	}
}

func (o *object) keepParams(e *inframap.Engine, raw jsontext.Value) {
	var members map[string]jsontext.Value
	if err := json.Unmarshal(raw, &members); err != nil {
		o.fail(o.where, err.Error())
	}
	for name, v := range members {
		o.set(e, snake(name), v)
	}
}

func (o *object) set(e *inframap.Engine, name string, value any) {
	if err := e.Set(name, value); err != nil {
		o.fail(o.where, "engine argument "+name+": "+err.Error())
	}
}

// fits reports whether a value has the JSON type of an engine argument.
func fits(kind inframap.ParamKind, raw jsontext.Value) bool {
	switch kind {
	case inframap.IntParam:
		var n uint64
		return json.Unmarshal(raw, &n) == nil
	case inframap.ListParam:
		var l []string
		return json.Unmarshal(raw, &l) == nil
	case inframap.MapParam:
		var m map[string]string
		return json.Unmarshal(raw, &m) == nil
	case inframap.BoolParam:
		return raw.Kind() == 't' || raw.Kind() == 'f' || raw.Kind() == '"'
	}
	return raw.Kind() == '"'
}

// camel is the camelCase spelling of a snake_case name.
func camel(name string) string {
	out := make([]byte, 0, len(name))
	for i := 0; i < len(name); i++ {
		if name[i] == '_' && i+1 < len(name) {
			i++
			out = append(out, name[i]&^0x20)
			continue
		}
		out = append(out, name[i])
	}
	return string(out)
}
