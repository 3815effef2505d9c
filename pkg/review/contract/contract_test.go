package contract_test

import (
	"slices"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review/contract"
)

func field(name string, t inframap.ColumnType) inframap.Column {
	return inframap.Column{Name: name, DataType: t, Required: true}
}

func plain(name string) inframap.ColumnType { return inframap.SimpleType(name) }

func enum(values ...string) inframap.ColumnType {
	e := &inframap.EnumType{Name: "E"}
	for _, v := range values {
		e.Values = append(e.Values, inframap.EnumMember{Name: "N" + v, Value: inframap.EnumValue{String: &v}})
	}
	return inframap.ColumnType{Enum: e}
}

func list(of inframap.ColumnType) inframap.ColumnType {
	return inframap.ColumnType{Array: &inframap.ArrayType{Element: of}}
}

func nested(columns ...inframap.Column) inframap.ColumnType {
	return inframap.ColumnType{Nested: &inframap.NestedType{Name: "N", Columns: columns}}
}

func TestFieldsThatNoLongerFit(t *testing.T) {
	text := "x"
	id := field("id", plain("Int64"))
	loose := id
	loose.Required = false
	withDefault, materialized := field("d", plain("String")), field("m", plain("String"))
	withDefault.Default, materialized.Materialized = &text, &text
	token := field("jwt", nested(field("sub", plain("String"))))
	token.DataType.Nested.JWT = true
	for name, c := range map[string]struct {
		before, after []inframap.Column
		want          string
	}{
		"the same":                  {[]inframap.Column{id}, []inframap.Column{id}, ""},
		"a field goes":              {[]inframap.Column{id, loose}, []inframap.Column{}, "id is gone, id is gone"},
		"a field comes":             {nil, []inframap.Column{loose}, ""},
		"a demanded field comes":    {nil, []inframap.Column{id}, "id is new and must be there"},
		"a field must be there":     {[]inframap.Column{loose}, []inframap.Column{id}, "id must be there from now on"},
		"a field may be left out":   {[]inframap.Column{id}, []inframap.Column{loose}, ""},
		"what fills itself":         {nil, []inframap.Column{withDefault, materialized, token}, ""},
		"a wider number":            {[]inframap.Column{field("n", plain("Int8"))}, []inframap.Column{field("n", plain("Int64"))}, ""},
		"a narrower number":         {[]inframap.Column{field("n", plain("Int64"))}, []inframap.Column{field("n", plain("Int8"))}, "n is Int8 instead of Int64"},
		"a number with a fraction":  {[]inframap.Column{field("n", plain("Int64"))}, []inframap.Column{field("n", plain("Float64"))}, ""},
		"a number as text":          {[]inframap.Column{field("n", plain("Int64"))}, []inframap.Column{field("n", plain("String"))}, "n is String instead of Int64"},
		"a date as text":            {[]inframap.Column{field("n", plain("UUID"))}, []inframap.Column{field("n", plain("String"))}, ""},
		"a value of an enum":        {[]inframap.Column{field("e", enum("a", "b"))}, []inframap.Column{field("e", enum("a"))}, "e is Enum('a') instead of Enum('a', 'b')"},
		"one more value of an enum": {[]inframap.Column{field("e", enum("a"))}, []inframap.Column{field("e", enum("b", "a"))}, ""},
		"a field within one":        {[]inframap.Column{field("o", nested(id))}, []inframap.Column{field("o", nested(id, field("x", plain("String"))))}, "o.x is new and must be there"},
		"a field within a list":     {[]inframap.Column{field("o", list(nested(id)))}, []inframap.Column{field("o", list(nested(loose)))}, ""},
		"a list of other things":    {[]inframap.Column{field("o", list(plain("Int64")))}, []inframap.Column{field("o", list(plain("Int8")))}, "o is Array(Int8) instead of Array(Int64)"},
		"a list of wider things":    {[]inframap.Column{field("o", list(plain("Int8")))}, []inframap.Column{field("o", list(plain("Int64")))}, ""},
		"a list instead of a value": {[]inframap.Column{field("o", plain("Int8"))}, []inframap.Column{field("o", list(plain("Int8")))}, "o is Array(Int8) instead of Int8"},
	} {
		if got := contract.Text(contract.Fields(c.before, c.after)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// object is a JSON schema as moose-lib for Python writes it.
func object(properties, required string) string {
	return `{"type":"object","properties":{` + properties + `},"required":[` + required + `],"$defs":{"A":{"type":"object","properties":{"x":{"type":"integer"},"more":{"$ref":"#/$defs/A"}}},"B":{"type":"object","properties":{"more":{"$ref":"#/$defs/B"}}}}}`
}

func TestAnswersThatNoLongerFit(t *testing.T) {
	for name, c := range map[string]struct{ before, after, want string }{
		"the same":                {object(`"a":{"type":"string"}`, `"a"`), object(`"a":{"type":"string"}`, `"a"`), ""},
		"no schema before":        {"", object(`"a":{"type":"string"}`, ""), ""},
		"no schema":               {`{}`, object(`"a":{"type":"string"}`, ""), ""},
		"not JSON":                {`{`, object(`"a":{"type":"string"}`, ""), ""},
		"a field comes":           {object(``, ""), object(`"a":{"type":"string"}`, `"a"`), ""},
		"a field goes":            {object(`"a":{"type":"string"},"b":{"type":"string"}`, ""), object(`"b":{"type":"string"}`, ""), "a is gone"},
		"it can be left out":      {object(`"a":{"type":"string"}`, `"a"`), object(`"a":{"type":"string"}`, ""), "a can be left out"},
		"it is always there":      {object(`"a":{"type":"string"}`, ""), object(`"a":{"type":"string"}`, `"a"`), ""},
		"another type":            {object(`"a":{"type":"string"}`, ""), object(`"a":{"type":"integer"}`, ""), "a is integer instead of string"},
		"a whole number":          {object(`"a":{"type":"number"}`, ""), object(`"a":{"type":"integer"}`, ""), ""},
		"a fraction":              {object(`"a":{"type":"integer"}`, ""), object(`"a":{"type":"number"}`, ""), "a is number instead of integer"},
		"it can be null":          {object(`"a":{"type":"string"}`, ""), object(`"a":{"anyOf":[{"type":"string"},{"type":"null"}]}`, ""), "a is null or string instead of string"},
		"it is never null":        {object(`"a":{"type":["string","null"]}`, ""), object(`"a":{"type":"string"}`, ""), ""},
		"behind a reference":      {object(`"a":{"$ref":"#/$defs/A"}`, ""), object(`"a":{"$ref":"#/$defs/B"}`, ""), "a.x is gone"},
		"what null can stand for": {object(`"a":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"null"}]}`, ""), object(`"a":{"anyOf":[{"$ref":"#/$defs/B"},{"type":"null"}]}`, ""), "a.x is gone"},
		"in a list":               {`{"type":"array","items":` + object(`"a":{"type":"string"}`, "") + `}`, `{"type":"array","items":` + object(``, "") + `}`, "a is gone"},
		"a list instead":          {object(`"a":{"type":"string"}`, ""), `{"type":"array"}`, "the answer is array instead of object"},
	} {
		if got := contract.Text(contract.Answers([]byte(c.before), []byte(c.after))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add(object(`"a":{"$ref":"#/$defs/A"}`, `"a"`), object(`"a":{"anyOf":[{"$ref":"#/$defs/B"}]}`, ""))
	f.Add(`{"$ref":"#/$defs/A","$defs":{"A":{"$ref":"#/$defs/A"}}}`, `{"anyOf":[{"$ref":"#/$defs/A"}],"$defs":{"A":{"anyOf":[{"$ref":"#/$defs/A"}]}}}`)
	f.Add(`{"schemas":[null],"components":{"schemas":{"A":null}}}`, `{"properties":{"a":null},"items":[],"anyOf":[null]}`)
	f.Fuzz(func(t *testing.T, before, after string) {
		if same := contract.Answers([]byte(before), []byte(before)); len(same) > 0 {
			t.Errorf("a schema differs from itself: %s", contract.Text(same))
		}
		once, twice := contract.Answers([]byte(before), []byte(after)), contract.Answers([]byte(before), []byte(after))
		if !slices.Equal(once, twice) {
			t.Errorf("%v, then %v", once, twice)
		}
	})
}
