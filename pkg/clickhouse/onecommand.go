package clickhouse

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// CheckStatements refuses operations whose text holds more than the one command
// that the operation says, such as a default of "0, DROP COLUMN keep". The server
// itself reads the statements, in one query for all operations; nothing runs.
// RawSql is free SQL and not looked at.
func (c *Client) CheckStatements(ctx context.Context, ops ...plan.Operation) error {
	batch := newBatch()
	type check struct {
		op  plan.Operation
		sql string
	}
	var checks []check
	for _, op := range ops {
		statements, err := ddl.Statements(withoutSecrets(op), c.Database())
		if err != nil {
			return err
		}
		for _, sql := range statements {
			if hasFreeText(op, sql) {
				batch.add(plan.Describe(op), sql)
				checks = append(checks, check{op, sql})
			}
		}
	}
	formatted, err := c.format(ctx, batch)
	if err != nil {
		return err
	}
	for _, k := range checks {
		if extra := extraCommand(k.op, k.sql, formatted[batch.index[k.sql]]); extra != "" {
			return fmt.Errorf("%s: its text holds more than this operation: %s\nNothing of it was run. Correct the operation in migrations/plan.yaml, or make the plan again; SQL of any kind belongs into a RawSql operation",
				plan.Describe(k.op), c.redact(extra))
		}
	}
	return nil
}

// withoutSecrets is the operation with its credentials hidden: what is checked is
// sent as a text, and stays in the server's query log.
func withoutSecrets(op plan.Operation) plan.Operation {
	switch op := op.(type) {
	case *plan.CreateTableOp:
		return &plan.CreateTableOp{Table: op.Table.Masked()}
	case *plan.ModifyTableSettingsOp:
		return &plan.ModifyTableSettingsOp{
			OnTable: op.OnTable, Before: inframap.MaskedSettings(op.Before), After: inframap.MaskedSettings(op.After),
		}
	case *plan.CreateViewOp:
		masked := *op
		masked.SelectSQL = secretsql.Mask(op.SelectSQL)
		return &masked
	case *plan.CreateMaterializedViewOp:
		masked := *op
		masked.SelectSQL = secretsql.Mask(op.SelectSQL)
		return &masked
	}
	if d := plan.DictionaryOf(op); d != nil {
		return plan.WithDictionary(op, secretsql.Dictionary(d))
	}
	return op
}

// hasFreeText reports whether a statement can hold a command of its author. The
// only one that can follow a SELECT is PARALLEL WITH; views without that word stay
// out of the query log.
func hasFreeText(op plan.Operation, sql string) bool {
	switch op.Kind() {
	case plan.RawSQL, plan.DropTable, plan.RenameTable, plan.CopyTable, plan.DropView, plan.DropMaterializedView,
		plan.DropDictionary, plan.CreateRowPolicy, plan.DropRowPolicy: // the names and texts of a row policy are all quoted
		return false
	case plan.CreateView, plan.CreateMaterializedView:
		return strings.Contains(strings.ToLower(sql), "parallel")
	}
	return true
}

// extraCommand returns what a formatted statement holds beyond the operation, empty
// when it is as it should be; sql is the statement as it was written.
func extraCommand(op plan.Operation, sql, formatted string) string {
	for _, clause := range sqltext.Clauses(formatted, "PARALLEL WITH")[1:] {
		if !withModifier.MatchString(clause.Text) {
			return clause.Keyword + " " + clause.Text
		}
	}
	switch op := op.(type) {
	case *plan.CreateViewOp, *plan.CreateMaterializedViewOp:
		return ""
	case *plan.CreateTableOp:
		return extraInTable(op.Table, formatted)
	}
	if d := plan.DictionaryOf(op); d != nil {
		return extraInDictionary(d, formatted)
	}
	return extraInAlter(op.Kind(), sql, formatted)
}

// withModifier is what can follow WITH when the word before it is a column's name.
var withModifier = regexp.MustCompile(`^(TOTALS|ROLLUP|CUBE|FILL|TIES)\b`)

// extraInAlter looks at the commands of an ALTER: (ADD COLUMN …), (DROP COLUMN …).
// Servers before 24.11 print them without brackets; there the commas of a TTL and
// of settings are their own, since ClickHouse reads both to the end of the text.
func extraInAlter(kind plan.Kind, sql, formatted string) string {
	written, tokens := sqltext.Tokens(sql), sqltext.Tokens(formatted)
	want := firstWords(sqltext.Join(written[afterName(written):]))
	text := sqltext.Join(tokens[afterName(tokens):])
	first, rest := text, ""
	if strings.HasPrefix(text, "(") {
		first, rest = cutGroup(text)
	} else if commands := sqltext.SplitTop(text); len(commands) > 1 && kind != plan.ModifyTableTTL && kind != plan.ModifyTableSettings {
		first, rest = commands[0], strings.Join(commands[1:], ", ")
	}
	if firstWords(first) != want {
		return cmp.Or(first, formatted)
	}
	return rest
}

// firstWords are the two words that name a command of ALTER TABLE: ADD COLUMN.
func firstWords(command string) string {
	words := strings.Fields(command)
	return strings.Join(words[:min(2, len(words))], " ")
}

// cutGroup cuts text after the bracket that closes its first one, and returns the
// content and what follows without the comma between.
func cutGroup(text string) (group, rest string) {
	depth := 0
	tokens := sqltext.Tokens(text)
	for i, t := range tokens {
		switch t.Kind {
		case sqltext.Open:
			depth++
		case sqltext.Close:
			if depth--; depth == 0 {
				return sqltext.Join(tokens[1:i]), strings.TrimLeft(sqltext.Join(tokens[i+1:]), ", ")
			}
		}
	}
	return text, ""
}

// extraInTable compares what the statement makes with what the operation lists.
func extraInTable(declared *inframap.Table, formatted string) string {
	made := parseTable(formatted)
	var want, got []string
	for i := range declared.Columns {
		want = append(want, "column "+declared.Columns[i].Name)
	}
	for i := range declared.Indexes {
		want = append(want, "index "+declared.Indexes[i].Name)
	}
	for _, p := range declared.Projections {
		want = append(want, "projection "+p.Name)
	}
	for _, c := range declared.Constraints {
		want = append(want, "constraint "+c.Name)
	}
	for i := range made.Columns {
		got = append(got, "column "+made.Columns[i].Name)
	}
	for _, x := range made.Indexes {
		got = append(got, "index "+x.Name)
	}
	for _, p := range made.Projections {
		got = append(got, "projection "+p.Name)
	}
	for _, c := range made.Constraints {
		got = append(got, "constraint "+c.Name)
	}
	for _, x := range got {
		if !slices.Contains(want, x) {
			return x
		}
	}
	if len(got) != len(want) || !strings.HasPrefix(declared.Engine.Name, sqltext.Unquote(made.Engine.Name)) {
		return formatted
	}
	_, rest := splitBody(formatted)
	if clauses := sqltext.Clauses(rest, "EMPTY AS", "CLONE AS", "AS"); len(clauses) > 1 {
		return clauses[1].Keyword + " " + clauses[1].Text
	}
	return ""
}
