package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// Declared is the canonical form of what a map declares, keyed by id (tables and
// dictionaries) and name (views, materialized views, SQL resources, row policies).
type Declared struct {
	Tables            map[string]*schema.Table
	Views             map[string]*schema.View
	MaterializedViews map[string]*schema.View
	Dictionaries      map[string]*schema.Dictionary
	// RowPolicies has one for each table of a row policy.
	RowPolicies map[string][]schema.RowPolicy
	// SQLResources is what the setup of each creates.
	SQLResources map[string]schema.SQLEffect
}

// Normalise lets the server bring the tables, views, dictionaries, row policies and SQL
// resources of the maps into canonical form, in at most five queries for all of them: the formatting of the
// statements, of SQL resources, and of the queries of dictionaries, the names of the types, the names of the functions. An error names
// the object whose SQL the server does not accept.
func (c *Client) Normalise(ctx context.Context, maps ...*inframap.Map) ([]*Declared, error) {
	batch := newBatch()
	for _, m := range maps {
		if err := batch.collect(m); err != nil {
			return nil, err
		}
	}
	formatted, err := c.format(ctx, batch)
	if err != nil {
		return nil, err
	}
	names, err := c.functions(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*Declared, len(maps))
	var tables []*schema.Table
	var dictionaries []*schema.Dictionary
	for i, m := range maps {
		out[i] = batch.declared(m, formatted, names)
		for _, id := range inframap.Keys(out[i].Tables) {
			tables = append(tables, out[i].Tables[id])
		}
		for _, id := range inframap.Keys(out[i].Dictionaries) {
			dictionaries = append(dictionaries, out[i].Dictionaries[id])
		}
	}
	effects, err := c.sqlEffects(ctx, maps, names)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].SQLResources = effects[i].of
		tables, dictionaries = append(tables, effects[i].tables...), append(dictionaries, effects[i].dictionaries...)
	}
	if err := c.formatQueries(ctx, dictionaries, names); err != nil {
		return nil, err
	}
	lent, takeBack := asTables(dictionaries)
	if err := c.nameTypes(ctx, append(tables, lent...)); err != nil {
		return nil, err
	}
	takeBack()
	return out, nil
}

// batch holds the distinct statements to be formatted, and who asked for each.
type batch struct {
	index  map[string]int
	texts  []string
	owners []string
	tables map[*inframap.Table]string
}

func newBatch() *batch {
	return &batch{index: map[string]int{}, tables: map[*inframap.Table]string{}}
}

func (b *batch) add(owner, text string) {
	if _, ok := b.index[text]; ok {
		return
	}
	b.index[text] = len(b.texts)
	b.texts = append(b.texts, text)
	b.owners = append(b.owners, owner)
}

func (b *batch) collect(m *inframap.Map) error {
	for _, id := range inframap.Keys(m.Tables) {
		t := m.Tables[id]
		// Credentials stay out of the server's query log.
		create, err := ddl.CreateTable(t.Masked(), m.DefaultDatabase)
		if err != nil {
			return err
		}
		b.tables[t] = create
		b.add("table "+t.Name, create)
	}
	for _, name := range inframap.Keys(m.Views) {
		b.add("view "+name, secretsql.Mask(m.Views[name].SelectSQL))
	}
	for _, name := range inframap.Keys(m.MaterializedViews) {
		b.add("materialized view "+name, secretsql.Mask(m.MaterializedViews[name].SelectSQL))
	}
	if err := b.collectPolicies(m); err != nil {
		return err
	}
	return b.collectDictionaries(m)
}

func (b *batch) declared(m *inframap.Map, formatted []string, names dialect) *Declared {
	d := &Declared{
		Tables: map[string]*schema.Table{}, Views: map[string]*schema.View{}, MaterializedViews: map[string]*schema.View{},
		Dictionaries: b.declaredDictionaries(m, formatted, names), RowPolicies: b.declaredPolicies(m, formatted, names),
	}
	for id, t := range m.Tables {
		table := parseTable(formatted[b.index[b.tables[t]]])
		table.Name = schema.Name{Database: t.DatabaseOr(m.DefaultDatabase), Object: t.Name}
		canonicalise(table, names)
		d.Tables[id] = table
	}
	for name, v := range m.Views {
		d.Views[name] = &schema.View{
			Name:   schema.Name{Database: v.DatabaseOr(m.DefaultDatabase), Object: v.Name},
			Select: names.normaliseQuery(formatted[b.index[secretsql.Mask(v.SelectSQL)]]),
		}
	}
	for name, v := range m.MaterializedViews {
		d.MaterializedViews[name] = &schema.View{
			Name:         schema.Name{Database: v.DatabaseOr(m.DefaultDatabase), Object: v.Name},
			Select:       names.normaliseQuery(formatted[b.index[secretsql.Mask(v.SelectSQL)]]),
			Materialized: true,
			Target:       schema.Name{Database: v.TargetDatabaseOr(m.DefaultDatabase), Object: v.TargetTable},
		}
	}
	return d
}

// maxQueryBytes is ClickHouse's default of max_query_size, less room for the rest of the query.
const maxQueryBytes = 200_000

// withQuerySize raises max_query_size for a long query; users that may not change
// settings keep the server's own limit.
func withQuerySize(ctx context.Context, sql string) context.Context {
	if len(sql) < maxQueryBytes {
		return ctx
	}
	return clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_query_size": 2 * len(sql)}))
}

func (c *Client) format(ctx context.Context, b *batch) ([]string, error) {
	if len(b.texts) == 0 {
		return nil, nil
	}
	quoted := make([]string, len(b.texts))
	for i, t := range b.texts {
		quoted[i] = sqltext.String(t)
	}
	sql := "SELECT arrayMap(x -> formatQuerySingleLineOrNull(x), [" + strings.Join(quoted, ", ") + "])"
	var formatted []*string
	err := c.inspect(ctx, sql, func(rows driver.Rows) error { return rows.Scan(&formatted) })
	if err != nil {
		return nil, fmt.Errorf("let ClickHouse format the declared SQL: %w", err)
	}
	out := make([]string, len(formatted))
	for i, text := range formatted {
		if text == nil {
			return nil, c.syntaxError(ctx, b.owners[i], b.texts[i])
		}
		out[i] = *text
	}
	return out, nil
}

// syntaxError asks once more for the one statement that was refused, to learn why.
func (c *Client) syntaxError(ctx context.Context, owner, text string) error {
	err := c.inspect(ctx, "SELECT formatQuerySingleLine("+sqltext.String(text)+")", func(driver.Rows) error { return nil })
	var server *ServerError
	if errors.As(err, &server) {
		reason, _, _ := strings.Cut(server.Message, ": while executing")
		return fmt.Errorf("%s: ClickHouse does not understand its SQL: %s", owner, short(reason))
	}
	return fmt.Errorf("%s: ClickHouse does not understand its SQL: %s", owner, short(text))
}

type typeKey struct{ sql, codec string }

func (k typeKey) String() string {
	if k.codec == "" {
		return k.sql
	}
	return k.sql + " CODEC(" + k.codec + ")"
}

// nameTypes replaces the types and codecs of the tables by the names that the
// server gives them, in one query.
func (c *Client) nameTypes(ctx context.Context, tables []*schema.Table) error {
	seen := map[typeKey]int{}
	var keys []typeKey
	for _, t := range tables {
		for _, col := range t.Columns {
			k := typeKey{col.Type, col.Codec}
			if _, ok := seen[k]; !ok {
				seen[k] = len(keys)
				keys = append(keys, k)
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	named, err := c.describe(ctx, keys)
	if err != nil {
		return c.blameType(ctx, tables, err)
	}
	for _, t := range tables {
		for i := range t.Columns {
			col := &t.Columns[i]
			n := named[seen[typeKey{col.Type, col.Codec}]]
			col.Type, col.Codec = n.sql, n.codec
		}
	}
	return nil
}

func (c *Client) describe(ctx context.Context, keys []typeKey) ([]typeKey, error) {
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = fmt.Sprintf("c%d %s", i, k)
	}
	sql := "DESCRIBE TABLE null(" + sqltext.String(strings.Join(parts, ", ")) + ")"
	var out []typeKey
	err := c.inspect(ctx, sql, func(rows driver.Rows) error {
		values := make([]string, len(rows.Columns()))
		targets := make([]any, len(values))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		k := typeKey{sql: flatType(values[1])}
		if i := slices.Index(rows.Columns(), "codec_expression"); i >= 0 {
			k.codec = strings.TrimSuffix(strings.TrimPrefix(values[i], "CODEC("), ")")
			if !strings.HasPrefix(values[i], "CODEC(") {
				k.codec = values[i]
			}
		}
		out = append(out, k)
		return nil
	})
	if err == nil && len(out) != len(keys) {
		err = fmt.Errorf("the server named %d of %d types", len(out), len(keys))
	}
	return out, err
}

// blamed is a column whose type may be the one that is refused.
type blamed struct {
	table, column string
	key           typeKey
}

// blameType finds the column whose type the server refuses.
func (c *Client) blameType(ctx context.Context, tables []*schema.Table, cause error) error {
	var server *ServerError
	if !errors.As(cause, &server) {
		return fmt.Errorf("let ClickHouse name the declared types: %w", cause)
	}
	var columns []blamed
	for _, t := range tables {
		for _, col := range t.Columns {
			columns = append(columns, blamed{t.Name.Object, col.Name, typeKey{col.Type, col.Codec}})
		}
	}
	// Halves: a map can have more columns than there is time for questions.
	for len(columns) > 1 {
		half := columns[:len(columns)/2]
		keys := make([]typeKey, len(half))
		for i, b := range half {
			keys[i] = b.key
		}
		if _, err := c.describe(ctx, keys); errors.As(err, &server) {
			columns = half
		} else {
			columns = columns[len(half):]
		}
	}
	for _, b := range columns {
		if _, err := c.describe(ctx, []typeKey{b.key}); errors.As(err, &server) {
			server.Message = short(server.Message)
			return fmt.Errorf("table %q, column %q: ClickHouse does not accept the type %s: %w", b.table, b.column, short(b.key.String()), err)
		}
	}
	server.Message = short(server.Message)
	return fmt.Errorf("let ClickHouse name the declared types: %w", cause)
}

// flatType puts a type that the server laid out over several lines (setting
// print_pretty_type_names) on one.
func flatType(sql string) string {
	if !strings.ContainsRune(sql, '\n') {
		return sql
	}
	var out []sqltext.Token
	tokens := sqltext.Tokens(sql)
	for i, t := range tokens {
		if t.Kind == sqltext.Space {
			if len(out) == 0 || out[len(out)-1].Kind == sqltext.Open || i+1 < len(tokens) && tokens[i+1].Kind == sqltext.Close {
				continue
			}
			t.Text = " "
		}
		out = append(out, t)
	}
	return sqltext.Join(out)
}
