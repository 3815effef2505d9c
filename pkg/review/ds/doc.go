// Package ds has the rules about operations that delete data.
package ds

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{ds101, ds102, ds103, ds104, ds105, ds106, ds107, ds108, ds109, ds110, ds111, ds112}
