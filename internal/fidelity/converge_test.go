package fidelity

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	names "github.com/moose-migrate/moose-migrate/pkg/schema"
)

// EnvCases is how many random cases to run, EnvSeed the first seed.
const (
	envCases = "MOOSE_FIDELITY_CASES"
	envSeed  = "MOOSE_FIDELITY_SEED"
)

const (
	defaultCases = 2000
	// batch cases share a database and a plan.
	batch = 25
)

func number(t *testing.T, env string, otherwise int) int {
	text := os.Getenv(env)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s=%s is no number", env, text)
	}
	return n
}

// pair is one case: two schemas of the same objects.
type pair struct {
	seed    uint64
	prefix  string
	a, b    schema
	changes []string
	names   rename
	// refused is why the plan says that it cannot be applied, failed what the server said.
	refused, failed string
	ran             []string
}

// stated is the rename of a case as a project states it.
func (p *pair) stated(database string) diff.Rename {
	r := diff.Rename{Table: names.Name{Database: database, Object: p.names.table}, Columns: p.names.columns}
	r.To = r.Table
	if p.names.to != "" {
		r.To.Object = p.names.to
	}
	return r
}

func (p *pair) title() string {
	return fmt.Sprintf("seed %d (%s)", p.seed, strings.Join(p.changes, ", "))
}

// TestRandomSchemasConverge draws schemas A and B, makes A, plans and applies the way
// to B, compares with B made directly, and demands that a second plan is empty. A
// plan may be refused beforehand when the server would refuse a step of it.
func TestRandomSchemasConverge(t *testing.T) {
	cases, seed := number(t, envCases, defaultCases), number(t, envSeed, 1)
	t.Logf("seeds %d to %d; one alone: %s=<seed> %s=1 go test -run %s", seed, seed+cases-1, envSeed, envCases, t.Name())
	counts := make(chan tally, cases/batch+1)
	t.Run("batch", func(t *testing.T) {
		for first := seed; first < seed+cases; first += batch {
			n := min(batch, seed+cases-first)
			t.Run(strconv.Itoa(first), func(t *testing.T) {
				t.Parallel()
				counts <- converge(t, uint64(first), n)
			})
		}
	})
	close(counts)
	var sum tally
	for c := range counts {
		sum.add(c)
	}
	t.Logf("%d cases: %d operations, %d refused beforehand, %d drawings that ClickHouse does not take", sum.cases, sum.operations, sum.refused, sum.redrawn)
	if sum.refused*3 > sum.cases || sum.redrawn > 2*sum.cases || cases >= 100 && sum.operations < sum.cases {
		t.Error("too few of the cases show anything; mend the drawing")
	}
}

type tally struct{ cases, operations, refused, redrawn int }

func (t *tally) add(o tally) {
	t.cases, t.operations, t.refused, t.redrawn = t.cases+o.cases, t.operations+o.operations, t.refused+o.refused, t.redrawn+o.redrawn
}

func converge(t *testing.T, first uint64, n int) (sum tally) {
	db, direct := newDatabase(t), newDatabase(t)
	before, after := inframap.New(db.name), inframap.New(db.name)
	pairs := make([]*pair, n)
	for i := range pairs {
		var redrawn int
		pairs[i], redrawn = drawPair(t, db, direct, first+uint64(i))
		sum.redrawn += redrawn
		pairs[i].a.addTo(before)
		pairs[i].b.addTo(after)
	}
	sum.cases = n
	if out := db.plan(before, before); len(out.Operations)+len(out.Status.Drift) > 0 {
		t.Errorf("what was just made is not recognised: %s; drift %+v", explain(out), out.Status.Drift)
	}
	var options diff.Options
	for _, p := range pairs {
		options.Renames = append(options.Renames, p.stated(db.name))
	}
	out := db.planWith(before, after, options)
	for _, p := range pairs {
		for _, why := range out.Result.Invalid {
			if strings.Contains(why, p.prefix) {
				p.refused = why
			}
		}
		if p.refused != "" {
			sum.refused++
		}
	}
	for _, op := range out.Operations {
		p := owner(pairs, op)
		if p.failed != "" {
			continue
		}
		sum.operations++
		list, _ := ddl.Statements(op, db.name)
		p.ran = append(p.ran, list...)
		if err := db.apply(op); err != nil {
			p.failed = fmt.Sprintf("%s: %v", plan.Describe(op), err)
		}
	}
	judge(t, db, direct, pairs, after)
	return sum
}

// judge says what is wrong with each case.
func judge(t *testing.T, db, direct *database, pairs []*pair, after *inframap.Map) {
	got, want := db.definitions(), direct.definitions()
	again := db.plan(after, after)
	for _, p := range pairs {
		switch {
		case p.failed != "" && p.refused == "":
			t.Errorf("%s: a step failed: %s", p.title(), p.failed)
			continue
		case p.refused != "":
			if p.failed == "" {
				t.Errorf("%s: refused for nothing: %s\nran: %s", p.title(), p.refused, strings.Join(p.ran, "\n"))
			}
			continue
		}
		for name := range merged(got, want) {
			if strings.HasPrefix(name, p.prefix) && got[name] != want[name] {
				t.Errorf("%s: %s is not what a direct CREATE makes: %s\nran: %s", p.title(), name, cmp.Diff(want[name], got[name]), strings.Join(p.ran, "\n"))
			}
		}
		for _, c := range again.Result.Changes {
			if strings.HasPrefix(c.Name, p.prefix) {
				t.Errorf("%s: a second plan is not empty: %+v\nran: %s", p.title(), c.Why, strings.Join(p.ran, "\n"))
			}
		}
		for _, c := range again.Status.Drift {
			if strings.HasPrefix(c.Name, p.prefix) {
				t.Errorf("%s: drift right after the migration: %+v", p.title(), c.Why)
			}
		}
	}
}

func merged(a, b map[string]string) map[string]bool {
	out := map[string]bool{}
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}

func owner(pairs []*pair, op plan.Operation) *pair {
	for _, p := range pairs {
		if strings.HasPrefix(op.Target().Name, p.prefix) {
			return p
		}
	}
	panic("an operation of no case: " + plan.Describe(op))
}

// drawPair draws until the server takes both schemas, and leaves A in db and B in direct.
func drawPair(t *testing.T, db, direct *database, seed uint64) (*pair, int) {
	t.Helper()
	d := newDrawer(seed, fmt.Sprintf("c%d_", seed))
	for redrawn := range 40 {
		p := &pair{seed: seed, prefix: d.prefix, a: d.schema()}
		if d.chance(20) {
			p.b, p.changes = d.schema(), []string{"another schema"}
			p.names.table = p.a.table.Name
		} else {
			p.b, p.changes, p.names = d.mutate(p.a)
		}
		err := tryMake(db, p.a)
		if err == nil {
			if err = tryMake(direct, p.b); err == nil {
				return p, redrawn
			}
			unmake(direct, p.b)
		}
		unmake(db, p.a)
		if os.Getenv(envCases) == "1" {
			t.Logf("drawn again: %v", err)
		}
	}
	t.Fatalf("seed %d: no schema that ClickHouse takes", seed)
	return nil, 0
}

func tryMake(db *database, s schema) error {
	m := inframap.New(db.name)
	s.addTo(m)
	return db.create(m)
}

func unmake(db *database, s schema) {
	_ = db.run("DROP TABLE IF EXISTS `" + db.name + "`.`" + s.table.Name + "` SYNC")
	for _, v := range []string{"V", "M"} {
		_ = db.run("DROP VIEW IF EXISTS `" + db.name + "`.`" + strings.TrimSuffix(s.prefix(), "_") + "_" + v + "`")
	}
	_ = db.run("DROP TABLE IF EXISTS `" + db.name + "`.`" + s.table.Name + "`")
	_ = db.run("DROP TABLE IF EXISTS `" + db.name + "`.`" + s.prefix() + "D`")
}

func (s schema) prefix() string {
	name, _, _ := strings.Cut(s.table.Name, "_")
	return name + "_"
}
