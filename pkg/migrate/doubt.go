package migrate

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// Class says what may be done with an operation of which it is not known whether it was
// carried out.
type Class string

// The classes.
const (
	// Repeatable: doing it twice is doing it once.
	Repeatable Class = "repeatable"
	// Verifiable: the server shows whether it happened.
	Verifiable Class = "verifiable"
	// Unsafe: doing it twice does something else than doing it once, and nothing but the
	// server's log, or a person, knows whether it happened.
	Unsafe Class = "unsafe to repeat"
)

// ClassOf is the class of an operation.
func ClassOf(op plan.Operation) Class {
	raw, ok := op.(*plan.RawSQLOp)
	if !ok {
		return Verifiable
	}
	for _, sql := range raw.SQL {
		if !repeatable(sql) {
			return Unsafe
		}
	}
	return Repeatable
}

// again are the beginnings of statements that can be run again: it lists what is known to be
// safe, and anything else is not.
var again = regexp.MustCompile(`(?is)^\s*(?:` + strings.Join([]string{
	`CREATE\s+OR\s+REPLACE\s+(?:VIEW|DICTIONARY|FUNCTION)\b`,
	`CREATE\s+(?:DATABASE|TABLE|VIEW|MATERIALIZED\s+VIEW|DICTIONARY|FUNCTION|ROLE|USER|ROW\s+POLICY|QUOTA|SETTINGS\s+PROFILE)\s+IF\s+NOT\s+EXISTS\b`,
	`DROP\s+(?:DATABASE|TABLE|VIEW|DICTIONARY|FUNCTION|ROLE|USER|ROW\s+POLICY|QUOTA|SETTINGS\s+PROFILE)\s+IF\s+EXISTS\b`,
	`OPTIMIZE\b`, `SYSTEM\b`, `GRANT\b`, `REVOKE\b`, `SELECT\b`,
	`ALTER\s+TABLE\s+\S+\s+(?:ADD\s+(?:COLUMN|INDEX|PROJECTION|CONSTRAINT)\s+IF\s+NOT\s+EXISTS|DROP\s+(?:COLUMN|INDEX|PROJECTION|CONSTRAINT)\s+IF\s+EXISTS|MATERIALIZE|MODIFY\s+(?:SETTING|TTL|COMMENT|QUERY)|COMMENT)\b`,
}, "|") + `)`)

// filled finds what makes a table or a view with rows in it: stopped half-way it is there, and
// a second one would not fill it.
var filled = regexp.MustCompile(`(?is)^\s*CREATE\s+(?:TABLE\b.*\b(?:AS|CLONE)\b|MATERIALIZED\s+VIEW\b.*\bPOPULATE\b)`)

func repeatable(sql string) bool { return again.MatchString(sql) && !filled.MatchString(sql) }

// adds finds statements that can have added some of their rows when they fail.
var adds = regexp.MustCompile(`(?is)^\s*(WITH\b.*\bINSERT|INSERT|CREATE|ALTER|DELETE|UPDATE)\b`)

// DoubtError is a statement of which nobody but a person can say whether it was carried out.
type DoubtError struct {
	// Number is that of the operation and Statement that of its statement of Of, from 1.
	Number        int
	Operation     plan.Operation
	Statement, Of int
	// SQL is the statement without credentials; Known what is known about it.
	SQL, Known string
}

// Error names the statement and what is known about it.
func (e *DoubtError) Error() string {
	which := "its statement"
	if e.Of > 1 {
		which = fmt.Sprintf("its statement %d of %d", e.Statement, e.Of)
	}
	return fmt.Sprintf("whether operation %d was carried out cannot be known: %s. %s, and %s must not run twice:\n  %s", e.Number, plan.Describe(e.Operation), e.Known, which, e.SQL)
}

// DoubtsError stops a run that is taken up again until a person says what became of some
// statements. Nothing was changed.
type DoubtsError struct{ Doubts []*DoubtError }

// Error names every statement, and what to type.
func (e *DoubtsError) Error() string {
	var b strings.Builder
	numbers := make([]string, len(e.Doubts))
	for i, d := range e.Doubts {
		b.WriteString(d.Error() + "\n")
		numbers[i] = fmt.Sprint(d.Number)
	}
	fmt.Fprintf(&b, "Nothing was changed now. Look at the data, and say of operation %s what became of it:\n"+
		"  moose migrate --resume --assume-done %[2]d       # the statement was carried out completely\n"+
		"  moose migrate --resume --assume-not-done %[2]d   # nothing of it was, or you have undone it: it is run again",
		strings.Join(numbers, " and "), e.Doubts[0].Number)
	return b.String()
}

// fatesOf asks what became of the RawSql operations of a run that are in doubt. known is,
// by index, the number of statements that are done; unknown are those of which that
// cannot be said. A person's word counts where nothing else does.
func (w *work) fatesOf(ctx context.Context, u *Unfinished) (known map[int]int, unknown []*DoubtError, err error) {
	known = map[int]int{}
	type question struct {
		index, statement int
		statements       []string
	}
	var questions []question
	var markers []string
	for _, n := range u.InDoubt() {
		raw, ok := u.Files.Plan.Operations[n-1].(*plan.RawSQLOp)
		if !ok {
			continue
		}
		statements, err := ddl.Statements(raw, w.Desired.DefaultDatabase)
		if err != nil {
			return nil, nil, err
		}
		i, done := n-1, u.Run.Statements[n-1]
		if done >= len(statements) || repeatable(statements[done]) ||
			u.Run.Steps[i] == journal.Failed && !adds.MatchString(statements[done]) {
			known[i] = min(done, len(statements))
			continue
		}
		questions = append(questions, question{i, done, statements})
		markers = append(markers, u.Run.Marker(i, done))
	}
	fates, logged, err := w.Server.Fates(ctx, markers)
	if err != nil {
		return nil, nil, fmt.Errorf("ask what became of the run's statements: %w", err)
	}
	for i, q := range questions {
		fate, began := fates[markers[i]]
		sql := q.statements[q.statement]
		says := "ClickHouse keeps no log of queries that this user may read"
		switch {
		case fate == clickhouse.Finished:
			known[q.index] = q.statement + 1
			continue
		case fate == clickhouse.Refused && !adds.MatchString(sql), !began && logged:
			known[q.index] = q.statement
			continue
		case fate == clickhouse.StillRuns:
			says = "ClickHouse still works on it"
		case fate == clickhouse.Refused || u.Run.Steps[q.index] == journal.Failed:
			says = "It failed, and may have added or changed some rows before that"
		}
		w.assumed = append(w.assumed, q.index+1)
		switch {
		case slices.Contains(w.AssumeDone, q.index+1):
			known[q.index] = q.statement + 1
		case slices.Contains(w.AssumeNotDone, q.index+1):
			known[q.index] = q.statement
		default:
			unknown = append(unknown, &DoubtError{
				Number: q.index + 1, Operation: u.Files.Plan.Operations[q.index], Statement: q.statement + 1, Of: len(q.statements),
				SQL: cut(secretsql.Mask(sql), 500), Known: says,
			})
		}
	}
	return known, unknown, nil
}
