package e2e

import (
	"os"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/e2e/mooseprogram"
)

func TestMain(m *testing.M) {
	if text, child := os.LookupEnv(childEnv); child {
		os.Exit(runChild(text))
	}
	mooseprogram.Main(m)
}
