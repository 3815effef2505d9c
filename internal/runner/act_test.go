package runner_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
)

// actImage is the name under which act looks for the image of `uses: ./`. It
// is given to the image that was built already, since act would build without
// Go's caches, for minutes.
const actImage = "act-dockeraction:latest"

const actWorkflow = `on: pull_request
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: action
        uses: ./
        continue-on-error: true
        with:
          command: check
          working-directory: no/such-project
          token: hunter22
      - run: echo "it was ${{ steps.action.outcome }}, ${{ steps.action.outputs.verdict }}"
`

// TestTheActionUnderAct runs the action in an independent imitation of
// GitHub's runner, with a container for the job: slower than act's own-host
// mode, but that one hands the action this machine's environment.
func TestTheActionUnderAct(t *testing.T) {
	act, m, built := testparts.Act(t), testparts.Machine(t), testparts.Action(t)
	root, dir := testparts.Root(t), t.TempDir()
	podman := func(args ...string) {
		t.Helper()
		if out, err := m.Podman.Command(t.Context(), m.Environ, args...).CombinedOutput(); err != nil {
			t.Fatalf("podman %v: %v\n%s", args, err, out)
		}
	}
	podman("tag", built.Image, "docker.io/library/"+actImage)

	repo := filepath.Join(dir, "repo")
	files := map[string]string{".github/workflows/w.yml": actWorkflow, "event.json": `{"action":"opened","number":7,"pull_request":{"number":7,"head":{"ref":"topic","sha":"abc"},"base":{"ref":"main"}}}`}
	for _, name := range []string{"action.yml", "Dockerfile", "entrypoint.sh"} {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	for name, text := range files {
		path := filepath.Join(repo, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	git(t, repo, "init", "-q", "-b", "main")
	git(t, repo, "add", ".")
	git(t, repo, "commit", "-q", "-m", "one")

	socket := filepath.Join(dir, "podman.sock")
	service := m.Podman.Command(context.Background(), m.Environ, "system", "service", "--time=0", "unix://"+socket)
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = service.Process.Signal(syscall.SIGTERM)
		_ = service.Wait()
	})
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(socket); err == nil {
			break
		}
		if time.Since(began) > 20*time.Second {
			t.Fatal("podman's service does not start")
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "config", "act"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config", "act", "actrc"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), act, "pull_request", "-e", "event.json", "--pull=false", "--rebuild=false", "--no-cache-server", "--rm",
		"--action-cache-path", filepath.Join(dir, "actions"), "-P", "ubuntu-latest=docker.io/library/node:20-trixie-slim", "-s", "GITHUB_TOKEN=ghs_secret123")
	cmd.Dir = repo
	cmd.Env = append(os.Environ(), "DOCKER_HOST=unix://"+socket, "XDG_CACHE_HOME="+filepath.Join(dir, "cache"), "XDG_CONFIG_HOME="+filepath.Join(dir, "config"))
	out, err := cmd.CombinedOutput()
	log := string(out)
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	for _, want := range []string{"it was failure, failed", "no/such-project"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
	for _, secret := range []string{"hunter22", "ghs_secret123"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log shows %s:\n%s", secret, log)
		}
	}
}
