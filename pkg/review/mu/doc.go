// Package mu has the rules about what changes cost, and about the project's own SQL.
package mu

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{mu601, mu602, mu603, mu604, mu605, mu606, mu607, mu608, mu610}
