package rehearse

import (
	"context"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// guard keeps statements off the scratch server that reach for something outside of it:
// files, addresses, other servers. The SQL may come from a pull request, and the scratch
// server may stand in a network that its author cannot reach.
type guard struct {
	// outside are functions that reach outside, in lower case.
	outside map[string]bool
	// strangers are the databases of a server that is not ours, other than those that the
	// rehearsal has made; what fires on inserts there must not come to be.
	strangers map[string]bool
}

// localFunctions are the table functions that stay on the server, in lower case. What
// the server knows besides reaches outside, so that one that is new is kept off, too.
var localFunctions = set("numbers numbers_mt zeros zeros_mt primes generaterandom generateseries generate_series values null view viewifpermitted " +
	"viewexplain merge loop dictionary format input fuzzquery fuzzjson mergetreeindex mergetreeprojection sqlstandardvalues")

// outsideFunctions reach outside whether or not the server lists them as table functions.
var outsideFunctions = set("file url s3 s3cluster remote remotesecure cluster clusterallreplicas mysql postgresql mongodb redis odbc jdbc sqlite hdfs " +
	"executable azureblobstorage gcs iceberg deltalake hudi urlcluster filecluster arrowflight ytsaurus catboostevaluate disk eval filesystem")

// newGuard asks the scratch server for its table functions and databases.
func newGuard(ctx context.Context, s *stage) (*guard, error) {
	g := &guard{outside: map[string]bool{}, strangers: map[string]bool{}}
	for name := range outsideFunctions {
		g.outside[name] = true
	}
	err := s.rows(ctx, "SELECT lower(name) FROM system.table_functions", func(row driver.Rows) error {
		var name string
		err := row.Scan(&name)
		if !localFunctions[name] {
			g.outside[name] = true
		}
		return err
	})
	if err != nil || s.in.Scratch.Own {
		return g, err
	}
	err = s.rows(ctx, "SELECT name FROM system.databases", func(row driver.Rows) error {
		var name string
		err := row.Scan(&name)
		g.strangers[name] = true
		return err
	})
	for _, d := range s.madeDatabases {
		delete(g.strangers, d)
	}
	return g, err
}

// formatBytes bounds the statements that are formatted in one query, in bytes.
const formatBytes = 1 << 20

// format lets the scratch server write statements in its own form, in which there are no
// comments, in one query for all but very many; what it cannot read is left empty. Nothing of it runs.
func (s *stage) format(ctx context.Context, statements []string) ([]string, error) {
	out := make([]string, 0, len(statements))
	for len(out) < len(statements) {
		var quoted []string
		for size := 0; len(out)+len(quoted) < len(statements) && size < formatBytes; {
			text := sqltext.String(secretsql.Mask(statements[len(out)+len(quoted)]))
			quoted, size = append(quoted, text), size+len(text)
		}
		sql := "SELECT arrayMap(x -> ifNull(formatQuerySingleLineOrNull(x), ''), [" + strings.Join(quoted, ", ") + "])"
		asked := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_query_size": 2*len(sql) + 1000}))
		var part []string
		if err := s.rows(asked, sql, func(row driver.Rows) error { return row.Scan(&part) }); err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return out, nil
}

// reaches returns why a statement must not run, empty when it may. formatted is the
// server's form of it, empty where the server cannot read it.
func (g *guard) reaches(sql, formatted string) string {
	if secretsql.Mask(sql) != sql {
		return "statements that hold credentials are not sent to a scratch server"
	}
	if formatted == "" {
		// It may have comments, or data behind it: any word is enough.
		for _, t := range sqltext.Tokens(sql) {
			if name := strings.ToLower(sqltext.Unquote(t.Text)); t.Kind != sqltext.Space && g.outside[name] {
				return "it may reach outside of the server with " + name
			}
		}
		return ""
	}
	return g.within(words(formatted), 0)
}

// within looks at words, and at the SQL that stands in their literals: the queries of
// dictionaries do.
func (g *guard) within(list []sqltext.Token, depth int) string {
	for i, t := range list {
		name := strings.ToLower(sqltext.Unquote(t.Text))
		next := at(list, i+1)
		switch {
		case t.Kind == sqltext.Literal && depth < 2:
			if why := g.within(words(sqltext.Unquote(t.Text)), depth+1); why != "" {
				return why
			}
		case t.Kind != sqltext.Word && t.Kind != sqltext.QuotedName:
		case next == "(" && g.outside[name] && at(list, i-1) != ".": // a name with a database before it is no function
			return "it reaches outside of the server with " + name + "()"
		case depth == 0 && t.Kind == sqltext.Word && (name == "infile" || name == "outfile"):
			return "it reads or writes a file"
		}
	}
	return ""
}

// readsStrangers returns the database of others that a statement names, empty for none.
func (g *guard) readsStrangers(formatted string) string {
	list := words(formatted)
	for i, t := range list {
		if name := sqltext.Unquote(t.Text); at(list, i+1) == "." && g.strangers[name] {
			return name
		}
	}
	return ""
}

// words are the tokens of a text without the space between them.
func words(text string) []sqltext.Token {
	var out []sqltext.Token
	for _, t := range sqltext.Tokens(text) {
		if t.Kind != sqltext.Space {
			out = append(out, t)
		}
	}
	return out
}

// at is the text of a token, empty behind the end.
func at(list []sqltext.Token, i int) string {
	if i < 0 || i >= len(list) {
		return ""
	}
	return list[i].Text
}
