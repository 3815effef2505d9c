package probe

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Question asks how many rows of a table meet a condition.
type Question struct {
	// ID tells the question from the others of a plan.
	ID    string
	Table schema.Name
	// Where is the condition, a SQL expression over the columns; all names are quoted.
	Where string
	// Distinct is an expression whose different values are counted, about, instead of rows;
	// Where is not looked at then.
	Distinct string
	// Value and Key are SQL expressions of what to show of one such row: the value, and
	// what identifies the row. Empty ones are not shown.
	Value, Key string
	// Columns are the names of all columns that the expressions read, unquoted.
	Columns []string
}

// Answer is what is known about a [Question].
type Answer struct {
	// Rows meet the condition, of Total rows that were looked at. Of a question for distinct
	// values it is the number of these.
	Rows, Total uint64
	// Sampled is set when the table has more rows than were looked at.
	Sampled bool
	// Value and Key are those of one row that meets the condition.
	Value, Key string
	// Err says why there is no answer, nil when there is one.
	Err error
}

// ErrNotAsked is why there is no answer when no server was asked.
var ErrNotAsked = errors.New("no server was asked")

// None reports whether it is certain that no row meets the condition.
func (a Answer) None() bool { return a.Err == nil && a.Rows == 0 && !a.Sampled }

// missingGrant finds the privilege that the server names in a refusal.
var missingGrant = regexp.MustCompile(`(?:necessary to have the grant|grant) ((?:[A-Z]+ )*[A-Z]+(?:\([^)]*\))? ON [^ ]+)`)

const accessDenied = 497

// explain says in words why a question has no answer, with the grant that is missing.
func explain(err error) error {
	var server *clickhouse.ServerError
	if !errors.As(err, &server) {
		return err
	}
	switch server.Code {
	case accessDenied:
		if m := missingGrant.FindStringSubmatch(server.Message); m != nil {
			return fmt.Errorf("the user may not read it; it lacks the grant %s", m[1])
		}
		return errors.New("the user may not read it")
	case tooSlow:
		return errors.New("counting would take longer than the limit in seconds (probes in moose-migrate.yml)")
	case tooManyRows, tooManyBytes, tooManyRowsOrBytes:
		return errors.New("counting would read more than the limit (probes in moose-migrate.yml)")
	}
	return fmt.Errorf("ClickHouse could not count it: %w", server)
}

// Codes of ClickHouse's ErrorCodes.cpp for limits that were reached.
const (
	tooManyRows        = 158
	tooSlow            = 159
	tooManyBytes       = 307
	tooManyRowsOrBytes = 396
)
