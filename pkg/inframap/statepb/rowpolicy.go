package statepb

import (
	"github.com/go-json-experiment/json/jsontext"

	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

// rowPolicyJSON is a row policy as package inframap holds it.
type rowPolicyJSON struct {
	Name   string           `json:"name"`
	Tables []policyTableRef `json:"tables"`
	Column string           `json:"column"`
	Claim  string           `json:"claim"`
}

type policyTableRef struct {
	Name     string  `json:"name"`
	Database *string `json:"database,omitzero"`
}

func (d *decoder) rowPolicy(p *pb.SelectRowPolicy) jsontext.Value {
	return d.json(rowPolicyJSON{
		Name: p.GetName(), Column: p.GetColumn(), Claim: p.GetClaim(),
		Tables: list(p.GetTables(), func(t *pb.TableReference) policyTableRef {
			return policyTableRef{Name: t.GetTable(), Database: t.Database}
		}),
	})
}

func (e *encoder) rowPolicy(raw jsontext.Value) *pb.SelectRowPolicy {
	var in rowPolicyJSON
	e.parse("row policy", raw, &in)
	return &pb.SelectRowPolicy{
		Name: in.Name, Column: in.Column, Claim: in.Claim,
		Tables: list(in.Tables, func(t policyTableRef) *pb.TableReference {
			return &pb.TableReference{Table: t.Name, Database: t.Database}
		}),
	}
}
