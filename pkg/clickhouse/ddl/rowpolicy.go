package ddl

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// CreateRowPolicy writes one CREATE ROW POLICY for each table of the policy, in the
// form of Moose 0.6.533: the rows whose column equals the setting that carries the
// value of the claim, for the role that Moose reads with.
func CreateRowPolicy(p *inframap.RowPolicy, defaultDatabase string) ([]string, error) {
	out := make([]string, len(p.Tables))
	for i, t := range p.Tables {
		if err := sqltext.CheckName("row policy", p.NameOn(t)); err != nil {
			return nil, err
		}
		out[i] = fmt.Sprintf("CREATE ROW POLICY IF NOT EXISTS %s ON %s USING %s = getSetting(%s) AS RESTRICTIVE TO %s",
			sqltext.Ident(p.NameOn(t)), sqltext.Qualified(t.DatabaseOr(defaultDatabase), t.Name), sqltext.Ident(p.Column),
			sqltext.String(inframap.RowPolicySetting+p.Column), sqltext.Ident(inframap.RowPolicyRole))
	}
	return out, nil
}

// DropRowPolicy writes one DROP ROW POLICY for each table of the policy.
func DropRowPolicy(p *inframap.RowPolicy, defaultDatabase string) []string {
	out := make([]string, len(p.Tables))
	for i, t := range p.Tables {
		out[i] = fmt.Sprintf("DROP ROW POLICY IF EXISTS %s ON %s", sqltext.Ident(p.NameOn(t)), sqltext.Qualified(t.DatabaseOr(defaultDatabase), t.Name))
	}
	return out
}
