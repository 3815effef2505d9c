package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// apply runs what is left of the plan, each operation verified, and then looks at the whole.
func (w *work) apply(ctx context.Context, left []task) error {
	total := len(w.Files.Plan.Operations)
	if err := w.applyAll(ctx, left); err != nil {
		return err
	}
	if err := settle(ctx, w.Input); err != nil {
		return &PartialError{Applied: total, Total: total, Cause: err}
	}
	err := verifyEnd(ctx, w.Input)
	var flap *FlapError
	if err != nil && !errors.As(err, &flap) {
		return &PartialError{Applied: total, Total: total, Cause: err}
	}
	return err
}

// applyOne carries an operation out as e says, and verifies it. dropped is told of a table
// that is gone, and how it is brought back.
func applyOne(ctx context.Context, in Input, op plan.Operation, e clickhouse.Execution, dropped func(journal.Drop)) error {
	op, err := withCredentials(op, in.Desired)
	if err != nil {
		return err
	}
	if handled, err := applyCopy(ctx, in, e, op); handled {
		if err != nil {
			return err
		}
		return verify(ctx, in, op)
	}
	drop, err := executeUndoable(ctx, in.Server, in, op, e)
	if drop != nil {
		dropped(*drop)
	}
	if err != nil {
		return err
	}
	if err := verify(ctx, in, op); err != nil || clusterOf(op) == "" || op.Kind() == plan.RawSQL || plan.PolicyOf(op) != nil {
		return err
	}
	return verifyEverywhere(ctx, in.Server, in, op, clusterOf(op))
}

// withCredentials puts the credentials that the files hide back into an operation,
// from what the code declares.
func withCredentials(op plan.Operation, desired *inframap.Map) (plan.Operation, error) {
	create, ok := op.(*plan.CreateTableOp)
	if !ok || !hidesSomething(create.Table) {
		return plan.FillSQL(op, desired)
	}
	declared := desired.Tables[create.Table.ID(desired.DefaultDatabase)]
	if declared == nil {
		return nil, fmt.Errorf("the plan hides the credentials of table %q and the code does not declare it, so they cannot be filled in", create.Table.Name)
	}
	table := *create.Table
	table.Engine, table.TableSettings = declared.Engine, declared.TableSettings
	return &plan.CreateTableOp{Table: &table}, nil
}

func hidesSomething(t *inframap.Table) bool {
	raw, err := inframap.Canonical(map[string]any{"engine": t.Engine, "settings": t.TableSettings})
	return err != nil || inframap.HidesValue(string(raw))
}

// verify asks the system tables whether the operation has happened.
func verify(ctx context.Context, in Input, op plan.Operation) error {
	if op.Kind() == plan.RawSQL {
		return nil
	}
	if policy := plan.PolicyOf(op); policy != nil {
		return verifyPolicy(ctx, in, op, policy)
	}
	name := nameOf(op, in.Desired.DefaultDatabase)
	catalog, err := in.Server.IntrospectObjects(ctx, []schema.Name{name})
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	table, view := catalog.Tables[name], catalog.Views[name]
	missing := fmt.Errorf("ClickHouse accepted the statement, but %s does not show it", name)
	if plan.DictionaryOf(op) != nil {
		return verifyDictionary(ctx, in, op, catalog.Dictionaries[name], missing)
	}
	switch op := op.(type) {
	case *plan.RenameTableOp:
		return failIf(table == nil, missing)
	case *plan.DropTableOp:
		return failIf(table != nil, missing)
	case *plan.DropViewOp, *plan.DropMaterializedViewOp:
		return failIf(view != nil, missing)
	case *plan.CreateViewOp, *plan.CreateMaterializedViewOp:
		return failIf(view == nil, missing)
	case *plan.CreateTableOp:
		if table == nil {
			return missing
		}
		return verifyCreated(ctx, in, op, table)
	}
	if table == nil || !shows(table, op) {
		return missing
	}
	if modify, ok := op.(*plan.ModifyTableColumnOp); ok {
		return verifyModified(ctx, in, modify, table.Column(modify.After.Name))
	}
	return nil
}

// verifyModified compares a changed column with its declaration.
func verifyModified(ctx context.Context, in Input, op *plan.ModifyTableColumnOp, actual *schema.Column) error {
	m := inframap.New(in.Desired.DefaultDatabase)
	m.Tables["t"] = &inframap.Table{Name: op.Table, Engine: inframap.Engine{Name: "MergeTree"}, Columns: []inframap.Column{op.After}}
	m.Tables["t"].Columns[0].PrimaryKey = false
	canon, err := in.Server.Normalise(ctx, m)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	why := diff.CompareColumn(actual, canon[0].Tables["t"].Column(op.After.Name), in.Options)
	if len(why) == 0 {
		return nil
	}
	return fmt.Errorf("ClickHouse accepted the statement, but the %s of column %s is %s, not %s",
		why[0].Name, op.After.Name, orNone(why[0].Before), orNone(why[0].After))
}

func failIf(failed bool, err error) error {
	if failed {
		return err
	}
	return nil
}

// verifyCreated catches a CREATE TABLE IF NOT EXISTS that found another table of that name.
func verifyCreated(ctx context.Context, in Input, op *plan.CreateTableOp, actual *schema.Table) error {
	m := inframap.New(in.Desired.DefaultDatabase)
	m.Tables["t"] = op.Table
	canon, err := in.Server.Normalise(ctx, m)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	why := diff.CompareTables(canon[0].Tables["t"], actual, in.Options)
	if len(why) == 0 {
		return nil
	}
	lines := Explain(diff.Change{Kind: diff.Table, Action: diff.Update, Name: op.Table.Name, Why: why})
	return fmt.Errorf("the table is there, but not as the plan has it (declared → actual): %s", strings.Join(lines, "; "))
}

// shows reports whether a table has the result of an ALTER; what it cannot tell
// from the table alone is left to the comparison at the end.
func shows(t *schema.Table, op plan.Operation) bool {
	switch op := op.(type) {
	case *plan.AddTableColumnOp:
		return t.Column(op.Column.Name) != nil
	case *plan.DropTableColumnOp:
		return t.Column(op.ColumnName) == nil
	case *plan.RenameTableColumnOp:
		return t.Column(op.After) != nil && t.Column(op.Before) == nil
	case *plan.ModifyTableColumnOp:
		return t.Column(op.After.Name) != nil
	case *plan.ModifyTableTTLOp:
		return (op.After == nil || *op.After == "") == (t.TTL == "")
	case *plan.AddTableIndexOp:
		return hasIndex(t, op.Index.Name)
	case *plan.DropTableIndexOp:
		return !hasIndex(t, op.IndexName)
	case *plan.AddTableProjectionOp:
		return hasProjection(t, op.Projection.Name)
	case *plan.DropTableProjectionOp:
		return !hasProjection(t, op.ProjectionName)
	case *plan.AddTableConstraintOp:
		return hasConstraint(t, op.Constraint.Name)
	case *plan.DropTableConstraintOp:
		return !hasConstraint(t, op.ConstraintName)
	}
	return true
}

func hasIndex(t *schema.Table, name string) bool {
	return slices.ContainsFunc(t.Indexes, func(i schema.Index) bool { return i.Name == name })
}

func hasProjection(t *schema.Table, name string) bool {
	return slices.ContainsFunc(t.Projections, func(p schema.Projection) bool { return p.Name == name })
}

func hasConstraint(t *schema.Table, name string) bool {
	return slices.ContainsFunc(t.Constraints, func(c schema.Constraint) bool { return c.Name == name })
}

// verifyEnd plans again: what is left after all operations must be nothing. What is
// left of an object that the plan has just changed is a *FlapError.
func verifyEnd(ctx context.Context, in Input) error {
	recorded := *in.Desired
	outcome, err := planner.Make(ctx, in.Server, planner.Input{
		Recorded: &recorded, Desired: in.Desired, Databases: in.Databases, Options: in.Options,
	})
	if err != nil {
		return fmt.Errorf("verify the end state: %w", err)
	}
	if len(outcome.Result.Changes) == 0 {
		return nil
	}
	found := flaps(in, outcome)
	if edited, err := in.Files.Edited(); err == nil && !edited && len(found) > 0 && onlyFlaps(outcome, found) {
		return &FlapError{Findings: found, Report: flapReport(in, outcome, found)}
	}
	var left []string
	for _, c := range outcome.Result.Changes {
		left = append(left, Explain(c)...)
	}
	return fmt.Errorf("the end state is not what the code declares (actual → declared):\n  - %s\nIf migrations/plan.yaml was edited by hand, make it again; otherwise somebody changed ClickHouse in the meantime, or this is a fault of moose-migrate, please report it", strings.Join(left, "\n  - "))
}

// onlyFlaps reports whether nothing but the findings is left.
func onlyFlaps(outcome *planner.Outcome, found []Flap) bool {
	left := 0
	for _, c := range outcome.Result.Changes {
		left += max(1, len(c.Why))
	}
	return left == len(found)
}
