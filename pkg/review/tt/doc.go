// Package tt has the rules about rows and values that expire.
package tt

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family, with LC222 about the TTL of a column.
var Rules = []*review.Rule{lc222, tt401, tt402, tt403, tt404, tt405}
