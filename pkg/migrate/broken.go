package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/reverse"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Broken is an operation that has changed a definition and cannot rewrite the rows.
type Broken struct {
	// Operation is its number in the plan, from 0.
	Operation int
	Op        plan.Operation
	Table     schema.Name
	// Column is the column that may be unreadable, empty for other operations; Type is the
	// type that its rows do not fit, in the server's spelling.
	Column, Type string
	// Mutation is what fails again and again, nil when it was stopped already.
	Mutation *clickhouse.Mutation
	// Reason is what ClickHouse says about it.
	Reason string
	// Converted is the number of parts that have the new type already, of Parts.
	Converted, Parts uint64
	// Readable is set by a recovery when the column was read to its end; Key and Value
	// are then the sorting key and the value of a row that does not fit, where one was found.
	Readable   bool
	Key, Value string
}

func (b *Broken) what() string {
	if b.Column == "" {
		return "table " + b.Table.String()
	}
	return "column " + b.Column + " of table " + b.Table.String()
}

// maxValue bounds how much of a row's value is quoted, in bytes.
const maxValue = 120

// Lines say in plain words what is wrong.
func (b *Broken) Lines() []string {
	out := []string{fmt.Sprintf("%s (operation %d) changed the definition, but ClickHouse cannot rewrite the rows: %s", plan.Describe(b.Op), b.Operation+1, b.Reason)}
	if b.Column != "" && !b.Readable {
		out = append(out, fmt.Sprintf("Until the old type is back, reads of column %s fail.", b.Column))
	}
	if b.Converted > 0 {
		out = append(out, fmt.Sprintf("%d of %d parts already had the type %s; their values go through it and back, so a value may be written differently afterwards (007 → 7).", b.Converted, b.Parts, b.Type))
	}
	if b.Key != "" || b.Value != "" {
		out = append(out, fmt.Sprintf("A row that does not fit: sorting key %s, value %q.", safetext.Clip(b.Key, maxValue), safetext.Clip(b.Value, maxValue)))
	}
	return out
}

// Find looks for operations of the plan that left a failing mutation, or, when that was
// stopped, a column that cannot be read. It only reads. An *OlderError is a failing
// mutation that has to be dealt with first.
func Find(ctx context.Context, in Recovery) ([]Broken, error) {
	tables := tablesOf(in.Files.Plan.Operations, in.DefaultDatabase)
	pending, err := in.Server.Mutations(ctx, tables)
	if err != nil {
		return nil, err
	}
	catalog, err := in.Server.IntrospectObjects(ctx, tables)
	if err != nil {
		return nil, err
	}
	var columns []clickhouse.ColumnName
	for _, op := range in.Files.Plan.Operations {
		if modify, ok := op.(*plan.ModifyTableColumnOp); ok {
			columns = append(columns, clickhouse.ColumnName{Table: nameOf(op, in.DefaultDatabase), Column: modify.After.Name})
		}
	}
	types, err := in.Server.PartTypes(ctx, columns)
	if err != nil {
		return nil, err
	}
	var found []Broken
	claimed := map[string]bool{}
	for i, op := range in.Files.Plan.Operations {
		if in.Run != nil && (i >= len(in.Run.Steps) || in.Run.Steps[i] != journal.Started && in.Run.Steps[i] != journal.Failed) {
			continue
		}
		b := Broken{Operation: i, Op: op, Table: nameOf(op, in.DefaultDatabase)}
		if modify, ok := op.(*plan.ModifyTableColumnOp); ok {
			b.Column = modify.After.Name
			b.describe(catalog.Tables[b.Table], types)
		}
		broken, err := b.diagnose(ctx, in, pending)
		if err != nil {
			return nil, err
		}
		if broken {
			found = append(found, b)
		}
		if b.Mutation != nil {
			claimed[b.Table.String()+" "+b.Mutation.ID] = true
		}
	}
	return found, foreign(pending, found, claimed)
}

// describe takes over what the server has of the column now.
func (b *Broken) describe(table *schema.Table, types map[clickhouse.ColumnName]map[string]uint64) {
	if table == nil || table.Column(b.Column) == nil {
		return
	}
	b.Type = table.Column(b.Column).Type
	for typ, parts := range types[clickhouse.ColumnName{Table: b.Table, Column: b.Column}] {
		b.Parts += parts
		if typ == b.Type {
			b.Converted += parts
		}
	}
}

// diagnose looks for the failing mutation of the operation, and for a column that one
// has left behind.
func (b *Broken) diagnose(ctx context.Context, in Recovery, pending []clickhouse.Mutation) (bool, error) {
	unfinished := false
	for _, m := range pending {
		if (schema.Name{Database: m.Database, Object: m.Table}) != b.Table {
			continue
		}
		unfinished = true
		if m.FailReason != "" && startedBy(m, b.Op) {
			b.Mutation, b.Reason = &m, m.Why()
			return true, nil
		}
	}
	if unfinished || b.Column == "" || b.Converted == b.Parts {
		return false, nil
	}
	err := in.Server.ReadColumn(ctx, clickhouse.ColumnName{Table: b.Table, Column: b.Column})
	var refused *clickhouse.ServerError
	if errors.As(err, &refused) {
		b.Reason = clickhouse.Mutation{FailReason: refused.Message}.Why()
		return true, nil
	}
	if errors.Is(err, clickhouse.ErrNotRead) {
		err = nil
	}
	return false, err
}

// startedBy tells by the command of a mutation whether the operation is its origin.
func startedBy(m clickhouse.Mutation, op plan.Operation) bool {
	switch op := op.(type) {
	case *plan.ModifyTableColumnOp:
		return m.Starts("MODIFY COLUMN", op.After.Name)
	case *plan.RenameTableColumnOp:
		return m.Starts("RENAME COLUMN", op.Before)
	case *plan.ModifyTableTTLOp:
		return m.Starts("MATERIALIZE", "TTL")
	case *plan.DropTableColumnOp:
		return m.Starts("DROP COLUMN", op.ColumnName)
	case *plan.DropTableIndexOp:
		return m.Starts("DROP INDEX", op.IndexName)
	case *plan.DropTableProjectionOp:
		return m.Starts("DROP PROJECTION", op.ProjectionName)
	}
	return false
}

// foreign is the error for the first failing mutation of a broken table that is not of the plan
// and older than what is: ClickHouse notes a failure with every mutation that it tries
// together, so only the oldest is the cause.
func foreign(pending []clickhouse.Mutation, found []Broken, claimed map[string]bool) error {
	seen := map[schema.Name]bool{}
	for _, m := range pending {
		table := schema.Name{Database: m.Database, Object: m.Table}
		switch {
		case m.FailReason == "" || seen[table]:
		case claimed[table.String()+" "+m.ID]:
			seen[table] = true
		case slices.ContainsFunc(found, func(b Broken) bool { return b.Table == table }):
			return &OlderError{m}
		}
	}
	return nil
}

// reversed is the operation that leads back, nil when stopping the mutation is all that can
// be done: what was dropped from a definition does not come back by itself.
func reversed(ctx context.Context, in Recovery, b *Broken) (plan.Operation, error) {
	switch op := b.Op.(type) {
	case *plan.ModifyTableColumnOp:
		catalog, err := in.Server.IntrospectObjects(ctx, []schema.Name{b.Table})
		if err != nil {
			return nil, err
		}
		table := catalog.Tables[b.Table]
		if table == nil || table.Column(b.Column) == nil {
			return nil, fmt.Errorf("the column %s of %s is not there any more", b.Column, b.Table)
		}
		old := op.Before
		old.Name = b.Column
		return &plan.ModifyTableColumnOp{OnTable: op.OnTable, Before: reverse.Column(table.Column(b.Column), false), After: old}, nil
	case *plan.RenameTableColumnOp:
		return &plan.RenameTableColumnOp{OnTable: op.OnTable, Before: op.After, After: op.Before}, nil
	case *plan.ModifyTableTTLOp:
		return &plan.ModifyTableTTLOp{OnTable: op.OnTable, Before: op.After, After: op.Before}, nil
	}
	in.Tell(strings.TrimSpace(plan.Describe(b.Op) + ": the definition stays as it is now; run the migration again when the cause is gone"))
	return nil, nil
}
