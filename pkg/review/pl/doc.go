// Package pl has the rules about the process: saved plans, drift, versions, other pull
// requests.
package pl

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{pl001, pl002, pl003, pl004, pl005, pl007, pl008, pl010, pl012, pl013, pl014, pl016}
