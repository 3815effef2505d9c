package inframap

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// OrderBy is a list of columns or, when IsExpression, one SQL expression.
type OrderBy struct {
	Columns      []string
	Expression   string
	IsExpression bool
}

// OrderByColumns makes an OrderBy from column names.
func OrderByColumns(columns ...string) OrderBy { return OrderBy{Columns: columns} }

// OrderByExpression makes an OrderBy from SQL.
func OrderByExpression(expr string) OrderBy { return OrderBy{Expression: expr, IsExpression: true} }

// Empty reports whether there is nothing to order by.
func (o OrderBy) Empty() bool {
	return !o.IsExpression && len(o.Columns) == 0
}

// String is the form that people read: "id, ts", the expression, or "tuple()".
func (o OrderBy) String() string {
	switch {
	case o.IsExpression:
		return o.Expression
	case len(o.Columns) == 0:
		return "tuple()"
	}
	return strings.Join(o.Columns, ", ")
}

// MarshalJSONTo writes an array of names or a string.
func (o OrderBy) MarshalJSONTo(enc *jsontext.Encoder) error {
	if o.IsExpression {
		return enc.WriteToken(jsontext.String(o.Expression))
	}
	return json.MarshalEncode(enc, o.Columns)
}

// UnmarshalJSONFrom reads an array of names or a string.
func (o *OrderBy) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*o = OrderBy{}
	switch dec.PeekKind() {
	case '"':
		o.IsExpression = true
		return unmarshalFrom(dec, &o.Expression)
	case '[':
		return unmarshalFrom(dec, &o.Columns)
	}
	return errShape("order_by", "a list of columns or an expression")
}
