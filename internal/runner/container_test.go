package runner_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/internal/runner"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
)

const terminate = syscall.SIGTERM

// git runs git in a folder, as a user of the test.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "safe.directory=*"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// probe is a machine and a step of the action in testdata/probe.
func probe(t *testing.T, with map[string]string) (*runner.Machine, runner.Step) {
	t.Helper()
	m := testparts.Machine(t)
	action, err := runner.LoadAction("testdata/probe")
	if err != nil {
		t.Fatal(err)
	}
	image, err := action.Image(t.Context(), m.Podman, m.Environ)
	if err != nil {
		t.Fatal(err)
	}
	return m, runner.Step{Action: action, Image: image, With: with, Workspace: t.TempDir(), GitHub: runner.GitHub{
		EventName: "pull_request", Event: []byte(`{"number":7}`), Repository: "acme/shop", Ref: "refs/pull/7/merge", HeadRef: "topic", Token: "ghs_secret123",
	}}
}

func run(t *testing.T, m *runner.Machine, s runner.Step) runner.Result {
	t.Helper()
	r, err := m.Run(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAContainerGetsWhatTheRunnerGives(t *testing.T) {
	m, step := probe(t, map[string]string{"Some-Input": "a 'b' \"c\" $HOME", "do": "exit 7"})
	step.Env = map[string]string{"LINES": "one\ntwo", "DB": "x"}
	r := run(t, m, step)
	if r.ExitCode != 7 {
		t.Errorf("exit code %d:\n%s", r.ExitCode, r.Raw)
	}
	environ := r.Outputs["environ"]
	delete(r.Outputs, "environ")
	want := map[string]string{
		"args": `--value=a 'b' "c" $HOME pull_request`, "user": "0", "pwd": "/github/workspace", "home": "/github/home",
		"owner": "1001 1001 1001 ", "event": `{"number":7}`,
	}
	if diff := cmp.Diff(want, r.Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	for _, line := range []string{
		`INPUT_SOME-INPUT=a 'b' "c" $HOME`, "INPUT_WITH_BLANK=b", "INPUT_GITHUB-TOKEN=ghs_secret123", "LINES=one\ntwo", "DB=x", "FROM_ACTION=acme/shop",
		"GITHUB_ACTIONS=true", "CI=true", "GITHUB_EVENT_NAME=pull_request", "GITHUB_REPOSITORY=acme/shop", "GITHUB_REF_NAME=7/merge", "GITHUB_HEAD_REF=topic",
		"GITHUB_WORKSPACE=/github/workspace", "GITHUB_EVENT_PATH=/github/workflow/event.json", "GITHUB_API_URL=https://api.github.com",
		"GITHUB_OUTPUT=/github/file_commands/set_output", "RUNNER_TEMP=/github/runner_temp", "HOME=/github/home",
	} {
		if !strings.Contains("\n"+environ+"\n", "\n"+line+"\n") {
			t.Errorf("the environment lacks %q:\n%s", line, environ)
		}
	}
	if strings.Contains(environ, "CONTAINERS_CONF") || strings.Contains(environ, "MOOSE_TEST_STRICT") || strings.Contains(environ, "GITHUB_TOKEN") {
		t.Errorf("the environment of this machine leaked:\n%s", environ)
	}
}

func TestAnswersOfAStep(t *testing.T) {
	m, step := probe(t, map[string]string{"some-input": "x", "do": `
echo "ANSWER=42" >> "$GITHUB_ENV"; echo /opt/x >> "$GITHUB_PATH"; echo "# Summary" >> "$GITHUB_STEP_SUMMARY"; echo s=1 >> "$GITHUB_STATE"
echo "::error file=app/a.ts,line=3,title=50%25%2C really::two%0Alines"
echo "before hunter22"; echo "::add-mask::hunter22"; sleep 0.3; echo "after hunter22 $INPUT_SOME" >&2
echo "token $(printenv INPUT_GITHUB-TOKEN)"
echo "::stop-commands::tok"; echo "::warning::not a command"; echo "::tok::"
echo "::set-output name=answer::old way"; printf "no newline"; touch made`})
	r := run(t, m, step)
	if r.ExitCode != 0 || r.Env["ANSWER"] != "42" || r.State["s"] != "1" || r.Summary != "# Summary\n" || r.Outputs["answer"] != "old way" || !cmp.Equal(r.Path, []string{"/opt/x"}) {
		t.Errorf("%+v", r)
	}
	want := runner.Command{Name: "error", Message: "two\nlines", Properties: map[string]string{"file": "app/a.ts", "line": "3", "title": "50%, really"}}
	if !cmp.Equal(r.Commands[0], want) || len(r.Commands) != 4 {
		t.Errorf("commands: %+v", r.Commands)
	}
	for line, shown := range map[string]bool{
		"before hunter22": true, "after hunter22": false, "after ***": true, "token ***": true, "add-mask": false, "ghs_secret123": false, "no newline\n": true, "::warning::": true,
	} {
		if strings.Contains(r.Log, line) != shown {
			t.Errorf("%q shown: %v\n%s", line, !shown, r.Log)
		}
	}
	if _, err := os.Stat(filepath.Join(step.Workspace, "made")); err != nil {
		t.Error(err)
	}
}

func TestATooLongSummaryIsDropped(t *testing.T) {
	m, step := probe(t, map[string]string{"some-input": "x", "do": `head -c 1048577 /dev/zero | tr '\0' x > "$GITHUB_STEP_SUMMARY"`})
	if r := run(t, m, step); !r.SummaryTooBig || r.Summary != "" {
		t.Errorf("%v, %d bytes", r.SummaryTooBig, len(r.Summary))
	}
}

func TestUnknownInputsAreRefused(t *testing.T) {
	m, step := probe(t, map[string]string{"some-inptu": "x"})
	if _, err := m.Run(t.Context(), step); err == nil || !strings.Contains(err.Error(), "some-inptu") {
		t.Errorf("error: %v", err)
	}
}

func TestSignalsReachTheContainer(t *testing.T) {
	for sig, want := range map[syscall.Signal]int{syscall.SIGINT: 42, syscall.SIGTERM: 43} {
		m, step := probe(t, map[string]string{"some-input": "x", "do": `sleep 1; echo ready; while :; do sleep 0.1; done`})
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
		select {
		case <-ready:
		case <-time.After(30 * time.Second):
			t.Fatal("the step does not start")
		}
		if err := r.Signal(sig); err != nil {
			t.Fatal(err)
		}
		result, err := r.Wait()
		if err != nil || result.ExitCode != want || !strings.Contains(result.Log, "got ") {
			t.Errorf("%s: exit code %d, %v\n%s", sig, result.ExitCode, err, result.Raw)
		}
	}
}
