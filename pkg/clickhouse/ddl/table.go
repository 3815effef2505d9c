package ddl

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// CreateTable writes the statement that makes a table; defaultDatabase stands in
// where the table names none.
func CreateTable(t *inframap.Table, defaultDatabase string) (string, error) {
	if err := sqltext.CheckName("table", t.Name); err != nil {
		return "", err
	}
	body, err := tableBody(t)
	if err != nil {
		return "", fmt.Errorf("table %q: %w", t.Name, err)
	}
	engine, err := Engine(t.Engine)
	if err != nil {
		return "", fmt.Errorf("table %q: %w", t.Name, err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s%s\n(\n    %s\n)\nENGINE = %s",
		sqltext.Qualified(t.DatabaseOr(defaultDatabase), t.Name), onCluster(t.ClusterName), strings.Join(body, ",\n    "), engine)
	writeKeys(&b, t)
	if len(t.TableSettings) > 0 {
		b.WriteString("\nSETTINGS " + settingsList(t.TableSettings))
	}
	return b.String(), nil
}

func tableBody(t *inframap.Table) ([]string, error) {
	if len(t.Columns) == 0 {
		return nil, fmt.Errorf("it has no columns")
	}
	var body []string
	for i := range t.Columns {
		def, err := ColumnDefinition(&t.Columns[i])
		if err != nil {
			return nil, err
		}
		body = append(body, def)
	}
	for i := range t.Indexes {
		body = append(body, "INDEX "+IndexDefinition(&t.Indexes[i]))
	}
	for _, p := range t.Projections {
		body = append(body, fmt.Sprintf("PROJECTION %s (%s)", sqltext.Ident(p.Name), p.Body))
	}
	for i := range t.Constraints {
		def, err := ConstraintDefinition(&t.Constraints[i])
		if err != nil {
			return nil, err
		}
		body = append(body, def)
	}
	return body, nil
}

// ConstraintDefinition writes "CONSTRAINT `name` CHECK expr".
func ConstraintDefinition(c *inframap.Constraint) (string, error) {
	if c.Type != "CHECK" && c.Type != "ASSUME" {
		return "", fmt.Errorf("constraint %q: the type %q is neither CHECK nor ASSUME", c.Name, c.Type)
	}
	return fmt.Sprintf("CONSTRAINT %s %s %s", sqltext.Ident(c.Name), c.Type, c.Expression), sqltext.CheckName("constraint", c.Name)
}

// IndexDefinition writes "`name` expr TYPE type(args) GRANULARITY n".
func IndexDefinition(i *inframap.Index) string {
	kind := i.Type
	if len(i.Arguments) > 0 {
		kind += "(" + strings.Join(i.Arguments, ", ") + ")"
	}
	return fmt.Sprintf("%s %s TYPE %s GRANULARITY %d", sqltext.Ident(i.Name), i.Expression, kind, i.Granularity)
}

func writeKeys(b *strings.Builder, t *inframap.Table) {
	if t.PartitionBy != nil && *t.PartitionBy != "" && (t.Engine.SupportsOrderBy() || t.Engine.Name == "S3") {
		b.WriteString("\nPARTITION BY " + *t.PartitionBy)
	}
	if t.Engine.SupportsOrderBy() {
		if pk := primaryKey(t); pk != "" {
			b.WriteString("\nPRIMARY KEY " + pk)
		}
		if !t.OrderBy.Empty() || t.Engine.IsMergeTree() {
			b.WriteString("\nORDER BY " + OrderBy(t.OrderBy))
		}
		if t.SampleBy != nil && *t.SampleBy != "" {
			b.WriteString("\nSAMPLE BY " + *t.SampleBy)
		}
	}
	if t.TTL != nil && *t.TTL != "" {
		b.WriteString("\nTTL " + *t.TTL)
	}
}

func primaryKey(t *inframap.Table) string {
	if t.PrimaryKeyExpression != nil && *t.PrimaryKeyExpression != "" {
		if _, wrapped := sqltext.Unwrap(*t.PrimaryKeyExpression); wrapped {
			return *t.PrimaryKeyExpression
		}
		return "(" + *t.PrimaryKeyExpression + ")"
	}
	var columns []string
	for _, c := range t.Columns {
		if c.PrimaryKey {
			columns = append(columns, sqltext.Ident(c.Name))
		}
	}
	if len(columns) == 0 {
		return ""
	}
	return "(" + strings.Join(columns, ", ") + ")"
}

// OrderBy writes a sorting key: a list of quoted columns, the expression, or tuple().
func OrderBy(o inframap.OrderBy) string {
	if o.IsExpression {
		if _, wrapped := sqltext.Unwrap(o.Expression); wrapped || len(sqltext.SplitTop(o.Expression)) < 2 {
			return o.Expression
		}
		return "(" + o.Expression + ")"
	}
	if len(o.Columns) == 0 {
		return "tuple()"
	}
	quoted := make([]string, len(o.Columns))
	for i, c := range o.Columns {
		quoted[i] = sqltext.Ident(c)
	}
	return "(" + strings.Join(quoted, ", ") + ")"
}

func onCluster(cluster *string) string {
	if cluster == nil || *cluster == "" {
		return ""
	}
	return " ON CLUSTER " + sqltext.Ident(*cluster)
}

// syncOnCluster waits for every host, as Moose does: a name is free only then.
func syncOnCluster(cluster *string) string {
	if clause := onCluster(cluster); clause != "" {
		return clause + " SYNC"
	}
	return ""
}

var bareSetting = regexp.MustCompile(`^(-?[0-9]+(\.[0-9]+)?|true|false|'.*')$`)

var settingName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// settingsList writes "a = 1, b = 'x'" in byte order of the names.
func settingsList(settings map[string]string) string {
	parts := make([]string, 0, len(settings))
	for _, k := range inframap.Keys(settings) {
		parts = append(parts, settingIdent(k)+" = "+settingValue(settings[k]))
	}
	return strings.Join(parts, ", ")
}

func settingIdent(name string) string {
	if settingName.MatchString(name) {
		return name
	}
	return sqltext.Ident(name)
}

func settingValue(v string) string {
	// A literal counts as one when its own quote ends it: a token more follows it.
	if bareSetting.MatchString(v) && (v[0] != '\'' || len(sqltext.Tokens(v+",")) == 2) {
		return v
	}
	return sqltext.String(v)
}
