// Package st has the rules about topics and what reads and fills them.
package st

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{st701, st702, st703, st704, st705, st707, st709, st710, st711, st712, st713, st714}
