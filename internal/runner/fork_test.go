package runner_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/runner"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
)

// TestTheForkCheckRunsWithoutASecret runs the unprivileged half of the pair
// for forks in the real image, on a commit without a project: the action says
// so, fails, and gives its outputs.
func TestTheForkCheckRunsWithoutASecret(t *testing.T) {
	a := testparts.Action(t)
	h, g := host(t)
	h.Action, h.Image, h.Secrets = a.Action, a.Image, nil
	var granted map[string]string
	h.OnJob = func(_, _ string, permissions map[string]string) { granted = permissions }
	g.Event = []byte(`{"action":"opened","number":7,"pull_request":{"number":7,"head":{"sha":"` + g.SHA + `","repo":{"fork":true,"full_name":"stranger/shop"}},"base":{"ref":"main"}}}`)
	jobs, err := h.Run(t.Context(), workflow(t, filepath.Join(testparts.Root(t), "examples", "workflows", "fork-check.yml")), g)
	if err != nil {
		t.Fatal(err)
	}
	if len(jobs) != 1 || jobs[0].Status != "failure" {
		t.Fatalf("%+v", jobs)
	}
	if len(granted) != 1 || granted["contents"] != "read" {
		t.Errorf("the job may %v", granted)
	}
	var ours runner.StepResult
	for _, s := range jobs[0].Steps {
		if s.Outputs["verdict"] != "" {
			ours = s
		}
	}
	if ours.ExitCode == 0 || ours.Outputs["verdict"] != "failed" || !strings.Contains(ours.Log, "moose.config.toml") {
		t.Errorf("exit code %d, outputs %v\n%s", ours.ExitCode, ours.Outputs, ours.Log)
	}
	if left, _ := os.ReadDir(h.Artifacts); len(left) != 0 {
		t.Errorf("artifacts: %v", left)
	}
}
