package inframap

import "github.com/go-json-experiment/json/jsontext"

// Column is one column of a table, a topic, a Nested type or an ingest model.
type Column struct {
	Name     string     `json:"name"`
	DataType ColumnType `json:"data_type"`
	// Required is false for a Nullable column; arrays and Nested are always required.
	Required   bool `json:"required"`
	Unique     bool `json:"unique"`
	PrimaryKey bool `json:"primary_key"`
	// Default, Materialized and Alias are SQL expressions; at most one is set.
	Default      *string      `json:"default"`
	Annotations  []Annotation `json:"annotations"`
	Comment      *string      `json:"comment,omitzero"`
	TTL          *string      `json:"ttl,omitzero"`
	Codec        *string      `json:"codec,omitzero"`
	Materialized *string      `json:"materialized,omitzero"`
	Alias        *string      `json:"alias,omitzero"`
	// Ephemeral is set on an existing column that ClickHouse does not store, with its
	// expression or "". Moose has no word for it; it stands in plan files only.
	Ephemeral *string `json:"ephemeral,omitzero"`
	Extra     `json:",embed"`
}

// Annotation is a pair such as ["LowCardinality", true] or
// ["aggregationFunction", {"functionName": "avg", "argumentTypes": [...]}].
type Annotation struct {
	Name  string
	Value jsontext.Value
}

// The annotations that change a column's ClickHouse type.
const (
	AnnotationLowCardinality  = "LowCardinality"
	AnnotationAggregate       = "aggregationFunction"
	AnnotationSimpleAggregate = "simpleAggregationFunction"
	AnnotationStringDate      = "stringDate"
)

// AggregateFunction is the value of AnnotationAggregate.
type AggregateFunction struct {
	FunctionName  string       `json:"functionName"`
	ArgumentTypes []ColumnType `json:"argumentTypes"`
	Extra         `json:",embed"`
}

// SimpleAggregateFunction is the value of AnnotationSimpleAggregate.
type SimpleAggregateFunction struct {
	FunctionName string     `json:"functionName"`
	ArgumentType ColumnType `json:"argumentType"`
	Extra        `json:",embed"`
}

// MarshalJSONTo writes the pair as a two-element array.
func (a Annotation) MarshalJSONTo(enc *jsontext.Encoder) error {
	value := a.Value
	if value == nil {
		value = jsontext.Value("null")
	}
	if err := enc.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	if err := enc.WriteToken(jsontext.String(a.Name)); err != nil {
		return err
	}
	if err := enc.WriteValue(value); err != nil {
		return err
	}
	return enc.WriteToken(jsontext.EndArray)
}

// UnmarshalJSONFrom reads the two-element array.
func (a *Annotation) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var pair []jsontext.Value
	if err := unmarshalFrom(dec, &pair); err != nil {
		return err
	}
	if len(pair) != 2 {
		return errShape("annotation", "an array of a name and a value")
	}
	if err := unmarshal(pair[0], &a.Name); err != nil {
		return err
	}
	a.Value = pair[1]
	return nil
}

// Annotation returns the value of the named annotation.
func (c *Column) Annotation(name string) (jsontext.Value, bool) {
	for _, a := range c.Annotations {
		if a.Name == name {
			return a.Value, true
		}
	}
	return nil, false
}

// LowCardinality reports whether the column carries a true LowCardinality annotation.
func (c *Column) LowCardinality() bool {
	v, ok := c.Annotation(AnnotationLowCardinality)
	return ok && string(v) == "true"
}

// Aggregate returns the AggregateFunction annotation, nil when there is none.
func (c *Column) Aggregate() (*AggregateFunction, error) {
	v, ok := c.Annotation(AnnotationAggregate)
	if !ok {
		return nil, nil
	}
	f := &AggregateFunction{}
	return f, unmarshal(v, f)
}

// SimpleAggregate returns the SimpleAggregateFunction annotation, nil when there is none.
func (c *Column) SimpleAggregate() (*SimpleAggregateFunction, error) {
	v, ok := c.Annotation(AnnotationSimpleAggregate)
	if !ok {
		return nil, nil
	}
	f := &SimpleAggregateFunction{}
	return f, unmarshal(v, f)
}

// NewAnnotation makes an annotation from any value that JSON can hold.
func NewAnnotation(name string, value any) (Annotation, error) {
	v, err := marshal(value)
	return Annotation{Name: name, Value: v}, err
}
