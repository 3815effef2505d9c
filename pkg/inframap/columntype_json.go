package inframap

import (
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MarshalJSONTo writes the one member that is set.
func (t ColumnType) MarshalJSONTo(enc *jsontext.Encoder) error {
	switch {
	case t.Enum != nil:
		return json.MarshalEncode(enc, t.Enum)
	case t.Array != nil:
		return json.MarshalEncode(enc, t.Array)
	case t.Nullable != nil:
		return json.MarshalEncode(enc, map[string]*ColumnType{"nullable": t.Nullable})
	case t.Tuple != nil:
		return json.MarshalEncode(enc, t.Tuple)
	case t.Map != nil:
		return json.MarshalEncode(enc, t.Map)
	case t.Nested != nil:
		return json.MarshalEncode(enc, t.Nested)
	case t.JSON != nil:
		return json.MarshalEncode(enc, t.JSON)
	case t.Unknown != nil:
		return enc.WriteValue(t.Unknown)
	}
	return enc.WriteToken(jsontext.String(t.Simple))
}

// camelKeys are the members whose snake_case spelling Moose's Python library writes.
var camelKeys = map[string]string{
	"element_type": "elementType", "element_nullable": "elementNullable",
	"key_type": "keyType", "value_type": "valueType",
	"typedPaths": "typed_paths", "skipPaths": "skip_paths", "skipRegexps": "skip_regexps",
	"maxDynamicPaths": "max_dynamic_paths", "maxDynamicTypes": "max_dynamic_types",
}

// UnmarshalJSONFrom tells the untagged shapes apart by their keys; both
// camelCase and snake_case spellings are accepted, as Moose does.
func (t *ColumnType) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	*t = ColumnType{}
	switch raw.Kind() {
	case '"':
		var s string
		if err := unmarshal(raw, &s); err != nil {
			return err
		}
		*t = simpleFromJSON(s)
		return nil
	case '{':
		return t.decodeObject(raw.Clone())
	}
	return errShape("data_type", "a type name or an object")
}

func (t *ColumnType) decodeObject(raw jsontext.Value) error {
	var members map[string]jsontext.Value
	if err := unmarshal(raw, &members); err != nil {
		return err
	}
	renamed := false
	for from, to := range camelKeys {
		if v, ok := members[from]; ok {
			members[to] = v
			delete(members, from)
			renamed = true
		}
	}
	if renamed {
		var err error
		if raw, err = marshal(members); err != nil {
			return err
		}
	}
	has := func(key string) bool { _, ok := members[key]; return ok }
	switch {
	case has("values") && has("name"):
		return unmarshal(raw, &t.Enum)
	case has("elementType"):
		return unmarshal(raw, &t.Array)
	case has("nullable"):
		return unmarshal(members["nullable"], &t.Nullable)
	case has("fields"):
		return unmarshal(raw, &t.Tuple)
	case has("keyType") && has("valueType"):
		return unmarshal(raw, &t.Map)
	case has("columns") && has("name"):
		return unmarshal(raw, &t.Nested)
	case has("typed_paths") || has("skip_paths") || has("max_dynamic_paths") || has("max_dynamic_types") || has("skip_regexps"):
		return unmarshal(raw, &t.JSON)
	}
	t.Unknown = raw
	return nil
}

var decimalSpacing = regexp.MustCompile(`^Decimal\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)$`)

// simpleFromJSON maps the aliases that Moose reads to the names that it writes.
func simpleFromJSON(s string) ColumnType {
	switch s {
	case "Json":
		return ColumnType{JSON: &JSONType{}}
	case "Int":
		s = "Int64"
	case "Float":
		s = "Float64"
	case "Decimal":
		s = "Decimal(10, 0)"
	default:
		if m := decimalSpacing.FindStringSubmatch(s); m != nil {
			if m[2] == "" {
				m[2] = "0"
			}
			s = "Decimal(" + m[1] + ", " + m[2] + ")"
		}
	}
	return ColumnType{Simple: strings.TrimSpace(s)}
}

// MarshalJSONTo writes ["name", type].
func (f TupleField) MarshalJSONTo(enc *jsontext.Encoder) error {
	return json.MarshalEncode(enc, []any{f.Name, f.Type})
}

// UnmarshalJSONFrom reads ["name", type].
func (f *TupleField) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var pair []jsontext.Value
	if err := unmarshalFrom(dec, &pair); err != nil {
		return err
	}
	if len(pair) != 2 {
		return errShape("tuple field", "an array of a name and a type")
	}
	if err := unmarshal(pair[0], &f.Name); err != nil {
		return err
	}
	return unmarshal(pair[1], &f.Type)
}
