package migrate_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// policyServer is the engine, which cannot keep row policies, with a list in their place.
type policyServer struct {
	*clickhouse.Client
	b        *bench
	policies []schema.RowPolicy
	sql      []string
	denied   bool
}

func (s *policyServer) RowPolicies(ctx context.Context, databases []string) ([]schema.RowPolicy, error) {
	if s.denied {
		return nil, errors.New("may not see them")
	}
	if _, err := s.Client.RowPolicies(ctx, databases); err != nil { // the query itself runs
		return nil, err
	}
	return slices.Clone(s.policies), nil
}

func (s *policyServer) Execute(ctx context.Context, op plan.Operation, e clickhouse.Execution) error {
	p := plan.PolicyOf(op)
	if p == nil {
		return s.Client.Execute(ctx, op, e)
	}
	statements, err := ddl.Statements(op, s.b.db)
	if err != nil {
		return err
	}
	s.sql = append(s.sql, statements...)
	m := inframap.New(s.b.db)
	putPolicy(s.b, m, p)
	canon, err := s.Normalise(ctx, m)
	if err != nil {
		return err
	}
	for _, made := range canon[0].RowPolicies[p.Name] {
		s.policies = slices.DeleteFunc(s.policies, func(o schema.RowPolicy) bool { return o.Short == made.Short && o.Table == made.Table })
		if op.Kind() == plan.CreateRowPolicy {
			s.policies = append(s.policies, made)
		}
	}
	return nil
}

func (s *policyServer) plan(m *inframap.Map) *planner.Outcome {
	s.b.t.Helper()
	recorded, err := migrate.LoadRecorded(s.b.t.Context(), s.b.store)
	if err != nil {
		s.b.t.Fatal(err)
	}
	out, err := planner.Make(s.b.t.Context(), s, planner.Input{Recorded: recorded, Desired: m})
	if err != nil {
		s.b.t.Fatal(err)
	}
	return out
}

// to plans, saves, migrates and demands that a second plan is empty.
func (s *policyServer) to(m *inframap.Map) *planner.Outcome {
	s.b.t.Helper()
	out := s.plan(m)
	err := migrate.Run(s.b.t.Context(), migrate.Input{
		Server: s, Store: s.b.store, Owner: state.Owner{ID: "test", Machine: "test"}, Files: s.b.save(out), Desired: m, Now: time.Now, Events: &events{},
	})
	if err != nil {
		s.b.t.Fatal(err)
	}
	if again := s.plan(m); len(again.Operations)+len(again.Status.Drift)+len(again.Result.Changes) > 0 {
		s.b.t.Errorf("a second plan has %s, drift %+v", described(again.Operations), again.Status.Drift)
	}
	return out
}

func tenants() *inframap.RowPolicy {
	return &inframap.RowPolicy{Name: "tenant", Column: "parent", Claim: "org", Tables: []inframap.PolicyTable{{Name: "Products"}, {Name: "Other"}}}
}

func putPolicy(b *bench, m *inframap.Map, p *inframap.RowPolicy) {
	b.t.Helper()
	raw, err := p.Raw()
	if err != nil {
		b.t.Fatal(err)
	}
	m.RowPolicies[p.Name] = raw
}

func withPolicy(b *bench, change func(*inframap.RowPolicy)) *inframap.Map {
	m := withDictionaries(b)
	m.Tables["Other"] = plainTable("Other", "id", "parent")
	p := tenants()
	if change != nil {
		change(p)
	}
	putPolicy(b, m, p)
	return m
}

func TestRowPoliciesComeChangeAndGo(t *testing.T) {
	b := newBench(t, nil)
	s := &policyServer{Client: b.client, b: b}
	without := withPolicy(b, nil)
	delete(without.RowPolicies, "tenant")

	out := s.to(withPolicy(b, nil))
	if got := kinds(out.Operations); !slices.Equal(got, []plan.Kind{plan.CreateTable, plan.CreateTable, plan.CreateRowPolicy}) {
		t.Errorf("operations %v", got)
	}
	want := []string{
		"CREATE ROW POLICY IF NOT EXISTS `tenant_on_Products` ON `" + b.db + "`.`Products` USING `parent` = getSetting('SQL_moose_rls_parent') AS RESTRICTIVE TO `moose_rls_role`",
		"CREATE ROW POLICY IF NOT EXISTS `tenant_on_Other` ON `" + b.db + "`.`Other` USING `parent` = getSetting('SQL_moose_rls_parent') AS RESTRICTIVE TO `moose_rls_role`",
	}
	if diff := cmp.Diff(want, s.sql); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(schema.RowPolicy{
		Short: "tenant_on_Products", Table: schema.Name{Database: b.db, Object: "Products"}, Filter: "parent = getSetting('SQL_moose_rls_parent')",
		Restrictive: true, Roles: []string{"moose_rls_role"},
	}, s.policies[0]); diff != "" {
		t.Error(diff)
	}
	for name, change := range map[string]func(*inframap.RowPolicy){
		"column": func(p *inframap.RowPolicy) { p.Column = "id" },
		"claim":  func(p *inframap.RowPolicy) { p.Claim = "other" },
		"tables": func(p *inframap.RowPolicy) { p.Tables = p.Tables[:1] },
	} {
		for _, m := range []*inframap.Map{withPolicy(b, change), withPolicy(b, nil)} {
			if got := kinds(s.to(m).Operations); !slices.Equal(got, []plan.Kind{plan.DropRowPolicy, plan.CreateRowPolicy}) {
				t.Errorf("%s: operations %v", name, got)
			}
		}
	}
	// Drift: another filter, and a policy that is gone.
	s.policies[0].Filter = "1"
	out = s.to(withPolicy(b, nil))
	if got := kinds(out.Operations); len(out.Status.Drift) != 1 || !slices.Equal(got, []plan.Kind{plan.DropRowPolicy, plan.CreateRowPolicy}) {
		t.Errorf("drift %+v, operations %v", out.Status.Drift, got)
	}
	s.policies = nil
	out = s.to(withPolicy(b, nil))
	if got := kinds(out.Operations); len(out.Status.Drift) != 1 || !slices.Equal(got, []plan.Kind{plan.CreateRowPolicy}) {
		t.Errorf("drift %+v, operations %v", out.Status.Drift, got)
	}
	// Never recorded, but there.
	adopted, err := planner.Make(t.Context(), s, planner.Input{Desired: withPolicy(b, nil)})
	if err != nil || len(adopted.Operations) > 0 {
		t.Errorf("operations %s: %v", described(adopted.Operations), err)
	}
	out = s.to(without)
	if got := kinds(out.Operations); !slices.Equal(got, []plan.Kind{plan.DropRowPolicy}) || len(s.policies) > 0 {
		t.Errorf("operations %v, left %v", got, s.policies)
	}
}

func TestRowPoliciesThatMayNotBeSeen(t *testing.T) {
	b := newBench(t, nil)
	s := &policyServer{Client: b.client, b: b, denied: true}
	m := withPolicy(b, nil)
	delete(m.RowPolicies, "tenant")
	if _, err := planner.Make(t.Context(), s, planner.Input{Desired: m}); err != nil {
		t.Errorf("a project without row policies: %v", err)
	}
	if _, err := planner.Make(t.Context(), s, planner.Input{Desired: withPolicy(b, nil)}); err == nil || !strings.Contains(err.Error(), "may not see them") {
		t.Errorf("error %v", err)
	}
	files := b.save(func() *planner.Outcome { s.denied = false; return s.plan(withPolicy(b, nil)) }())
	files.Plan.Operations[len(files.Plan.Operations)-1].(*plan.CreateRowPolicyOp).Policy.Tables[0].Database = ptr("elsewhere")
	b.blocked(files, withPolicy(b, nil), migrate.Forbidden, `the database "elsewhere" is not configured`)
}

// The engine refuses to keep a row policy, so a migration with one fails with its message.
func TestARowPolicyThatTheServerRefuses(t *testing.T) {
	b := newBench(t, nil)
	m := withPolicy(b, nil)
	_, err := b.migrate(b.save(b.plan(m)), m)
	var partial *migrate.PartialError
	if !errors.As(err, &partial) || partial.Failed.Kind() != plan.CreateRowPolicy || partial.Applied != 2 {
		t.Errorf("error %v", err)
	}
}

// Statements of a SQL resource that make a role or a row policy are read, and
// looked up where that is possible.
func TestSQLResourcesWithRolesAndRowPolicies(t *testing.T) {
	b := newBench(t, nil)
	b.to(withDictionaries(b))
	r := resource(b, "R", []string{"CREATE ROLE IF NOT EXISTS reader", "CREATE ROW POLICY IF NOT EXISTS p ON DB.Products FOR SELECT USING id=1 TO reader"}, nil)
	s := &policyServer{Client: b.client, b: b}
	out := s.plan(withResources(b, r))
	if got := described(out.Operations); got != "Running setup SQL for resource R" {
		t.Errorf("operations %s", got)
	}
	canon, err := b.client.Normalise(t.Context(), withResources(b, r))
	if err != nil {
		t.Fatal(err)
	}
	effect := canon[0].SQLResources["R"]
	if effect.Opaque || len(effect.Objects) != 2 || effect.Objects[0].Name.Object != "reader" || effect.Objects[1].Policy.Filter != "id = 1" {
		t.Errorf("effect %+v", effect)
	}
	roles, err := b.client.Roles(t.Context())
	if err != nil || roles == nil || roles["reader"] {
		t.Errorf("roles %v: %v", roles, err)
	}
}
