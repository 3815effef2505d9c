package migrate

import (
	"context"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// Previewed is what a migration would do now.
type Previewed struct {
	// AtTarget: there is nothing to do, the server already holds what the code declares.
	AtTarget bool
	// Operations are those of the plan, in the order of the plan.
	Operations []PreviewedOperation
}

// PreviewedOperation is one operation with what would be sent for it.
type PreviewedOperation struct {
	Operation plan.Operation
	// Statements are the SQL, credentials hidden.
	Statements []string
	// Batch counts from 1: operations of one batch may run side by side, the next batch
	// begins when all of it is done.
	Batch int
}

// Preview makes the checks of [Run] and says what it would do. It takes no lock, writes
// nothing and changes nothing, so what it says holds for as long as nobody changes the
// server. The errors are those of Run before it begins.
func Preview(ctx context.Context, in Input) (*Previewed, error) {
	if err := checkPlan(in); err != nil {
		return nil, err
	}
	if _, err := encodeState(in, in.Desired); err != nil {
		return nil, err
	}
	_, atTarget, err := check(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &Previewed{AtTarget: atTarget}
	if atTarget {
		return out, nil
	}
	if err := in.Server.CheckStatements(ctx, in.Files.Plan.Operations...); err != nil {
		return nil, err
	}
	batch := batchesOf(in)
	for i, op := range in.Files.Plan.Operations {
		// What the files hide must be known at the time; it is not shown.
		if _, err := withCredentials(op, in.Desired); err != nil {
			return nil, err
		}
		statements, err := ddl.Statements(op, in.Desired.DefaultDatabase)
		if err != nil {
			return nil, err
		}
		out.Operations = append(out.Operations, PreviewedOperation{Operation: op, Statements: secretsql.Statements(statements), Batch: batch[i]})
	}
	return out, nil
}

// batchesOf numbers the batch of each operation of the plan.
func batchesOf(in Input) []int {
	w := &work{Input: in}
	out := make([]int, len(in.Files.Plan.Operations))
	for n, chains := range w.batches(w.all()) {
		for _, chain := range chains {
			for _, t := range chain {
				out[t.index] = n + 1
			}
		}
	}
	return out
}

// CheckPlan refuses operations that no plan may have: on protected objects, and on
// databases and clusters that are not configured. It needs no server: of the input only
// Files, Desired, Databases and Clusters are looked at.
func CheckPlan(in Input) error { return checkPlan(in) }
