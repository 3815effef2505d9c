package partial

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// columns takes a list of columns and checks what the JSON decoder cannot: that
// each has a name and a type that this version knows.
func (o *object) columns(name string) []inframap.Column {
	out := []inframap.Column{}
	o.decode(name, "a list of columns", &out)
	o.checkColumns(o.where, out)
	return out
}

func (p *problems) checkColumns(where string, columns []inframap.Column) {
	for i := range columns {
		col := &columns[i]
		if col.Name == "" {
			p.fail(where, "a column has no name")
		}
		at := where + ": column " + col.Name
		p.warnExtra(at, col.Extra)
		p.checkType(at, &col.DataType)
	}
}

func (p *problems) checkType(where string, t *inframap.ColumnType) {
	switch {
	case t.Array != nil:
		p.warnExtra(where, t.Array.Extra)
		p.checkType(where, &t.Array.Element)
	case t.Nullable != nil:
		p.checkType(where, t.Nullable)
	case t.Map != nil:
		p.warnExtra(where, t.Map.Extra)
		p.checkType(where, &t.Map.Key)
		p.checkType(where, &t.Map.Value)
	case t.Nested != nil:
		p.warnExtra(where, t.Nested.Extra)
		p.checkColumns(where, t.Nested.Columns)
	case t.Tuple != nil:
		p.warnExtra(where, t.Tuple.Extra)
		p.checkFields(where, t.Tuple.Fields)
	case t.JSON != nil:
		p.warnExtra(where, t.JSON.Extra)
		p.checkFields(where, t.JSON.TypedPaths)
	case t.Enum != nil:
		p.warnExtra(where, t.Enum.Extra)
	case t.Unknown != nil:
		p.warn(where, "a type that this version does not know, written by a newer moose-lib; kept: "+string(t.Unknown))
	case t.Simple == "":
		p.fail(where, "data_type is missing")
	}
}

func (p *problems) checkFields(where string, fields []inframap.TupleField) {
	for i := range fields {
		p.checkType(where+"."+fields[i].Name, &fields[i].Type)
	}
}

func (p *problems) warnExtra(where string, extra inframap.Extra) {
	var members map[string]jsontext.Value
	if extra.UnknownJSON == nil || json.Unmarshal(extra.UnknownJSON, &members) != nil {
		return
	}
	for _, name := range inframap.Keys(members) {
		p.warnUnknown(where, name)
	}
}
