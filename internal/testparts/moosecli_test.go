package testparts

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMooseCLIGeneratesAMigration runs the published CLI against the engine:
// the interoperability tests rest on both.
func TestMooseCLIGeneratesAMigration(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a native module")
	}
	cli := MooseCLI(t)
	ch := ClickHouse(t)
	project := cli.Project(t, "small-ts")
	database := url.URL{
		Scheme: "http", Host: ch.HTTPAddr, Path: "/", User: url.UserPassword(ch.User, ch.Password),
		RawQuery: url.Values{"database": {Database(t, ch)}}.Encode(),
	}
	cmd := exec.CommandContext(t.Context(), cli.Bin, "generate", "migration", "--clickhouse-url", database.String(), "--save")
	cmd.Dir, cmd.Env = project.Dir, project.Environ
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("generate migration: %v\n%s", err, out)
	}
	plan, err := os.ReadFile(filepath.Join(project.Dir, "migrations", "plan.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(plan), "CreateTable:"); n != 2 {
		t.Errorf("plan.yaml creates %d tables, want 2:\n%s", n, plan)
	}
}
