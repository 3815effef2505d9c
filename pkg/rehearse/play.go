package rehearse

import (
	"context"
	"errors"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// part is an operation as it is played.
type part struct {
	number int
	op     plan.Operation
	// local is what the scratch server runs, nil with a reason when nothing runs.
	local                 plan.Operation
	reason                string
	statements, formatted []string
}

// accessDenied is ACCESS_DENIED of ClickHouse's ErrorCodes.cpp. An engine of our own has
// all rights but those to reach outside.
const accessDenied = 497

// play runs the operations one after the other until one is refused.
func (s *stage) play(ctx context.Context, operations []plan.Operation) error {
	parts, err := s.parts(ctx, operations)
	if err != nil {
		return err
	}
	s.checked = s.check(ctx, parts) == nil // otherwise each by itself, to know which
	for _, p := range parts {
		s.doubtCluster(p)
		if why := s.keepsOff(p); why != "" {
			s.skip(p, why)
			continue
		}
		stop, err := s.run(ctx, p)
		if err != nil || stop {
			return err
		}
	}
	return nil
}

// run runs the statements of an operation; stop is set when one is refused.
func (s *stage) run(ctx context.Context, p *part) (stop bool, err error) {
	if !s.checked {
		if err := s.client.CheckStatements(ctx, p.local); err != nil {
			s.fail(p, "", err)
			return true, ctx.Err()
		}
	}
	for _, sql := range p.statements {
		err := s.exec(ctx, sql)
		if ctx.Err() != nil {
			return true, err
		}
		var refused *clickhouse.Exception
		if errors.As(err, &refused) && refused.Code == accessDenied && s.in.Scratch.Own {
			s.skip(p, "it reaches outside of the server")
			return false, nil
		}
		if err != nil {
			s.fail(p, sql, err)
			return true, nil
		}
		s.result.Statements++
	}
	s.result.Operations++
	s.done(p)
	return false, nil
}

// check asks, as a migration does, whether each operation holds nothing but its own command.
func (s *stage) check(ctx context.Context, parts []*part) error {
	var all []plan.Operation
	for _, p := range parts {
		if p.local != nil {
			all = append(all, p.local)
		}
	}
	return s.client.CheckStatements(ctx, all...)
}

// parts writes the statements of all operations and lets the server format them.
func (s *stage) parts(ctx context.Context, operations []plan.Operation) ([]*part, error) {
	parts := make([]*part, len(operations))
	stands := s.standIns
	s.standIns = cloneOf(stands) // those of the time at which each operation runs
	var all []string
	for i, op := range operations {
		p := &part{number: i + 1, op: op}
		parts[i] = p
		p.local, p.reason = s.local(op)
		if p.local == nil {
			continue
		}
		s.follow(op)
		var err error
		if p.statements, err = ddl.Statements(p.local, s.client.Database()); err != nil {
			return nil, err
		}
		all = append(all, p.statements...)
	}
	s.standIns = stands
	formatted, err := s.format(ctx, all)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		p.formatted, formatted = formatted[:len(p.statements)], formatted[len(p.statements):]
	}
	return parts, nil
}

func cloneOf(m map[schema.Name]standIn) map[schema.Name]standIn {
	out := map[schema.Name]standIn{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

// keepsOff returns why an operation does not run, empty when it does.
func (s *stage) keepsOff(p *part) string {
	if p.local == nil {
		return p.reason
	}
	for i, sql := range p.statements {
		if why := s.keptOff(sql, p.formatted[i], p.op.Kind() == plan.CreateMaterializedView); why != "" {
			return why
		}
		if p.op.Kind() == plan.RawSQL {
			if why := s.freeSQL(p.formatted[i]); why != "" {
				return why
			}
		}
		if n := s.mentions(p.formatted[i]); n.Object != "" && !drops(p.op) {
			return "it needs " + n.String() + ", which the scratch server does not have"
		}
	}
	return ""
}

func drops(op plan.Operation) bool {
	switch op.Kind() {
	case plan.DropTable, plan.DropView, plan.DropMaterializedView, plan.DropDictionary:
		return true // with IF EXISTS
	}
	return false
}

// skip notes an operation that did not run, and that the end state of what it works on
// says nothing.
func (s *stage) skip(p *part, why string) {
	s.doubts.add(why, plan.Describe(p.op))
	if p.op.Kind() != plan.RawSQL {
		n := s.target(p.op)
		s.unproven[n] = true
		if on := onTable(p.op); on == nil {
			s.missing[n] = true
		}
		return
	}
	for _, f := range p.formatted {
		if n := created(f, s.client.Database()); n.Object != "" {
			s.missing[n], s.unproven[n] = true, true
		}
	}
	for _, start := range []string{plan.SetupDescription, plan.TeardownDescription} {
		if name, ok := strings.CutPrefix(p.op.Target().Name, start); ok {
			s.resources[name] = true
		}
	}
}

// done notes what an operation has made of stand-ins and of missing objects.
func (s *stage) done(p *part) {
	s.follow(p.op)
	if create, ok := p.op.(*plan.CreateTableOp); ok {
		if _, reason := standInFor(create.Table.Engine.Name); reason != "" {
			s.doubts.add(reason, "table "+s.target(p.op).String())
		}
	}
	if drops(p.op) {
		n := s.target(p.op)
		delete(s.missing, n)
		delete(s.unproven, n)
	}
}

// follow keeps track of which tables stand in for others.
func (s *stage) follow(op plan.Operation) {
	switch o := op.(type) {
	case *plan.CreateTableOp:
		kind, _ := standInFor(o.Table.Engine.Name)
		s.standIns[s.target(op)] = kind
	case *plan.DropTableOp:
		delete(s.standIns, s.target(op))
	case *plan.RenameTableOp:
		from := s.nameOf(o.Database, o.Table)
		s.standIns[s.target(op)] = s.standIns[from]
		delete(s.standIns, from)
	}
}

// doubtCluster says that nothing is known of the other hosts of a cluster.
func (s *stage) doubtCluster(p *part) {
	if c := clusterOf(p.op); c != "" {
		s.doubts.add("that every host of the cluster "+c+" does it; it was tried without ON CLUSTER", plan.Describe(p.op))
	}
}

// fail notes the statement that was refused; sql is empty when none was sent.
func (s *stage) fail(p *part, sql string, err error) {
	f := &Failure{
		Number: p.number, Operation: plan.Describe(p.op), Object: s.target(p.op).String(),
		SQL: secretsql.Mask(sql), Message: s.in.Scratch.Target.Redact(firstLine(err)),
	}
	if p.op.Kind() == plan.RawSQL {
		f.Object = p.op.Target().Name
	}
	var refused *clickhouse.Exception
	if errors.As(err, &refused) {
		f.Code, f.Message = refused.Code, s.in.Scratch.Target.Redact(firstLine(errors.New(refused.Message)))
	}
	s.result.Failed = f
}
