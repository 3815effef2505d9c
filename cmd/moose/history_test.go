package main

import (
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// setDigest puts the short digest of the saved plan into $DIGEST.
func setDigest(ts *testscript.TestScript, _ bool, _ []string) {
	files, err := plan.Load(ts.MkAbs("."))
	ts.Check(err)
	ts.Setenv("DIGEST", plan.Short(files.Plan.Digest))
}
