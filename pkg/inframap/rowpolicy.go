package inframap

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// RowPolicy is the typed view of a row policy of Map.RowPolicies: who reads Tables
// through Moose sees only the rows whose Column has the value of the claim.
type RowPolicy struct {
	Name   string        `json:"name"`
	Tables []PolicyTable `json:"tables"`
	Column string        `json:"column"`
	// Claim is the claim of the token that gives the value; ClickHouse does not know it.
	Claim string `json:"claim"`
	Extra `json:",embed"`
}

// PolicyTable is a table that a row policy filters.
type PolicyTable struct {
	Name     string  `json:"name"`
	Database *string `json:"database,omitzero"`
	Extra    `json:",embed"`
}

// RowPolicyRole is the role that Moose reads with on behalf of its users; row policies apply to it.
const RowPolicyRole = "moose_rls_role"

// RowPolicySetting starts the name of the setting that carries the value of a claim;
// the name of the column follows.
const RowPolicySetting = "SQL_moose_rls_"

// DatabaseOr returns the table's database, or def when it names none.
func (t PolicyTable) DatabaseOr(def string) string { return stringOr(t.Database, def) }

// NameOn is the name of the policy on one of its tables.
func (p *RowPolicy) NameOn(t PolicyTable) string { return p.Name + "_on_" + t.Name }

// Raw is the row policy as Map.RowPolicies holds it.
func (p *RowPolicy) Raw() (jsontext.Value, error) {
	raw, err := marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write row policy %q: %w", p.Name, err)
	}
	return raw, nil
}

// DecodeRowPolicy reads a row policy of Map.RowPolicies. An error names its id and what is wrong.
func DecodeRowPolicy(id string, raw jsontext.Value) (*RowPolicy, error) {
	p := &RowPolicy{}
	if err := unmarshal(raw, p); err != nil {
		return nil, fmt.Errorf("row policy %q: %w", id, err)
	}
	switch {
	case p.Name == "":
		return nil, fmt.Errorf("row policy %q has no name", id)
	case p.Column == "":
		return nil, fmt.Errorf("row policy %q has no column", id)
	}
	return p, nil
}

// TypedRowPolicies reads all row policies of a map.
func (m *Map) TypedRowPolicies() (map[string]*RowPolicy, error) {
	return typed(m.RowPolicies, DecodeRowPolicy)
}
