package hazards

import (
	"context"
	"strings"
	"testing"
	"time"

	driver "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/reverse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/catalogue"
)

// pair is a plan from one schema to another, and what a review finds in it.
type pair struct {
	// code is the rule that the pair is about, name what it shows in a few words.
	code, name string
	// before and after are CREATE statements of the two schemas, fill what is run on the
	// first one after that, such as INSERTs. {db} stands for the database.
	before, after, fill []string
	// edit changes the two maps in what no statement of ClickHouse can say: life cycles,
	// topics, endpoints, workflows.
	edit func(before, after *inframap.Map)
	// options are those of the comparison, such as renames that were answered.
	options func(database string) diff.Options
	// process says how the change came about.
	process *review.Process
	// subject changes what is reviewed, before that, for what neither the engine nor maps
	// can be made to say.
	subject func(*review.Subject)
	// facts changes the facts, for what the real servers cannot be made to say here.
	facts func(*probe.Facts)
	// outside are the servers beside ClickHouse, nil for none.
	outside func(testing.TB) probe.Outside
	// limits are those of the questions, the usual ones when zero.
	limits probe.Limits
	// want are all findings that block or warn, as "block LC210 T.state"; info ones are
	// left out unless the pair's own rule is one. The database is left out of objects.
	want []string
	// text must stand in the text of the pair's own findings.
	text string
	// evidence must stand among the evidence of a finding.
	evidence string
}

// database is a fresh database of the real engine.
type database struct {
	t      testing.TB
	name   string
	client *clickhouse.Client
}

func newDatabase(t testing.TB) *database {
	t.Helper()
	ch := testparts.ClickHouse(t)
	name := testparts.Database(t, ch)
	target, err := dsn.ParseClickHouse(ch.NativeURL(name))
	if err != nil {
		t.Fatal(err)
	}
	client, err := clickhouse.Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return &database{t: t, name: name, client: client}
}

// exec runs statements as a migration does: it waits for their mutations.
func (d *database) exec(statements ...string) {
	d.t.Helper()
	ctx := driver.Context(d.t.Context(), driver.WithSettings(driver.Settings{"mutations_sync": 2, "alter_sync": 2}))
	for _, sql := range statements {
		sql = strings.ReplaceAll(sql, "{db}", d.name)
		if err := d.client.Conn().Exec(ctx, sql); err != nil {
			d.t.Fatalf("%s: %v", sql, err)
		}
	}
}

// objects is the map of everything that the database holds.
func (d *database) objects() *inframap.Map {
	d.t.Helper()
	catalog, err := d.client.Introspect(d.t.Context(), []string{d.name})
	if err != nil {
		d.t.Fatal(err)
	}
	m := inframap.New(d.name)
	for _, t := range catalog.Tables {
		table := reverse.Table(t, d.name, nil)
		table.LifeCycle = inframap.FullyManaged
		m.Tables[table.ID(d.name)] = table
	}
	for _, v := range catalog.Views {
		if v.Materialized {
			made := reverse.MaterializedView(v, d.name)
			m.MaterializedViews[made.Name] = made
		} else {
			made := reverse.View(v, d.name)
			m.Views[made.Name] = made
		}
	}
	return m
}

// clear drops everything, so that the other schema can be made under the same names.
func (d *database) clear() {
	d.t.Helper()
	d.exec("DROP DATABASE "+sqltext.Ident(d.name)+" SYNC", "CREATE DATABASE "+sqltext.Ident(d.name))
}

// review plans the pair and reviews the plan.
func (p pair) review(t testing.TB) *review.Subject {
	t.Helper()
	return p.reviewIn(newDatabase(t))
}

func (p pair) reviewIn(d *database) *review.Subject {
	t := d.t
	t.Helper()
	d.exec(p.after...)
	after := d.objects()
	d.clear()
	d.exec(p.before...)
	before := d.objects()
	d.exec(p.fill...)
	if p.edit != nil {
		p.edit(before, after)
	}
	in := planner.Input{Recorded: before, Desired: after}
	if p.options != nil {
		in.Options = p.options(d.name)
	}
	ctx := t.Context()
	outcome, err := planner.Make(ctx, d.client, in)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := report.New(outcome, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &review.Subject{Outcome: outcome, Report: rep, Now: time.Now(), Process: p.process}
	if p.outside != nil {
		s.Outside = p.outside(d.t)
	}
	if p.subject != nil {
		p.subject(s)
	}
	limits := p.limits
	if limits == (probe.Limits{}) {
		limits = probe.DefaultLimits
	}
	if err := p.judge(ctx, d, s, limits); err != nil {
		t.Fatal(err)
	}
	return s
}

func (p pair) judge(ctx context.Context, d *database, s *review.Subject, limits probe.Limits) error {
	if err := catalogue.Review(ctx, d.client, s, limits); err != nil || p.facts == nil {
		return err
	}
	p.facts(s.Facts)
	catalogue.Judge(s)
	return nil
}
