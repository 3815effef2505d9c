package ap

import (
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review/contract"
)

// param is a query parameter before and after, nil where there is none. A parameter that
// has got another name is one.
type param struct{ before, after *inframap.QueryParam }

// paramsOf pairs the query parameters of both sides by their names. One that goes and
// one that comes are the same when both have the same type and no other fits.
func paramsOf(before, after *inframap.Egress) []param {
	old, now := named(before), named(after)
	var out []param
	var gone, come []*inframap.QueryParam
	for i := range before.QueryParams {
		if p := &before.QueryParams[i]; now[p.Name] == nil {
			gone = append(gone, p)
		} else {
			out = append(out, param{p, now[p.Name]})
		}
	}
	for i := range after.QueryParams {
		if p := &after.QueryParams[i]; old[p.Name] == nil {
			come = append(come, p)
		}
	}
	renamed := len(gone) == 1 && len(come) == 1 && contract.TypeText(&gone[0].DataType) == contract.TypeText(&come[0].DataType)
	if renamed {
		return append(out, param{gone[0], come[0]})
	}
	for _, p := range gone {
		out = append(out, param{before: p})
	}
	for _, p := range come {
		out = append(out, param{after: p})
	}
	return out
}

func named(e *inframap.Egress) map[string]*inframap.QueryParam {
	out := map[string]*inframap.QueryParam{}
	for i := range e.QueryParams {
		out[e.QueryParams[i].Name] = &e.QueryParams[i]
	}
	return out
}

// demands reports whether requests without the parameter worked before and fail now.
func (p param) demands() bool {
	return p.after != nil && p.after.Required && (p.before == nil || !p.before.Required || p.before.Name != p.after.Name)
}
