package migrate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func addDictionaryLives(out map[schema.Name]inframap.LifeCycle, m *inframap.Map, defaultDatabase string) {
	for id, raw := range m.Dictionaries {
		if d, err := inframap.DecodeDictionary(id, raw); err == nil { // planning reports one that cannot be read
			out[schema.Name{Database: d.DatabaseOr(defaultDatabase), Object: d.Name}] = d.LifeCycle
		}
	}
}

// holdDictionary records a dictionary that stays though the code no longer declares
// it. One that is declared otherwise and externally managed is not of our making,
// and is not recorded.
func holdDictionary(m *inframap.Map, c diff.Change) {
	delete(m.Dictionaries, c.ID)
	if c.Dictionary.After != nil {
		return
	}
	held := *c.Dictionary.Before
	held.Definition = nil // of the server, and no part of Moose's state
	if raw, err := held.Raw(); err == nil {
		m.Dictionaries[c.ID] = raw
	}
}

// withoutDictionaries is a side without its dictionaries.
func withoutDictionaries(s diff.Side) diff.Side {
	m := *s.Map
	m.Dictionaries = nil
	s.Map, s.Dictionaries = &m, nil
	return s
}

func makesPolicy(ops []plan.Operation, name string) bool {
	return slices.ContainsFunc(ops, func(op plan.Operation) bool {
		made, ok := op.(*plan.CreateRowPolicyOp)
		return ok && made.Policy.Name == name
	})
}

// forbiddenPolicy refuses a policy on a table of a database that the project does not configure.
func forbiddenPolicy(p *inframap.RowPolicy, in Input) string {
	for _, t := range p.Tables {
		if db := t.DatabaseOr(in.Desired.DefaultDatabase); !slices.Contains(append([]string{in.Desired.DefaultDatabase}, in.Databases...), db) {
			return fmt.Sprintf("the database %q is not configured; add it to additional_databases under [clickhouse_config]", db)
		}
	}
	return ""
}

// verifyDictionary asks whether a dictionary is there as the operation says, or gone.
func verifyDictionary(ctx context.Context, in Input, op plan.Operation, actual *schema.Dictionary, missing error) error {
	d := plan.DictionaryOf(op)
	if op.Kind() == plan.DropDictionary {
		return failIf(actual != nil, missing)
	}
	if actual == nil {
		return missing
	}
	raw, err := d.Raw()
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	m := inframap.New(in.Desired.DefaultDatabase)
	m.Dictionaries["d"] = raw
	canon, err := in.Server.Normalise(ctx, m)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	why := diff.CompareDictionaries(canon[0].Dictionaries["d"], actual)
	if len(why) == 0 {
		return nil
	}
	lines := Explain(diff.Change{Kind: diff.Dictionary, Action: diff.Update, Name: d.Name, Why: why})
	return fmt.Errorf("the dictionary is there, but not as the plan has it (declared → actual): %s", strings.Join(lines, "; "))
}

// verifyPolicy asks whether a row policy is there on each of its tables as the
// operation says, or gone.
func verifyPolicy(ctx context.Context, in Input, op plan.Operation, p *inframap.RowPolicy) error {
	raw, err := p.Raw()
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	m := inframap.New(in.Desired.DefaultDatabase)
	m.RowPolicies["p"] = raw
	canon, err := in.Server.Normalise(ctx, m)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	want := canon[0].RowPolicies["p"]
	var databases []string
	for _, w := range want {
		databases = append(databases, w.Table.Database)
	}
	all, err := in.Server.RowPolicies(ctx, databases)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	var actual []schema.RowPolicy
	for _, w := range want {
		for _, a := range all {
			if a.Short == w.Short && a.Table == w.Table {
				actual = append(actual, a)
			}
		}
	}
	if op.Kind() == plan.DropRowPolicy {
		return failIf(len(actual) > 0, fmt.Errorf("ClickHouse accepted the statement, but the row policy %s is still there", p.Name))
	}
	if why := diff.CompareRowPolicies(want, actual); len(why) > 0 {
		lines := Explain(diff.Change{Kind: diff.RowPolicy, Action: diff.Update, Name: p.Name, Why: why})
		return fmt.Errorf("ClickHouse accepted the statement, but the row policy is not as the plan has it (declared → actual): %s", strings.Join(lines, "; "))
	}
	return nil
}
