package runner_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/runner"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
)

// inImage runs a script in the image of the action.
func inImage(t *testing.T, script string) string {
	t.Helper()
	m, a := testparts.Machine(t), testparts.Action(t)
	out, err := m.Podman.Command(t.Context(), m.Environ, "run", "--rm", "--entrypoint", "bash", a.Image, "-euc", script).Output()
	if err != nil {
		var why string
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			why = string(exit.Stderr)
		}
		t.Fatalf("%s: %v\n%s", script, err, why)
	}
	return strings.TrimSpace(string(out))
}

func TestTheImageHasWhatProjectsNeed(t *testing.T) {
	major := func(version string, part int) int {
		n, err := strconv.Atoi(strings.Split(strings.TrimPrefix(version, "v"), ".")[part])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if v := inImage(t, "node --version"); major(v, 0) < 20 {
		t.Errorf("node %s", v)
	}
	if v := inImage(t, `python3 -c 'import platform; print(platform.python_version())'`); major(v, 0) != 3 || major(v, 1) < 12 {
		t.Errorf("python %s", v)
	}
	inImage(t, "npm --version; command -v pnpm yarn corepack; git --version; test -s /etc/ssl/certs/ca-certificates.crt")
	inImage(t, "python3 -m venv /tmp/v && /tmp/v/bin/pip --version")
	if v := inImage(t, "moose version"); v == "" {
		t.Error("moose prints no version")
	}
	if s := inImage(t, "id -u; ls -A /src 2>/dev/null || true"); s != "0" {
		t.Errorf("user and sources: %q", s)
	}
}

func TestTheImageIsLabelledAndSmall(t *testing.T) {
	m, a := testparts.Machine(t), testparts.Action(t)
	out, err := m.Podman.Command(t.Context(), m.Environ, "image", "inspect", "--format",
		`{{.Size}} {{index .Labels "org.opencontainers.image.source"}} {{index .Labels "org.opencontainers.image.licenses"}} {{.Config.User}}`, a.Image).Output()
	if err != nil {
		t.Fatal(err)
	}
	size, labels, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if want := "https://github.com/moose-migrate/moose-migrate Apache-2.0"; strings.TrimSpace(labels) != want {
		t.Errorf("labels and user: %q", labels)
	}
	bytes, err := strconv.ParseInt(size, 10, 64)
	if err != nil || bytes > 600<<20 {
		t.Errorf("the image has %s bytes, %v", size, err)
	}
	t.Logf("the image has %d MB", bytes/1e6)
}

// withMoose replaces the program moose by a script that stands for it, so that
// what the entrypoint does can be seen.
func withMoose(t *testing.T, script string) (*runner.Machine, runner.Step) {
	t.Helper()
	m, a := testparts.Machine(t), testparts.Action(t)
	dir := t.TempDir()
	for name, text := range map[string]string{"moose": script, "Dockerfile": "FROM " + a.Image + "\nCOPY moose /usr/local/bin/moose\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	image, err := (&runner.Action{Runs: runner.Runs{Image: filepath.Join(dir, "Dockerfile")}}).Image(t.Context(), m.Podman, m.Environ)
	if err != nil {
		t.Fatal(err)
	}
	return m, runner.Step{
		Action: a.Action, Image: image, Workspace: t.TempDir(),
		With: map[string]string{"command": "plan", "clickhouse-url": "clickhouse://u:p@h:9000/d"},
	}
}

func TestTheEntrypointKeepsHyphensAndLetsGitWork(t *testing.T) {
	m, step := withMoose(t, "#!/bin/bash\necho \"pid $$ args $*\"; env; git status --short && echo clean\n")
	git(t, step.Workspace, "init", "-q")
	r := run(t, m, step)
	for _, want := range []string{"pid 1 args action\n", "INPUT_CLICKHOUSE-URL=clickhouse://u:p@h:9000/d\n", "INPUT_FAIL-ON=\n", "INPUT_GITHUB-TOKEN=ghs_runnertoken\n", "INPUT_MAP=\n", "clean\n"} {
		if !strings.Contains(r.Raw, want) {
			t.Errorf("it lacks %q:\n%s", want, r.Raw)
		}
	}
}

func TestTheEntrypointPassesSignalsOn(t *testing.T) {
	m, step := withMoose(t, "#!/bin/bash\ntrap 'echo stopping; exit 43' TERM\necho ready\nwhile :; do sleep 0.1; done\n")
	ready := make(chan struct{})
	m.OnLine = func(line string) {
		if line == "ready" {
			close(ready)
		}
	}
	r, err := m.Start(t.Context(), step)
	if err != nil {
		t.Fatal(err)
	}
	<-ready
	if err := r.Signal(terminate); err != nil {
		t.Fatal(err)
	}
	if result, err := r.Wait(); err != nil || result.ExitCode != 43 || !strings.Contains(result.Raw, "stopping") {
		t.Errorf("%+v, %v", result, err)
	}
}
