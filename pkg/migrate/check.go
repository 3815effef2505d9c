package migrate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Reason is why a plan does not run.
type Reason string

// The reasons.
const (
	// Drifted: the server is no longer what the plan was made from.
	Drifted Reason = "drift"
	// Stale: the code is no longer what the plan leads to.
	Stale Reason = "stale"
	// Forbidden: an operation would break a life cycle or leave the configured databases.
	Forbidden Reason = "forbidden"
	// Impossible: the code declares what ClickHouse would refuse half-way.
	Impossible Reason = "impossible"
	// OtherPlan: the plan to resume is not the one that was begun.
	OtherPlan Reason = "other plan"
)

// BlockedError is a plan that was stopped before anything was touched.
type BlockedError struct {
	Reason Reason
	// Details name each object and attribute with its old and new value.
	Details []string
}

// Error is the reason with every detail on a line of its own, and what to do.
func (e *BlockedError) Error() string {
	var b strings.Builder
	switch e.Reason {
	case Drifted:
		b.WriteString("The database has changed since the plan was made; nothing was applied.")
	case Stale:
		b.WriteString("The plan does not lead to what the code declares now; nothing was applied.")
	case OtherPlan:
		b.WriteString("The saved plan is not the one that was begun; nothing was applied.")
	case Impossible:
		b.WriteString("ClickHouse would refuse a part of the plan when another part is done already; nothing was applied.")
	default:
		b.WriteString("The plan has operations that are not allowed; nothing was applied.")
	}
	for _, d := range e.Details {
		b.WriteString("\n  - " + d)
	}
	switch e.Reason {
	case Impossible:
		b.WriteString("\nMend the declaration, and make the plan again with `moose generate migration --save`.")
	case OtherPlan:
		b.WriteString("\nRun `moose migrate` without --resume to apply the saved plan instead, or bring back the files of the one that was begun.")
	case Forbidden:
		b.WriteString("\nTake these operations out of migrations/plan.yaml, or change the life cycle in the code.")
	default:
		b.WriteString("\nMake the plan again with `moose generate migration --clickhouse-url <url> --save`, review it, and commit it.")
	}
	return b.String()
}

// check compares the plan's maps with the server and the code. atTarget is set
// when the server already holds what the code declares.
func check(ctx context.Context, in Input) (outcome *planner.Outcome, atTarget bool, err error) {
	recorded, err := LoadRecorded(ctx, in.Store)
	if err != nil {
		return nil, false, err
	}
	if err := checkRecorded(in, recorded); err != nil {
		return nil, false, err
	}
	options := in.Options
	options.Renames = append(slices.Clone(options.Renames), renamesOf(in)...)
	outcome, err = planner.Make(ctx, in.Server, planner.Input{
		Recorded: recorded, Desired: in.Desired, Databases: in.Databases, Options: options,
	})
	if err != nil {
		return nil, false, err
	}
	drifted, stale, err := Compare(ctx, in.Server, in.Files, outcome, in.Options)
	if err != nil {
		return nil, false, err
	}
	if len(outcome.Operations) == 0 && len(outcome.Result.Invalid) == 0 && (Applied(recorded, in.Files) || len(drifted) > 0) {
		return outcome, true, nil
	}
	if len(stale) > 0 {
		return nil, false, &BlockedError{Reason: Stale, Details: stale}
	}
	if len(drifted) > 0 {
		return nil, false, &BlockedError{Reason: Drifted, Details: drifted}
	}
	if len(outcome.Result.Invalid) > 0 {
		return nil, false, &BlockedError{Reason: Impossible, Details: outcome.Result.Invalid}
	}
	if extra := unexpected(in.Files.Plan.Operations, outcome.Operations); len(extra) > 0 {
		return nil, false, &BlockedError{Reason: Stale, Details: extra}
	}
	if len(outcome.Operations) == 0 && len(in.Files.Plan.Operations) > 0 && !runsSQL(in.Files.Plan.Operations) {
		return outcome, true, nil
	}
	return outcome, false, nil
}

// Compare lists in words what keeps a saved plan from being applied: drifted are the
// differences between what it starts from and what the server has, stale those between
// what it leads to and what the code declares. outcome is a plan made now.
func Compare(ctx context.Context, server planner.Server, files *plan.Files, outcome *planner.Outcome, o diff.Options) (drifted, stale []string, err error) {
	canon, err := server.Normalise(ctx, files.Before, files.Desired)
	if err != nil {
		return nil, nil, err
	}
	o.IgnoreLifeCycle = true
	actual := outcome.Before
	if files.NoDictionaries {
		actual = withoutDictionaries(actual)
	}
	drifted = changesBetween(planner.Side(files.Before, canon[0]), actual, o)
	return drifted, changesBetween(planner.Side(files.Desired, canon[1]), outcome.After, o), nil
}

// renamesOf are the renames that the plan makes: they were chosen when it was made.
func renamesOf(in Input) []diff.Rename {
	var out []diff.Rename
	for _, op := range in.Files.Plan.Operations {
		switch o := op.(type) {
		case *plan.RenameTableColumnOp:
			n := nameOf(op, in.Desired.DefaultDatabase)
			out = append(out, diff.Rename{Table: n, To: n, Columns: map[string]string{o.Before: o.After}})
		case *plan.RenameTableOp:
			out = append(out, diff.Rename{Table: oldName(o, in.Desired.DefaultDatabase), To: nameOf(op, in.Desired.DefaultDatabase)})
		}
	}
	return out
}

// oldName is the name of a table before it is renamed.
func oldName(op *plan.RenameTableOp, defaultDatabase string) schema.Name {
	t := op.OnTable.Target()
	return schema.Name{Database: cmp.Or(t.Database, defaultDatabase), Object: t.Name}
}

// runsSQL reports whether a plan has statements whose effect the comparison cannot see.
func runsSQL(ops []plan.Operation) bool {
	return slices.ContainsFunc(ops, func(op plan.Operation) bool { return op.Kind() == plan.RawSQL })
}

// unexpected lists in what a plan made now differs so much that the approved one must not
// be applied.
func unexpected(approved, fresh []plan.Operation) []string {
	return append(takesMore(approved, fresh), leavesOut(approved, fresh)...)
}

// takesMore lists the operations that take something away, or run the SQL of a resource, and
// that a plan made now would not have.
func takesMore(approved, fresh []plan.Operation) []string {
	var out []string
	for _, op := range approved {
		if takes(op) != "" && !takenBy(fresh, op) {
			out = append(out, plan.Describe(op)+": a plan made now does not have this step")
		}
	}
	return out
}

// leavesOut lists the SQL of resources and the row policies that a plan made now would have
// and the approved one has not.
func leavesOut(approved, fresh []plan.Operation) []string {
	var out []string
	for _, op := range fresh {
		if raw, ok := op.(*plan.RawSQLOp); ok && ofResource(raw) && !takenBy(approved, op) {
			out = append(out, plan.Describe(op)+": a plan made now has this step as well")
		}
		if policy, ok := op.(*plan.CreateRowPolicyOp); ok && !makesPolicy(approved, policy.Policy.Name) {
			out = append(out, plan.Describe(op)+": a plan made now has this step as well")
		}
	}
	return out
}

func takenBy(list []plan.Operation, op plan.Operation) bool {
	return slices.ContainsFunc(list, func(o plan.Operation) bool { return takes(o) == takes(op) })
}

func takes(op plan.Operation) string {
	key := fmt.Sprint(op.Kind(), op.Target())
	switch o := op.(type) {
	case *plan.DropTableOp, *plan.DropViewOp, *plan.DropMaterializedViewOp:
		return key
	case *plan.DropTableColumnOp:
		return key + o.ColumnName
	case *plan.RenameTableColumnOp:
		return key + o.Before + " " + o.After
	case *plan.RenameTableOp:
		return key + o.SQL()
	case *plan.RawSQLOp:
		if ofResource(o) {
			return string(op.Kind()) + strings.Join(o.SQL, ";")
		}
	case *plan.DropDictionaryOp, *plan.DropRowPolicyOp:
		return key
	}
	return ""
}

// ofResource tells the SQL of a declared resource from SQL that people, or Moose's
// backfills, put into a plan.
func ofResource(op *plan.RawSQLOp) bool {
	return strings.HasPrefix(op.Description, plan.SetupDescription) || strings.HasPrefix(op.Description, plan.TeardownDescription)
}

// changesBetween lists the differences of what lives in ClickHouse, in words:
// before is the plan's view, after is what is true now.
func changesBetween(before, after diff.Side, o diff.Options) []string {
	result := diff.Maps(olapOnly(before), olapOnly(after), o)
	var out []string
	for _, c := range result.Changes {
		out = append(out, Explain(c)...)
	}
	return out
}

func olapOnly(s diff.Side) diff.Side {
	m := inframap.New(s.Map.DefaultDatabase)
	m.Tables, m.Views, m.MaterializedViews = s.Map.Tables, s.Map.Views, s.Map.MaterializedViews
	m.Dictionaries, s.Differs = s.Map.Dictionaries, nil
	s.Map = m
	return s
}

// Explain says in words what a change found, one line per attribute, as
// "table Events: column qty: type Int64 → type Int32".
func Explain(c diff.Change) []string {
	object := fmt.Sprintf("%s %s", c.Kind, c.Name)
	switch c.Action {
	case diff.Add:
		return []string{object + ": exists now and did not when the plan was made"}
	case diff.Remove:
		return []string{object + ": existed when the plan was made and is gone"}
	}
	var out []string
	for _, a := range c.Why {
		out = append(out, fmt.Sprintf("%s: %s: %s → %s", object, a.Name, orNone(a.Before), orNone(a.After)))
	}
	return out
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// checkPlan refuses operations that no plan may have, whatever the files say.
func checkPlan(in Input) error { return refuse(in, lifeCycles(in)) }

func refuse(in Input, lives map[schema.Name]inframap.LifeCycle) error {
	var bad []string
	for i, op := range in.Files.Plan.Operations {
		if why := forbidden(op, in, lives); why != "" {
			bad = append(bad, fmt.Sprintf("operation %d, %s: %s", i+1, plan.Describe(op), why))
		}
	}
	if len(bad) > 0 {
		return &BlockedError{Reason: Forbidden, Details: bad}
	}
	return nil
}

// lifeCycles joins what the code says now with what the plan's before-map says
// for objects that the code no longer declares.
func lifeCycles(in Input) map[schema.Name]inframap.LifeCycle {
	out := map[schema.Name]inframap.LifeCycle{}
	for _, m := range []*inframap.Map{in.Files.Before, in.Desired} {
		addLifeCycles(out, m, in.Desired.DefaultDatabase)
	}
	return out
}

func addLifeCycles(out map[schema.Name]inframap.LifeCycle, m *inframap.Map, defaultDatabase string) {
	for _, t := range m.Tables {
		out[schema.Name{Database: t.DatabaseOr(defaultDatabase), Object: t.Name}] = t.LifeCycle
	}
	for _, v := range m.MaterializedViews {
		out[schema.Name{Database: v.DatabaseOr(defaultDatabase), Object: v.Name}] = v.LifeCycle
	}
	addDictionaryLives(out, m, defaultDatabase)
}

// checkRecorded refuses to drop what was protected when it was last deployed and
// is no longer in the code: the plan may be older than the protection.
func checkRecorded(in Input, recorded *inframap.Map) error {
	if recorded == nil {
		return nil
	}
	lives := map[schema.Name]inframap.LifeCycle{}
	addLifeCycles(lives, recorded, in.Desired.DefaultDatabase)
	addLifeCycles(lives, in.Desired, in.Desired.DefaultDatabase)
	return refuse(in, lives)
}

func forbidden(op plan.Operation, in Input, lives map[schema.Name]inframap.LifeCycle) string {
	if op.Kind() == plan.RawSQL {
		return ""
	}
	if policy := plan.PolicyOf(op); policy != nil {
		return forbiddenPolicy(policy, in)
	}
	n := nameOf(op, in.Desired.DefaultDatabase)
	rename, renames := op.(*plan.RenameTableOp)
	named := []schema.Name{n}
	if renames {
		named = append(named, oldName(rename, in.Desired.DefaultDatabase))
	}
	for _, n := range named {
		if !slices.Contains(append([]string{in.Desired.DefaultDatabase}, in.Databases...), n.Database) {
			return fmt.Sprintf("the database %q is not configured; add it to additional_databases under [clickhouse_config]", n.Database)
		}
	}
	if cluster := clusterOf(op); cluster != "" && !slices.Contains(in.Clusters, cluster) {
		return fmt.Sprintf("the cluster %q is not configured; add it under [[clickhouse_config.clusters]]", cluster)
	}
	switch life := lives[n]; {
	case life.ProtectsFromChange(), renames && lives[named[1]].ProtectsFromChange():
		return "the object is externally managed"
	case life.ProtectsFromDrop():
		switch op.Kind() {
		case plan.DropTable, plan.CopyTable, plan.DropTableColumn, plan.DropMaterializedView, plan.DropDictionary:
			return "the object is protected from deletion"
		}
	}
	return ""
}

func nameOf(op plan.Operation, defaultDatabase string) schema.Name {
	t := op.Target()
	n := schema.Name{Database: t.Database, Object: t.Name}
	if n.Database == "" {
		n.Database = defaultDatabase
	}
	return n
}

func clusterOf(op plan.Operation) string {
	type clustered interface{ Cluster() string }
	if c, ok := op.(clustered); ok {
		return c.Cluster()
	}
	return ""
}
