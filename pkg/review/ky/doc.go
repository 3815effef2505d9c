// Package ky has the rules about keys, layout and engines: what cannot change in place.
package ky

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{ky301, ky302, ky303, ky304, ky305, ky306, ky307, ky308, ky309, ky311, ky312, ky315}
