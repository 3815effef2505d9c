// Package planner answers one question: what has to happen so that the servers
// hold what the code declares? It brings together the recorded map, the actual
// state and the desired map, and returns changes, operations, drift and digest.
package planner

import (
	"context"
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/drift"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// Server is what the planner asks of ClickHouse.
type Server interface {
	Introspect(ctx context.Context, databases []string) (*schema.Catalog, error)
	Normalise(ctx context.Context, maps ...*inframap.Map) ([]*clickhouse.Declared, error)
	// RowPolicies and Roles are asked for only when a plan needs them.
	RowPolicies(ctx context.Context, databases []string) ([]schema.RowPolicy, error)
	Roles(ctx context.Context) (map[string]bool, error)
	// Conversions returns why the server refuses each change of a type, "" for those that it takes.
	Conversions(ctx context.Context, list []clickhouse.Conversion) ([]string, error)
	// Nulls counts the rows in which each column is NULL.
	Nulls(ctx context.Context, columns []clickhouse.ColumnName) ([]uint64, error)
	Describe() string
}

// Input is what a plan is made from.
type Input struct {
	// Recorded is the stored map, nil when nothing was ever stored.
	Recorded *inframap.Map
	// Desired is the map that the code declares; its default database is that of the connection.
	Desired *inframap.Map
	// Databases are the configured ones: the default database and the additional ones.
	Databases []string
	// Options hold ignore_operations of [migration_config], the project's own patterns and its renames.
	Options diff.Options
}

// Outcome is a plan with everything that it rests on.
type Outcome struct {
	Result     *diff.Result
	Operations []plan.Operation
	// Status holds the before-map, drift, adopted and unmanaged objects.
	Status *drift.Status
	// Before and After are the two sides that were compared.
	Before, After diff.Side
	Desired       *inframap.Map
	Digest        string
}

// Files returns what is saved for a reviewer; the creation time is the caller's.
func (o *Outcome) Files(p *plan.Plan) *plan.Files {
	p.Operations, p.Sizes = o.Operations, o.Sizes()
	return &plan.Files{Plan: p, Before: o.Status.Side.Map, Desired: o.Desired}
}

// Make compares and plans. It only reads.
func Make(ctx context.Context, server Server, in Input) (*Outcome, error) {
	recorded := in.Recorded
	if recorded == nil {
		recorded = inframap.New(in.Desired.DefaultDatabase)
	}
	recorded, err := storedForm(recorded)
	if err != nil {
		return nil, err
	}
	// Objects without a database lie in that of the connection, whatever it was called when they were recorded.
	recorded.DefaultDatabase = in.Desired.DefaultDatabase
	databases := databasesOf(in)
	catalog, err := server.Introspect(ctx, databases)
	if err != nil {
		return nil, err
	}
	declared := declarations(in.Desired)
	if err := checkDatabases(in, declared, catalog, server); err != nil {
		return nil, err
	}
	canon, err := server.Normalise(ctx, recorded, in.Desired)
	if err != nil {
		return nil, err
	}
	if err := checkKinds(declared, catalog); err != nil {
		return nil, err
	}
	if err := access(ctx, server, databases, catalog, recorded, in.Desired, canon); err != nil {
		return nil, err
	}
	st := drift.Reconcile(recorded, canon[0], in.Desired, catalog, in.Options)
	drift.ReconcileObjects(st, drift.Both{Recorded: recorded, Desired: in.Desired, RecordedForm: canon[0], DesiredForm: canon[1]}, catalog, in.Options)
	after := Side(in.Desired, canon[1])
	after.Known = st.Side.Known
	stored := after
	if stored.Map, err = storedForm(in.Desired); err != nil {
		return nil, err
	}
	out := &Outcome{Status: st, Before: st.Side, After: after, Desired: in.Desired}
	out.Result = diff.Maps(st.Side, stored, in.Options)
	out.Result.Invalid = append(out.Result.Invalid, st.Clashes...)
	if err := out.checkConversions(ctx, server); err != nil {
		return nil, err
	}
	out.Operations = plan.Make(out.Result, out.Before, out.After)
	out.Digest, err = plan.Digest(out.Operations, st.Side.Map, in.Desired)
	return out, err
}

// Drift compares the recorded map with the server. What the code declares does not
// matter, except that declared objects do not count as unmanaged.
func Drift(ctx context.Context, server Server, in Input) (*drift.Status, error) {
	recorded, err := storedForm(in.Recorded)
	if err != nil {
		return nil, err
	}
	recorded.DefaultDatabase = in.Desired.DefaultDatabase
	catalog, err := server.Introspect(ctx, databasesOf(in))
	if err != nil {
		return nil, err
	}
	if err := checkDatabases(in, nil, catalog, server); err != nil {
		return nil, err
	}
	declared := inframap.New(in.Desired.DefaultDatabase)
	declared.Dictionaries, declared.SQLResources = in.Desired.Dictionaries, in.Desired.SQLResources
	canon, err := server.Normalise(ctx, recorded, declared)
	if err != nil {
		return nil, err
	}
	if err := access(ctx, server, databasesOf(in), catalog, recorded, declared, canon); err != nil {
		return nil, err
	}
	st := drift.Reconcile(recorded, canon[0], in.Desired, catalog, in.Options)
	drift.ReconcileObjects(st, drift.Both{Recorded: recorded, Desired: declared, RecordedForm: canon[0], DesiredForm: canon[1]}, catalog, in.Options)
	return st, nil
}

// Side joins a map with its canonical form.
func Side(m *inframap.Map, d *clickhouse.Declared) diff.Side {
	return diff.Side{
		Map: m, Tables: d.Tables, Views: d.Views, MaterializedViews: d.MaterializedViews,
		Dictionaries: d.Dictionaries, RowPolicies: d.RowPolicies,
	}
}

// storedForm reduces the parts that no server holds to what the stored state can
// hold, so that a member that the state cannot keep is no difference for ever. SQL
// resources lose their credentials, which no state keeps.
func storedForm(m *inframap.Map) (*inframap.Map, error) {
	raw, err := statepb.Encode(m)
	if err != nil {
		return nil, fmt.Errorf("bring a map into the form of the stored state: %w", err)
	}
	stored, err := statepb.Decode(raw)
	if err != nil {
		return nil, fmt.Errorf("bring a map into the form of the stored state: %w", err)
	}
	out := *m
	out.Topics, out.APIEndpoints, out.Workflows, out.WebApps = stored.Topics, stored.APIEndpoints, stored.Workflows, stored.WebApps
	out.TopicToTableSyncs, out.TopicToTopicSyncs = stored.TopicToTableSyncs, stored.TopicToTopicSyncs
	out.FunctionProcesses, out.SQLResources = stored.FunctionProcesses, secretsql.Resources(stored.SQLResources)
	out.Dictionaries, out.RowPolicies = stored.Dictionaries, stored.RowPolicies
	return &out, nil
}

func databasesOf(in Input) []string {
	list := append([]string{in.Desired.DefaultDatabase}, in.Databases...)
	slices.Sort(list)
	return slices.Compact(list)
}
