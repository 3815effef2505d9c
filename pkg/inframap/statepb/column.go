package statepb

import (
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

func (d *decoder) column(p *pb.Column) inframap.Column {
	d.enter("column " + p.GetName())
	defer d.leave()
	kind, rest := d.columnType(p.GetDataType())
	c := inframap.Column{
		Name: p.GetName(), DataType: kind, Required: p.GetRequired(), Unique: p.GetUnique(),
		PrimaryKey: p.GetPrimaryKey(), Annotations: d.annotations(p.GetAnnotations()), Comment: p.Comment,
		TTL: p.Ttl, Codec: p.Codec, Materialized: p.Materialized, Alias: p.Alias,
		Extra: extra(p, within(2, rest), within(9, unknown(p.GetDefaultExpr()))),
	}
	if v := p.GetDefaultExpr(); v != nil {
		text := v.GetValue()
		c.Default = &text
	}
	return c
}

func (e *encoder) columns(in []inframap.Column) []*pb.Column { return list(in, e.column) }

func (e *encoder) column(c inframap.Column) *pb.Column {
	e.enter("column " + c.Name)
	defer e.leave()
	p := &pb.Column{
		Name: c.Name, DataType: e.columnType(c.DataType), Required: c.Required, Unique: c.Unique,
		PrimaryKey: c.PrimaryKey, Annotations: e.annotations(c.Annotations), Comment: c.Comment,
		Ttl: c.TTL, Codec: c.Codec, Materialized: c.Materialized, Alias: c.Alias,
	}
	if c.Default != nil {
		p.DefaultExpr = &pb.StringValue{Value: *c.Default}
	}
	e.extend(p, c.UnknownProto)
	return p
}

func (d *decoder) annotations(in map[string]string) []inframap.Annotation {
	out := make([]inframap.Annotation, 0, len(in))
	for _, name := range inframap.Keys(in) {
		out = append(out, inframap.Annotation{Name: name, Value: d.document("annotation "+name, in[name])})
	}
	return out
}

func (e *encoder) annotations(in []inframap.Annotation) map[string]string {
	if len(in) == 0 {
		return nil
	}
	out := make(map[string]string, len(in))
	for _, a := range in {
		if _, twice := out[a.Name]; twice {
			e.fail("the annotation %s is there twice", a.Name)
		}
		out[a.Name] = e.text("annotation "+a.Name, a.Value)
	}
	return out
}
