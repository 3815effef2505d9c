// Package ds has the rules about operations that delete data.
package ds

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{ds101}
