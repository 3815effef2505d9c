package runner_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/internal/runner"
)

// host is a host whose action is the probe, with a repository of one commit.
func host(t *testing.T) (*runner.Host, runner.GitHub) {
	t.Helper()
	m, step := probe(t, nil)
	repo := t.TempDir()
	git(t, repo, "init", "-q", "-b", "main")
	if err := os.WriteFile(filepath.Join(repo, "file.txt"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	git(t, repo, "add", ".")
	git(t, repo, "commit", "-q", "-m", "one")
	g := runner.GitHub{
		EventName: "pull_request", BaseRef: "main", Ref: "refs/pull/7/merge", SHA: git(t, repo, "rev-parse", "HEAD"), RunID: "77",
		Event: []byte(`{"action":"opened","number":7}`), Token: "ghs_secret123",
	}
	return &runner.Host{
		Machine: m, Action: step.Action, Image: step.Image, Repository: repo, Artifacts: t.TempDir(), Secrets: map[string]string{"DB": "hunter22"},
	}, g
}

func workflow(t *testing.T, file string) *runner.Workflow {
	t.Helper()
	w, err := runner.LoadWorkflow(file)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAWholeWorkflow(t *testing.T) {
	h, g := host(t)
	var granted []string
	h.OnJob = func(job, environment string, permissions map[string]string) {
		granted = append(granted, fmt.Sprint(job, " ", environment, permissions))
	}
	jobs, err := h.Run(t.Context(), workflow(t, "testdata/workflows/all.yml"), g)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, j := range jobs {
		line := fmt.Sprint(j.Job, j.Matrix, " ", j.Status, ":")
		for _, s := range j.Steps {
			line += " " + s.Outcome
			if s.Conclusion != s.Outcome {
				line += "/" + s.Conclusion
			}
		}
		got = append(got, line)
		if t.Failed() || j.Status == "failure" && j.Job != "last" {
			for _, s := range j.Steps {
				t.Logf("%s %s: %s", j.Job, s.Name, s.Log)
			}
		}
	}
	want := []string{
		"firstmap[] success: success success failure/success success",
		"shopsmap[shop:a] success: success success skipped success",
		"shopsmap[extra:more shop:b] success: success success skipped success",
		"lastmap[] failure: success success failure skipped",
		"cleanupmap[] success: success",
		"skippedmap[] skipped:",
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
	wantGranted := []string{
		"first map[contents:read]", "shops amap[pull-requests:write]", "shops bmap[pull-requests:write]", "last map[contents:read]", "cleanup map[contents:read]",
	}
	if diff := cmp.Diff(wantGranted, granted); diff != "" {
		t.Errorf("permissions (-want +got):\n%s", diff)
	}
	step := func(job, name string) runner.StepResult {
		for _, j := range jobs {
			if s, ok := j.Step(name); ok && j.Job == job {
				return s
			}
		}
		t.Fatalf("no step %s in %s", name, job)
		return runner.StepResult{}
	}
	if s := step("first", "tell"); s.Log != "told success workflow-pull_request\n" {
		t.Errorf("tell: %q", s.Log)
	}
	use := step("shops", "use")
	if use.Name != "use a" || use.Outputs["list"] != "file.txt" || !strings.HasPrefix(use.Outputs["args"], "--value=a ") || !strings.Contains(use.Log, "secret ***\n") {
		t.Errorf("use: %+v", use)
	}
	if s := jobs[slices.IndexFunc(jobs, func(j runner.JobResult) bool { return j.Job == "last" })].Steps[1]; s.Log != "got/files-a/out/o.json\ngot/files-b/out/o.json\n" {
		t.Errorf("artifacts: %q", s.Log)
	}
}

func TestOnlyItsEventsStartAWorkflow(t *testing.T) {
	w := workflow(t, "testdata/workflows/all.yml")
	for _, c := range []struct {
		g    runner.GitHub
		want bool
	}{
		{runner.GitHub{EventName: "pull_request", BaseRef: "main", Event: []byte(`{"action":"opened"}`)}, true},
		{runner.GitHub{EventName: "pull_request", BaseRef: "main", Event: []byte(`{"action":"closed"}`)}, false},
		{runner.GitHub{EventName: "pull_request", BaseRef: "dev", Event: []byte(`{"action":"opened"}`)}, false},
		{runner.GitHub{EventName: "push"}, false},
		{runner.GitHub{EventName: "workflow_dispatch"}, true},
	} {
		if got, err := w.Starts(c.g); err != nil || got != c.want {
			t.Errorf("%+v: %v, %v", c.g, got, err)
		}
	}
}

// small runs the steps of one job.
func small(t *testing.T, steps string) (runner.JobResult, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "w.yml")
	if err := os.WriteFile(file, []byte("on: pull_request\njobs:\n  one:\n    runs-on: x\n    steps:\n"+steps), 0o644); err != nil {
		t.Fatal(err)
	}
	w, err := runner.LoadWorkflow(file)
	if err != nil {
		return runner.JobResult{}, err
	}
	h, g := host(t)
	jobs, err := h.Run(t.Context(), w, g)
	if len(jobs) != 1 {
		return runner.JobResult{}, err
	}
	return jobs[0], err
}

func TestArtifactsAsTheRealActionKeepsThem(t *testing.T) {
	job, err := small(t, `
      - run: mkdir -p .moose a/b; echo 1 > .moose/x.json; echo 2 > a/b/y.json
      - uses: actions/upload-artifact@v4
        with: {name: hidden, path: .moose/, if-no-files-found: error}
        continue-on-error: true
      - uses: actions/upload-artifact@v4
        with: {name: shown, path: .moose/, include-hidden-files: true}
      - uses: actions/upload-artifact@v4
        with: {name: file, path: .moose/x.json}
      - uses: actions/upload-artifact@v4
        with: {name: globs, path: "a/**/*.json"}
      - uses: actions/upload-artifact@v4
        with: {name: globs, path: a}
        continue-on-error: true
      - uses: actions/download-artifact@v4
        with: {name: nothing}
        continue-on-error: true
      - uses: actions/download-artifact@v4
        with: {path: got, pattern: "*"}
      - run: cd got; find . -type f | sort | tr '\n' ' '
`)
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []string
	for _, s := range job.Steps {
		outcomes = append(outcomes, s.Outcome)
	}
	if got := strings.Join(outcomes, " "); got != "success failure success success success failure failure success success" {
		t.Errorf("outcomes: %s", got)
	}
	if got := job.Steps[8].Raw; got != "./file/x.json ./globs/b/y.json ./shown/x.json " {
		t.Errorf("files: %s", got)
	}
	if !strings.Contains(job.Steps[1].Log, "No files were found") {
		t.Errorf("log: %s", job.Steps[1].Log)
	}
}

func TestACheckoutIsShallowAndOfTheAskedCommit(t *testing.T) {
	job, err := small(t, `
      - uses: actions/checkout@v5
        with: {path: repo}
      - run: cd repo; git rev-list --count HEAD; git config remote.origin.url; cat file.txt
      - uses: actions/checkout@v5
        with: {ref: no-such-branch, path: other}
        continue-on-error: true
`)
	if err != nil || job.Steps[1].Log != "1\nhttps://github.com/acme/shop\nx\n" || job.Steps[2].Outcome != "failure" {
		t.Errorf("%+v, %v", job, err)
	}
}

func TestWhatTheRunnerDoesNotKnowFails(t *testing.T) {
	for steps, want := range map[string]string{
		"      - uses: acme/other@v1\n":                                                       "does not know the action acme/other",
		"      - uses: actions/checkout\n":                                                    "names no version",
		"      - uses: actions/checkout@v5\n        with: {lfs: true}\n":                      "does not know the input lfs",
		"      - run: x\n        shell: pwsh\n":                                               `does not know the shell "pwsh"`,
		"      - run: x\n        uses: y@v1\n":                                                "neither or both",
		"      - run: x\n        unknown: y\n":                                                "field unknown not found",
		"      - run: echo ${{ runner.os }} ${{ nothing.x }}\n":                               `no context "nothing"`,
		"      - uses: moose-migrate/moose-migrate@v1\n        with: {no-such-input: true}\n": `no input "no-such-input"`,
	} {
		if _, err := small(t, steps); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", steps, err)
		}
	}
}
