package clickhouse

import (
	"context"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// functionNames maps the lower-case name of each case-insensitive function to the
// one spelling that the server stores: SUM → sum, substr → substring.
type functionNames map[string]string

// functions asks the server for its case-insensitive functions.
func (c *Client) functions(ctx context.Context) (functionNames, error) {
	names := functionNames{}
	err := c.query(ctx, "SELECT lower(name), if(alias_to = '', name, alias_to) FROM system.functions WHERE case_insensitive",
		func(rows driver.Rows) error {
			var from, to string
			if err := rows.Scan(&from, &to); err != nil {
				return err
			}
			names[from] = to
			return nil
		})
	return names, err
}

// normalise replaces the names of case-insensitive functions where they are called.
func (f functionNames) normalise(sql string) string {
	if !strings.Contains(sql, "(") {
		return sql
	}
	tokens := sqltext.Tokens(sql)
	for i := 0; i+1 < len(tokens); i++ {
		if tokens[i].Kind == sqltext.Word && tokens[i+1].Text == "(" {
			if name, ok := f[strings.ToLower(tokens[i].Text)]; ok {
				tokens[i].Text = name
			}
		}
	}
	return sqltext.Join(tokens)
}

// defaultReplicaArgs are the Keeper path and replica name that a server fills in
// by itself (default_replica_path, default_replica_name).
var defaultReplicaArgs = []string{"'/clickhouse/tables/{uuid}/{shard}'", "'{replica}'"}

// canonicalise removes every difference of spelling that means nothing.
func canonicalise(t *schema.Table, names functionNames) {
	for i := range t.Columns {
		c := &t.Columns[i]
		c.DefaultExpr, c.TTL = names.normalise(c.DefaultExpr), names.normalise(c.TTL)
		if c.DefaultKind == "EPHEMERAL" && strings.HasPrefix(c.DefaultExpr, "defaultValueOfTypeName(") {
			c.DefaultExpr = ""
		}
	}
	for i := range t.Indexes {
		t.Indexes[i].Expr = names.normalise(t.Indexes[i].Expr)
	}
	for i := range t.Projections {
		t.Projections[i].Body = names.normalise(t.Projections[i].Body)
	}
	for i := range t.Constraints {
		t.Constraints[i].Definition = names.normalise(t.Constraints[i].Definition)
	}
	for i := range t.OrderBy {
		t.OrderBy[i] = names.normalise(t.OrderBy[i])
	}
	for i := range t.PrimaryKey {
		t.PrimaryKey[i] = names.normalise(t.PrimaryKey[i])
	}
	if len(t.PrimaryKey) == 0 {
		t.PrimaryKey = slices.Clone(t.OrderBy)
	}
	if len(t.OrderBy) == 0 {
		t.OrderBy = slices.Clone(t.PrimaryKey)
	}
	t.PartitionBy = names.normalise(strings.Join(sqltext.Elements(t.PartitionBy), ", "))
	if inner, ok := sqltext.Unwrap(t.SampleBy); ok {
		t.SampleBy = inner
	}
	t.SampleBy, t.TTL = names.normalise(t.SampleBy), names.normalise(t.TTL)
	canonicaliseEngine(&t.Engine)
}

func canonicaliseEngine(e *schema.Engine) {
	if base, ok := strings.CutPrefix(e.Name, "Shared"); ok && strings.HasSuffix(base, "MergeTree") {
		e.Name = base
		if len(e.Args) >= 2 && slices.Equal(e.Args[:2], defaultReplicaArgs) {
			e.Args = e.Args[2:]
		}
	}
	if strings.HasPrefix(e.Name, "Replicated") && len(e.Args) >= 2 && slices.Equal(e.Args[:2], defaultReplicaArgs) {
		e.Args = e.Args[2:]
	}
	if e.Name == "SummingMergeTree" || e.Name == "ReplicatedSummingMergeTree" {
		for i, a := range e.Args {
			e.Args[i] = strings.Join(sqltext.Elements(a), ", ")
		}
	}
	withoutCredentials(e)
	if len(e.Args) == 0 {
		e.Args = nil
	}
}

// withoutCredentials leaves the credentials of the S3 engines out: the server
// hides them, the stored state omits them, and the hash of the engine covers them.
func withoutCredentials(e *schema.Engine) {
	if e.Name == "Iceberg" {
		e.Name = "IcebergS3"
	}
	known, _ := inframap.EngineParams(e.Name)
	if !slices.ContainsFunc(known, func(p inframap.Param) bool { return p.Secret }) {
		return
	}
	switch {
	case len(e.Args) >= 2 && e.Args[1] == "NOSIGN":
		e.Args = slices.Delete(slices.Clone(e.Args), 1, 2)
	case len(e.Args) >= 3 && strings.Contains(e.Args[2], inframap.Hidden):
		e.Args = slices.Delete(slices.Clone(e.Args), 1, 3)
	}
}
