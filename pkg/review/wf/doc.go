// Package wf has the rules about workflows and what of them is under way.
package wf

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{wf901, wf902, wf903, wf905}
