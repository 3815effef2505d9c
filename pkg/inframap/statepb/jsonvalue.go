package statepb

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// json makes a document from a value of this package.
func (d *decoder) json(v any) jsontext.Value {
	raw, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		d.fail("make its JSON form: %w", err)
	}
	return raw
}

// document checks text that a protobuf field declares to be JSON.
func (d *decoder) document(what, text string) jsontext.Value {
	v := jsontext.Value(text)
	if !v.IsValid() {
		d.fail("the %s is not JSON", what)
		return nil
	}
	if err := v.Compact(); err != nil {
		d.fail("the %s is not JSON", what)
	}
	return v
}

// text is the one-line form of a document.
func (e *encoder) text(what string, v jsontext.Value) string {
	if v == nil {
		return "null"
	}
	v = v.Clone()
	if err := v.Compact(); err != nil {
		e.fail("the %s is not JSON", what)
	}
	return string(v)
}

// parse reads a document into v, an error naming what it is.
func (e *encoder) parse(what string, raw jsontext.Value, v any) {
	if err := json.Unmarshal(raw, v); err != nil {
		e.fail("read the %s: %w", what, err)
	}
}
