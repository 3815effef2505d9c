package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// dialect is how this server spells what can be spelled in several ways.
type dialect struct {
	// functions maps the lower-case name of each case-insensitive function, and the
	// name of each other alias after aliasMark, to the one spelling that counts:
	// SUM → sum, substr → substring, ltrim → trimLeft.
	functions map[string]string
	// replica is the Keeper path and the replica name, unquoted, that the server
	// fills in for a Replicated engine without arguments.
	replica [2]string
	// port is the server's native port, on which the sources of its dictionaries find
	// it when they name none.
	port string
	// made are the functions made with SQL: name → what follows it in CREATE FUNCTION.
	made map[string]string
}

// aliasMark sets aliases whose case matters apart.
const aliasMark = "="

// functionsQuery lists the functions whose name ignores case, the aliases, and those
// made with SQL.
const functionsQuery = "SELECT if(case_insensitive, lower(name), concat('" + aliasMark + "', name)), if(alias_to = '', name, alias_to) " +
	"FROM system.functions WHERE case_insensitive OR alias_to != ''" +
	" UNION ALL SELECT concat('" + madeMark + "', name), create_query FROM system.functions WHERE origin = 'SQLUserDefined'"

// replicaSettings are the server settings behind dialect.replica, with the values
// that ClickHouse has built in.
var replicaSettings = [2]struct{ name, builtIn string }{
	{"default_replica_path", "/clickhouse/tables/{uuid}/{shard}"},
	{"default_replica_name", "{replica}"},
}

// functions asks the server for its spelling, in one query; a server that does not
// show its settings (older than 23.3, or not to this user) is asked once more
// without them.
func (c *Client) functions(ctx context.Context) (dialect, error) {
	settings := fmt.Sprintf(" UNION ALL SELECT concat('%s', name), value FROM system.server_settings WHERE name IN ('%s', '%s')",
		settingMark, replicaSettings[0].name, replicaSettings[1].name) +
		" UNION ALL SELECT '" + settingMark + portSetting + "', toString(tcpPort())"
	d, err := c.readDialect(ctx, functionsQuery+settings)
	var server *ServerError
	if errors.As(err, &server) && (server.Code == unknownTable || server.Code == accessDenied) {
		return c.readDialect(ctx, functionsQuery)
	}
	return d, err
}

// settingMark and madeMark set the rows of settings, and of functions made with SQL,
// apart from those of built-in functions.
const (
	settingMark = "setting "
	madeMark    = "made "
)

// portSetting is the name under which the query for the dialect returns the native port.
const portSetting = "tcp_port"

// Codes of ClickHouse's ErrorCodes.cpp.
const (
	unknownTable = 60
	accessDenied = 497
)

func (c *Client) readDialect(ctx context.Context, sql string) (dialect, error) {
	d := dialect{functions: map[string]string{}, made: map[string]string{}, replica: [2]string{replicaSettings[0].builtIn, replicaSettings[1].builtIn}}
	err := c.query(ctx, sql, func(rows driver.Rows) error {
		var from, to string
		if err := rows.Scan(&from, &to); err != nil {
			return err
		}
		name, isSetting := strings.CutPrefix(from, settingMark)
		if function, ok := strings.CutPrefix(from, madeMark); ok {
			d.made[function] = to
			return nil
		}
		switch {
		case !isSetting:
			d.functions[from] = to
		case to != "" && name == replicaSettings[0].name:
			d.replica[0] = to
		case to != "" && name == replicaSettings[1].name:
			d.replica[1] = to
		case name == portSetting:
			d.port = to
		}
		return nil
	})
	for name, create := range d.made {
		d.made[name] = d.functionBody(create)
	}
	return d, err
}

// normalise replaces the names of functions where they are called, and takes off the
// brackets that change nothing.
func (d dialect) normalise(sql string) string {
	if !strings.Contains(sql, "(") {
		return sql
	}
	tokens := sqltext.Tokens(sql)
	for i := 0; i+1 < len(tokens); i++ {
		if tokens[i].Kind == sqltext.Word && tokens[i+1].Text == "(" {
			if name, ok := d.functions[strings.ToLower(tokens[i].Text)]; ok {
				tokens[i].Text = name
			} else if name, ok := d.functions[aliasMark+tokens[i].Text]; ok {
				tokens[i].Text = name
			}
		}
	}
	return sqltext.Bare(sqltext.Join(tokens))
}

// canonicalise removes every difference of spelling that means nothing.
func canonicalise(t *schema.Table, names dialect) {
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
		t.Constraints[i].Expr = names.normalise(t.Constraints[i].Expr)
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
	t.Settings = *inframap.MaskedSettings(&t.Settings)
	for k, v := range t.Settings {
		t.Settings[k] = truthValue(v)
	}
	canonicaliseEngine(t.Name, &t.Engine, names)
}

// truthValue is a setting's value with 1 for true and 0 for false, which ClickHouse
// stores as they were written.
func truthValue(v string) string {
	switch v {
	case "true":
		return "1"
	case "false":
		return "0"
	}
	return v
}

// normaliseQuery brings the SQL of a view into one spelling. INTERSECT and EXCEPT
// alone are stored with the server's default mode, which is ALL.
func (d dialect) normaliseQuery(sql string) string {
	var out []sqltext.Token
	for _, t := range sqltext.Tokens(sql) {
		if n := len(out); n >= 2 && t.Kind == sqltext.Word && t.Text == "ALL" && (out[n-2].Text == "INTERSECT" || out[n-2].Text == "EXCEPT") {
			out = out[:n-1]
			continue
		}
		out = append(out, t)
	}
	return d.normalise(sqltext.Join(out))
}

func canonicaliseEngine(table schema.Name, e *schema.Engine, d dialect) {
	if base, ok := strings.CutPrefix(e.Name, "Shared"); ok && strings.HasSuffix(base, "MergeTree") {
		// SharedMergeTree has no Keeper path to choose.
		e.Name, e.Shared, e.Args = base, true, e.Rest()
	}
	if replica := e.Replica(); replica != nil {
		given := [2]string{expandNames(sqltext.Unquote(replica[0]), table), expandNames(sqltext.Unquote(replica[1]), table)}
		if given == [2]string{expandNames(d.replica[0], table), expandNames(d.replica[1], table)} {
			e.Args = e.Rest()
		} else {
			e.Args = append([]string{sqltext.String(given[0]), sqltext.String(given[1])}, e.Rest()...)
		}
	}
	if strings.HasSuffix(e.Name, "SummingMergeTree") {
		for i, a := range e.Args {
			e.Args[i] = strings.Join(sqltext.Elements(a), ", ")
		}
	}
	for i, a := range e.Args {
		e.Args[i] = d.normalise(a)
	}
	withoutCredentials(e)
	if len(e.Args) == 0 {
		e.Args = nil
	}
}

// expandNames puts the table's names into a Keeper path or replica name, as the
// server does for these two macros, and only these, when it stores the table.
func expandNames(text string, table schema.Name) string {
	return strings.NewReplacer("{database}", table.Database, "{table}", table.Object).Replace(text)
}
