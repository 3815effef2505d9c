package clickhouse

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// CheckText is CheckStatements as far as it goes without a server: it refuses operations
// that cannot be written as SQL, or in whose text a second command shows between the
// brackets and quotes. It returns how many statements there are, and how many of them are
// free SQL, which is not looked at. What it lets pass the server may still refuse.
func CheckText(defaultDatabase string, ops ...plan.Operation) (statements, free int, err error) {
	for i, op := range ops {
		list, err := ddl.Statements(withoutSecrets(op), defaultDatabase)
		if err != nil {
			return 0, 0, fmt.Errorf("operation %d, %s: %w", i+1, plan.Describe(op), err)
		}
		statements += len(list)
		if op.Kind() == plan.RawSQL {
			free += len(list)
			continue
		}
		for _, sql := range list {
			if extra := extraText(op, sql); extra != "" {
				return 0, 0, fmt.Errorf("operation %d, %s: its text holds more than this operation: %s", i+1, plan.Describe(op), extra)
			}
		}
	}
	return statements, free, nil
}

// extraText is what stands in a statement behind its one command, as far as the text as it
// was written shows it.
func extraText(op plan.Operation, sql string) string {
	if !hasFreeText(op, sql) {
		return ""
	}
	depth := 0
	for _, t := range sqltext.Tokens(sql) {
		switch {
		case t.Kind == sqltext.Open:
			depth++
		case t.Kind == sqltext.Close:
			if depth--; depth < 0 {
				return "a closing bracket that nothing opens"
			}
		case t.Text == ";":
			return "a semicolon"
		}
	}
	if depth != 0 {
		return "a bracket that is not closed"
	}
	if clauses := sqltext.Clauses(strings.ToUpper(sql), "PARALLEL WITH"); len(clauses) > 1 && !withModifier.MatchString(clauses[1].Text) {
		return clauses[1].Keyword + " " + clauses[1].Text
	}
	if !strings.HasPrefix(sql, "ALTER TABLE ") {
		return ""
	}
	return extraInAlter(op.Kind(), sql, sql)
}
