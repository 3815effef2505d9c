// Package cl has the rules about clusters and replicas.
package cl

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{cl621, cl622}
