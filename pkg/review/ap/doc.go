// Package ap has the rules about endpoints and those who call them.
package ap

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{ap801, ap802, ap803, ap804, ap805, ap808}
