package codegen

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/reverse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// column is the declaration of a column, false when it has none; then a note says why.
func (b *builder) column(s *schema.Column) (inframap.Column, bool) {
	c, err := b.declare(s)
	if err != nil {
		b.note("column "+s.Name, "it is not declared: "+err.Error())
		return c, false
	}
	for _, clause := range []struct{ name, text string }{{"STATISTICS", s.Statistics}, {"SETTINGS", s.Settings}} {
		if clause.text != "" {
			b.note("column "+s.Name, "moose-lib cannot declare "+clause.name+" ("+clause.text+")")
		}
	}
	return c, true
}

func (b *builder) declare(s *schema.Column) (c inframap.Column, err error) {
	if why := b.can.fieldName(s.Name); why != "" {
		return c, fmt.Errorf("%s", why)
	}
	bare := *s
	var zones bool
	bare.Type, zones = withoutZones(s.Type)
	bare.Comment = ddl.UserComment(s.Comment)
	if c, err = b.typed(&bare); err != nil {
		return c, err
	}
	if c.DataType.Enum != nil {
		c.DataType.Enum = declaredEnum(ddl.EnumFromComment(s.Comment), c.DataType.Enum)
		if err := b.can.check(&c.DataType); err != nil {
			return c, err
		}
	}
	if err := b.attributes(s, &c); err != nil {
		return c, err
	}
	if zones {
		declared, err := ddl.ColumnType(&c)
		if err != nil {
			return c, err
		}
		b.note("column "+s.Name, fmt.Sprintf("it is %s and is declared as %s: moose-lib cannot choose the time zone", s.Type, declared))
	}
	return c, nil
}

// typed is the column with a type that can be declared.
func (b *builder) typed(s *schema.Column) (inframap.Column, error) {
	if args, ok := call(s.Type, "SimpleAggregateFunction"); ok {
		return b.simpleAggregate(s, args)
	}
	if args, ok := call(s.Type, "AggregateFunction"); ok {
		return b.aggregate(s, args)
	}
	c := reverse.Column(s, false)
	return c, b.can.check(&c.DataType)
}

func call(sql, name string) (string, bool) {
	rest, ok := strings.CutPrefix(sql, name)
	if !ok {
		return "", false
	}
	return sqltext.Unwrap(rest)
}

// functionName is an aggregate function, with parameters or without.
var functionName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\(.*\))?$`)

func (b *builder) aggregate(s *schema.Column, args string) (c inframap.Column, err error) {
	parts := sqltext.SplitTop(args)
	if len(parts) == 0 || !functionName.MatchString(parts[0]) || !validText(parts[0]) {
		return c, unsupported(s.Type)
	}
	f := inframap.AggregateFunction{FunctionName: parts[0], ArgumentTypes: []inframap.ColumnType{}}
	for _, p := range parts[1:] {
		arg, err := b.argument(p, false)
		if err != nil {
			return c, err
		}
		f.ArgumentTypes = append(f.ArgumentTypes, arg.DataType)
	}
	state := *s
	state.Type = "String"
	c = reverse.Column(&state, false)
	annotation, err := inframap.NewAnnotation(inframap.AnnotationAggregate, f)
	c.Annotations = append(c.Annotations, annotation)
	return c, err
}

func (b *builder) simpleAggregate(s *schema.Column, args string) (c inframap.Column, err error) {
	parts := sqltext.SplitTop(args)
	if len(parts) != 2 || !functionName.MatchString(parts[0]) || !validText(parts[0]) {
		return c, unsupported(s.Type)
	}
	arg, err := b.argument(parts[1], b.can.nullableAggregates)
	if err != nil {
		return c, err
	}
	value := *s
	value.Type = parts[1]
	c = reverse.Column(&value, false)
	annotation, err := inframap.NewAnnotation(inframap.AnnotationSimpleAggregate, inframap.SimpleAggregateFunction{
		FunctionName: parts[0], ArgumentType: arg.DataType,
	})
	c.Annotations = append(c.Annotations, annotation)
	return c, err
}

// argument is the type of an argument of an aggregate function.
func (b *builder) argument(sql string, nullable bool) (inframap.Column, error) {
	arg := reverse.Column(&schema.Column{Type: sql}, false)
	if arg.LowCardinality() || !arg.Required && !nullable {
		return arg, unsupported(sql)
	}
	return arg, b.can.check(&arg.DataType)
}

// attributes checks and takes over what stands after the type.
func (b *builder) attributes(s *schema.Column, c *inframap.Column) error {
	plain := c.DataType.Enum == nil && c.DataType.Tuple == nil || b.can.attributesOfAll
	switch {
	case s.DefaultKind == "EPHEMERAL":
		return fmt.Errorf("moose-lib cannot declare EPHEMERAL columns")
	case (c.Materialized != nil || c.Alias != nil) && !plain:
		return fmt.Errorf("moose-lib cannot declare %s for this type in TypeScript", s.DefaultKind)
	case secretsql.Mask(s.DefaultExpr) != s.DefaultExpr || !validText(s.DefaultExpr):
		return fmt.Errorf("its %s holds a credential or is no valid UTF-8", s.DefaultKind)
	}
	for _, a := range []struct {
		name  string
		value **string
	}{{"CODEC", &c.Codec}, {"TTL", &c.TTL}} {
		if *a.value != nil && (!plain || !validText(**a.value)) {
			b.note("column "+s.Name, fmt.Sprintf("moose-lib cannot declare its %s for this type: %s", a.name, **a.value))
			*a.value = nil
		}
	}
	if c.Comment != nil && !b.can.comment(*c.Comment) {
		b.note("column "+s.Name, "its comment cannot be declared as it is: "+*c.Comment)
		c.Comment = nil
	}
	return nil
}
