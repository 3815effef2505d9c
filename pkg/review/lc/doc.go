// Package lc has the rules about conversions that change or lose values.
package lc

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{lc210}
