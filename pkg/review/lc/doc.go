// Package lc has the rules about conversions that change or lose values. Each change of
// a column's type is named by exactly one of them ([conversion.rule]); beside it may
// stand that NULL is no longer allowed (LC208), that enum values get other names while
// others go (LC211), and that the default of rows which never stored a value is another
// one (LC220), because these are other things that happen to other rows.
package lc

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family. LC222 is in package tt, because its time to live
// is that of a table.
var Rules = []*review.Rule{
	lc200, lc201, lc202, lc203, lc204, lc205, lc206, lc207, lc208, lc209, lc210, lc211, lc212, lc213, lc214, lc215, lc216, lc217, lc218, lc219,
	lc220, lc221, lc223,
}
