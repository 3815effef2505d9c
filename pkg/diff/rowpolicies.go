package diff

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// rowPolicies compares the row policies of both sides by name. ClickHouse knows
// everything of them but the claim.
func (r *Result) rowPolicies(before, after Side) {
	ids := map[string]bool{}
	for id := range before.Map.RowPolicies {
		ids[id] = true
	}
	for id := range after.Map.RowPolicies {
		ids[id] = true
	}
	for _, id := range inframap.Keys(ids) {
		c, err := policyChange(id, before, after)
		switch {
		case err != nil:
			r.Invalid = append(r.Invalid, err.Error())
		case c.Action != Update || len(c.Why) > 0:
			r.Changes = append(r.Changes, c)
		}
	}
}

func policyChange(id string, before, after Side) (Change, error) {
	c := Change{Kind: RowPolicy, ID: id, Name: id, Action: Update, RowPolicy: &Pair[inframap.RowPolicy]{}}
	var err error
	if raw, ok := before.Map.RowPolicies[id]; ok {
		if c.RowPolicy.Before, err = inframap.DecodeRowPolicy(id, raw); err != nil {
			return c, err
		}
	} else {
		c.Action = Add
	}
	if raw, ok := after.Map.RowPolicies[id]; ok {
		if c.RowPolicy.After, err = inframap.DecodeRowPolicy(id, raw); err != nil {
			return c, err
		}
	} else {
		c.Action = Remove
	}
	if c.Action == Update {
		c.Why = CompareRowPolicies(before.RowPolicies[id], after.RowPolicies[id])
		if b, a := c.RowPolicy.Before.Claim, c.RowPolicy.After.Claim; b != a {
			c.Why = append(c.Why, Attribute{"claim", b, a})
		}
	}
	return c, nil
}

// CompareRowPolicies lists what differs between the policies that one declaration makes.
func CompareRowPolicies(before, after []schema.RowPolicy) []Attribute {
	old, now := policyTexts(before), policyTexts(after)
	var why []Attribute
	for _, on := range inframap.Keys(union(old, now)) {
		if old[on] != now[on] {
			why = append(why, Attribute{on, old[on], now[on]})
		}
	}
	return why
}

func policyTexts(policies []schema.RowPolicy) map[string]string {
	out := map[string]string{}
	for _, p := range policies {
		out[fmt.Sprintf("policy %s on %s", p.Short, p.Table)] = PolicyText(p)
	}
	return out
}

// PolicyText is a policy without its name and table: RESTRICTIVE USING … TO ….
func PolicyText(p schema.RowPolicy) string {
	text := "PERMISSIVE"
	if p.Restrictive {
		text = "RESTRICTIVE"
	}
	to := strings.Join(p.Roles, ", ")
	switch {
	case p.All && to == "":
		to = "ALL"
	case p.All:
		to = "ALL EXCEPT " + to
	}
	return text + " USING " + p.Filter + " TO " + to
}
