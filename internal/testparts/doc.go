// Package testparts gives tests the real parts they run against: ClickHouse
// with its Keeper, Redis, sample projects with their dependencies, the Moose
// CLI. A part that this machine cannot have skips the test, or fails it when
// MOOSE_TEST_STRICT=1. A part that is there but does not work always fails it.
package testparts

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// EnvStrict names the variable that turns skipping into failing.
const EnvStrict = "MOOSE_TEST_STRICT"

// store is the parts cache of this test process.
var store = sync.OnceValues(func() (*parts.Store, error) { return parts.FromOS(os.Stderr) })

// need ends the test unless err is nil.
func need(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var missing *parts.Unavailable
	if errors.As(err, &missing) && os.Getenv(EnvStrict) != "1" {
		t.Skipf("%v (%s=1 makes this a failure)", err, EnvStrict)
	}
	t.Fatal(err)
}

// Root is the folder of this module's go.mod.
func Root(t testing.TB) string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

var moduleRoot = sync.OnceValues(func() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod in %s or above it", start)
		}
	}
})
