// Package mv has the rules about views, and about what reads and fills tables.
package mv

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{
	mv501, mv502, mv503, mv504, mv505, mv506, mv507, mv508, mv509, mv510, mv511, mv512, mv513, mv514, mv515, mv516, mv517,
}
