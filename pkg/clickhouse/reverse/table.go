package reverse

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Table writes the declaration of an existing table. What the server cannot know
// (version, life cycle, metadata, cluster, hashes of secrets) is taken from like,
// which may be nil: then the table counts as externally managed.
func Table(s *schema.Table, defaultDatabase string, like *inframap.Table) *inframap.Table {
	t := &inframap.Table{
		Name: s.Name.Object, Engine: engine(s.Engine), LifeCycle: inframap.ExternallyManaged,
		SourcePrimitive: inframap.Primitive{Name: s.Name.Object, Type: "DataModel"},
		Indexes:         []inframap.Index{}, Projections: []inframap.Projection{}, Constraints: []inframap.Constraint{},
		PartitionBy: textOrNil(bracketed(s.PartitionBy)), SampleBy: textOrNil(s.SampleBy), TTL: textOrNil(s.TTL),
	}
	if s.Name.Database != defaultDatabase {
		t.Database = &s.Name.Database
	}
	if like != nil {
		t.Version, t.LifeCycle, t.Metadata, t.SourcePrimitive = like.Version, like.LifeCycle, like.Metadata, like.SourcePrimitive
		t.ClusterName, t.Database, t.SeedFilter = like.ClusterName, like.Database, like.SeedFilter
		t.EngineParamsHash, t.TableSettingsHash = like.EngineParamsHash, like.TableSettingsHash
	}
	key, expression := primaryKey(s)
	t.PrimaryKeyExpression = textOrNil(expression)
	for i := range s.Columns {
		t.Columns = append(t.Columns, Column(&s.Columns[i], key[s.Columns[i].Name]))
	}
	t.OrderBy = orderBy(s)
	if len(s.Settings) > 0 {
		t.TableSettings = s.Settings
	}
	for _, i := range s.Indexes {
		t.Indexes = append(t.Indexes, index(i))
	}
	for _, p := range s.Projections {
		t.Projections = append(t.Projections, inframap.Projection{Name: p.Name, Body: p.Body})
	}
	for _, c := range s.Constraints {
		t.Constraints = append(t.Constraints, inframap.Constraint{Name: c.Name, Expression: c.Expr, Type: c.Type})
	}
	return t
}

// primaryKey is the set of columns that make the primary key in their own order, or
// else its expression; neither is there when the sorting key is an expression that
// says it.
func primaryKey(s *schema.Table) (columns map[string]bool, expression string) {
	same := slices.Equal(s.PrimaryKey, s.OrderBy)
	columns = map[string]bool{}
	last := -1
	for _, k := range s.PrimaryKey {
		name := sqltext.Unquote(k)
		at := slices.IndexFunc(s.Columns, func(c schema.Column) bool { return c.Name == name })
		if at > last {
			columns[name], last = true, at
			continue
		}
		if same {
			return nil, ""
		}
		return nil, "(" + strings.Join(s.PrimaryKey, ", ") + ")"
	}
	return columns, ""
}

// Column writes the declaration of an existing column.
func Column(s *schema.Column, primaryKey bool) inframap.Column {
	t, nullable, low := columnType(s.Type)
	c := inframap.Column{
		Name: s.Name, DataType: t, Required: !nullable, PrimaryKey: primaryKey, Annotations: []inframap.Annotation{},
		Codec: textOrNil(s.Codec), TTL: textOrNil(s.TTL), Comment: textOrNil(ddl.UserComment(s.Comment)),
	}
	if declared := ddl.EnumFromComment(s.Comment); declared != nil && t.Enum != nil && len(declared.Values) == len(t.Enum.Values) {
		c.DataType.Enum = declared
	}
	if low {
		c.Annotations = append(c.Annotations, lowCardinalityAnnotation())
	}
	switch s.DefaultKind {
	case "DEFAULT":
		c.Default = textOrNil(s.DefaultExpr)
	case "MATERIALIZED":
		c.Materialized = textOrNil(s.DefaultExpr)
	case "ALIAS":
		c.Alias = textOrNil(s.DefaultExpr)
	case "EPHEMERAL":
		c.Ephemeral = &s.DefaultExpr
	}
	return c
}

func lowCardinalityAnnotation() inframap.Annotation {
	return inframap.Annotation{Name: inframap.AnnotationLowCardinality, Value: jsontext.Value("true")}
}

func textOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// bracketed puts the brackets back around several expressions, which the canonical
// form leaves out.
func bracketed(list string) string {
	if len(sqltext.SplitTop(list)) > 1 {
		return "(" + list + ")"
	}
	return list
}

func orderBy(s *schema.Table) inframap.OrderBy {
	var columns []string
	for _, e := range s.OrderBy {
		name := sqltext.Unquote(e)
		if s.Column(name) == nil {
			return inframap.OrderByExpression("(" + strings.Join(s.OrderBy, ", ") + ")")
		}
		columns = append(columns, name)
	}
	return inframap.OrderBy{Columns: columns}
}

func index(i schema.Index) inframap.Index {
	out := inframap.Index{Name: i.Name, Expression: bracketed(i.Expr), Type: i.Type, Arguments: []string{}, Granularity: i.Granularity}
	if name, args, ok := strings.Cut(i.Type, "("); ok {
		out.Type, out.Arguments = name, sqltext.SplitTop(strings.TrimSuffix(args, ")"))
	}
	return out
}

// engine keeps the arguments where Moose has names for them and the whole text otherwise.
func engine(s schema.Engine) inframap.Engine {
	e := inframap.NewEngine(s.Name)
	known, ok := inframap.EngineParams(s.Name)
	if len(s.Args) == 0 {
		if !ok {
			e.Params = nil
		}
		return e
	}
	opaque := inframap.Engine{Name: s.Name + "(" + strings.Join(s.Args, ", ") + ")"}
	base := inframap.Engine{Name: s.Name}.BaseName()
	if !ok || !strings.HasSuffix(base, "MergeTree") {
		return opaque
	}
	args := s.Args
	if s.Name != base && len(args) >= 2 && strings.HasPrefix(args[0], "'") {
		if e.Set("keeper_path", sqltext.Unquote(args[0])) != nil || e.Set("replica_name", sqltext.Unquote(args[1])) != nil {
			return opaque
		}
		args = args[2:]
	}
	if base == "SummingMergeTree" {
		var columns []string
		for _, a := range args {
			for _, c := range sqltext.Elements(a) {
				columns = append(columns, sqltext.Unquote(c))
			}
		}
		if len(columns) > 0 && e.Set("columns", columns) != nil {
			return opaque
		}
		return e
	}
	names := known
	if s.Name != base {
		names = known[2:]
	}
	for i, a := range args {
		if i >= len(names) || e.Set(names[i].Name, sqltext.Unquote(a)) != nil {
			return opaque
		}
	}
	return e
}

// View writes the declaration of an existing plain view.
func View(s *schema.View, defaultDatabase string) *inframap.View {
	v := &inframap.View{Name: s.Name.Object, SelectSQL: s.Select}
	if s.Name.Database != defaultDatabase {
		v.Database = &s.Name.Database
	}
	return v
}

// MaterializedView writes the declaration of an existing materialized view.
func MaterializedView(s *schema.View, defaultDatabase string) *inframap.MaterializedView {
	v := &inframap.MaterializedView{Name: s.Name.Object, SelectSQL: s.Select, TargetTable: s.Target.Object}
	if s.Name.Database != defaultDatabase {
		v.Database = &s.Name.Database
	}
	if s.Target.Database != defaultDatabase && s.Target.Database != "" {
		v.TargetDatabase = &s.Target.Database
	}
	return v
}
