package clickhouse

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// collectDictionaries adds the statements of the dictionaries of a map to the batch.
func (b *batch) collectDictionaries(m *inframap.Map) error {
	typed, err := m.TypedDictionaries()
	if err != nil {
		return err
	}
	for _, id := range inframap.Keys(typed) {
		create, err := ddl.CreateDictionary(secretsql.Dictionary(typed[id]), m.DefaultDatabase)
		if err != nil {
			return err
		}
		b.add("dictionary "+typed[id].Name, create)
	}
	return nil
}

// declaredDictionaries are the dictionaries of a map after collectDictionaries and the formatting.
func (b *batch) declaredDictionaries(m *inframap.Map, formatted []string, names dialect) map[string]*schema.Dictionary {
	out := map[string]*schema.Dictionary{}
	typed, err := m.TypedDictionaries()
	if err != nil {
		return out
	}
	for id, d := range typed {
		create, err := ddl.CreateDictionary(secretsql.Dictionary(d), m.DefaultDatabase)
		if err != nil {
			continue
		}
		name := schema.Name{Database: d.DatabaseOr(m.DefaultDatabase), Object: d.Name}
		out[id] = parseDictionary(name, formatted[b.index[create]], names)
	}
	return out
}

// asTables lends the attributes of dictionaries to nameTypes; the second function
// takes the names of the types back.
func asTables(dictionaries []*schema.Dictionary) (tables []*schema.Table, takeBack func()) {
	for _, d := range dictionaries {
		t := &schema.Table{Name: d.Name}
		for _, a := range d.Attributes {
			t.Columns = append(t.Columns, schema.Column{Name: a.Name, Type: a.Type})
		}
		tables = append(tables, t)
	}
	return tables, func() {
		for i, d := range dictionaries {
			for j := range d.Attributes {
				d.Attributes[j].Type = tables[i].Columns[j].Type
			}
			nullDefaults(d)
		}
	}
}

// localQueries are the arguments of a CLICKHOUSE source that are SQL of this dialect.
var localQueries = []string{"QUERY", "INVALIDATE_QUERY"}

// formatQueries lets the server format the SQL inside the sources, in one query for
// all dictionaries; SQL that it does not understand stays as it is.
func (c *Client) formatQueries(ctx context.Context, dictionaries []*schema.Dictionary, names dialect) error {
	index := map[string]int{}
	var texts []string
	for _, d := range dictionaries {
		for _, arg := range localQueries {
			if sql, ok := d.Source.Args[arg]; ok && d.Source.Name == "CLICKHOUSE" {
				if _, seen := index[sql]; !seen {
					index[sql] = len(texts)
					texts = append(texts, sql)
				}
			}
		}
	}
	formatted, err := c.formatOrNull(ctx, texts)
	if err != nil {
		return err
	}
	for _, d := range dictionaries {
		for _, arg := range localQueries {
			if sql, ok := d.Source.Args[arg]; ok && d.Source.Name == "CLICKHOUSE" {
				if text := formatted[index[sql]]; text != nil {
					d.Source.Args[arg] = names.normalise(*text)
				}
			}
		}
	}
	return nil
}

// formatOrNull formats statements in one query; nil stands for what is no SQL.
func (c *Client) formatOrNull(ctx context.Context, texts []string) ([]*string, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = sqltext.String(t)
	}
	sql := "SELECT arrayMap(x -> formatQuerySingleLineOrNull(x), [" + strings.Join(quoted, ", ") + "])"
	var formatted []*string
	err := c.inspect(ctx, sql, func(rows driver.Rows) error { return rows.Scan(&formatted) })
	if err != nil {
		return nil, fmt.Errorf("let ClickHouse format the SQL of dictionaries and SQL resources: %w", err)
	}
	if len(formatted) != len(texts) {
		return nil, fmt.Errorf("let ClickHouse format the SQL of dictionaries and SQL resources: %d answers to %d texts", len(formatted), len(texts))
	}
	return formatted, nil
}

// found brings the dictionaries that the server has into canonical form.
func (c *Client) foundDictionaries(ctx context.Context, catalog *schema.Catalog, names dialect) error {
	list := slices.SortedFunc(maps.Values(catalog.Dictionaries), func(a, b *schema.Dictionary) int {
		return strings.Compare(a.Name.String(), b.Name.String())
	})
	for _, d := range list {
		nullDefaults(d)
	}
	return c.formatQueries(ctx, list, names)
}
