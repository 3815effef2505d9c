package testparts

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// CLI is the published Moose CLI, ready to run.
type CLI struct {
	Bin     string   // path of moose-cli
	Environ []string // its environment: a home folder of its own, no telemetry
	modules string
}

// MooseCLI returns the Moose CLI in the version the product is compatible
// with. Run it in a project made by its Project method.
func MooseCLI(t testing.TB) CLI {
	t.Helper()
	s, err := store()
	need(t, err)
	var cli parts.MooseCLI
	cli, err = s.MooseCLI(t.Context())
	need(t, err)
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, ".moose"), 0o700); err != nil {
		t.Fatal(err)
	}
	settings := "[telemetry]\nenabled = false\nis_moose_developer = false\n"
	if err := os.WriteFile(filepath.Join(home, ".moose", "config.toml"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	return CLI{
		Bin:     cli.Bin,
		Environ: append(os.Environ(), "HOME="+home, "MOOSE_TELEMETRY__ENABLED=false", "NO_COLOR=1"),
		modules: cli.NodeModules,
	}
}

// Project copies the TypeScript sample project name for use with the CLI.
func (c CLI) Project(t testing.TB, name string) Project {
	t.Helper()
	return linked(t, name, c.modules, c.Environ)
}
