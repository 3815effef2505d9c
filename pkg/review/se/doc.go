// Package se has the rules about security: secrets, rights, workflows, connections.
package se

import "github.com/moose-migrate/moose-migrate/pkg/review"

// Rules are the rules of this family.
var Rules = []*review.Rule{se001, se002, se003, se004, se005, se006}
