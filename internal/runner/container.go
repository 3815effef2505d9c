package runner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// runnerUID owns the workspace on GitHub's own runners (user runner).
const runnerUID = 1001

// Machine is a runner: an engine and the folders that jobs share.
type Machine struct {
	Podman  parts.Podman
	Environ []string // environment of podman
	Dir     string   // its folders: _temp, _github_home, …
	OnLine  func(string)
}

// Step is a use of a container action.
type Step struct {
	Action    *Action
	Image     string            // what Action.Image returned
	With      map[string]string // evaluated
	Env       map[string]string // evaluated, of workflow, job and step
	GitHub    GitHub
	Workspace string   // folder that is mounted as /github/workspace
	Secrets   []string // hidden in the log from the start
}

// Result is what a step did.
type Result struct {
	ExitCode int
	Outputs  map[string]string
	Env      map[string]string // for later steps
	State    map[string]string
	Path     []string
	Summary  string // empty when SummaryTooBig
	// SummaryTooBig says that the summary is larger than 1 MiB: GitHub drops it.
	SummaryTooBig bool
	Commands      []Command // in the order in which they were printed
	Masks         []string  // values hidden at the end
	Raw           string    // what the container printed
	Log           string    // what GitHub would show of it
	Duration      time.Duration
}

// Running is a step that was started.
type Running struct {
	cmd     *exec.Cmd
	console *console
	streams [2]*stream
	files   string // folder of the file commands
	began   time.Time
	remove  func()
}

// Run starts a step and waits for its end. An exit code other than 0 is no
// error.
func (m *Machine) Run(ctx context.Context, s Step) (Result, error) {
	r, err := m.Start(ctx, s)
	if err != nil {
		return Result{}, err
	}
	return r.Wait()
}

// Start starts a step.
func (m *Machine) Start(ctx context.Context, s Step) (*Running, error) {
	s.GitHub = s.GitHub.filled()
	github, err := s.GitHub.context("/github/workspace")
	if err != nil {
		return nil, err
	}
	scope := Scope{"github": github, "env": anyMap(s.Env)}
	env := maps.Clone(s.Env)
	if env == nil {
		env = map[string]string{}
	}
	for name, text := range s.Action.Runs.Env {
		if env[name], err = scope.Interpolate(text); err != nil {
			return nil, fmt.Errorf("the variable %s of the action: %w", name, err)
		}
	}
	inputs, err := s.Action.with(s.With, scope)
	if err != nil {
		return nil, err
	}
	maps.Copy(env, inputs)
	maps.Copy(env, s.GitHub.environ())
	files, err := m.prepare(s, env)
	if err != nil {
		return nil, err
	}
	given := map[string]string{}
	for name := range s.Action.Inputs {
		given[name] = inputs["INPUT_"+strings.ToUpper(strings.ReplaceAll(name, " ", "_"))]
	}
	args, err := s.Action.args(given, scope)
	if err != nil {
		return nil, err
	}
	name := "step-" + uuid.NewString()
	call := []string{"run", "--rm", "--name", name, "--network=host", "--workdir", "/github/workspace"}
	if s.Action.Runs.Entrypoint != "" {
		call = append(call, "--entrypoint", s.Action.Runs.Entrypoint)
	}
	// By name, so that no value is in the list of processes. HOME would be
	// podman's own as well.
	environ := slices.Clone(m.Environ)
	for _, key := range sortedKeys(env) {
		call = append(call, "--env", key)
		environ = append(environ, key+"="+env[key])
	}
	call = append(call, "--env", "HOME=/github/home",
		"-v", m.folder("_temp")+":/github/runner_temp", "-v", m.folder("_github_home")+":/github/home",
		"-v", m.folder("_github_workflow")+":/github/workflow", "-v", files+":/github/file_commands",
		"-v", s.Workspace+":/github/workspace", s.Image)
	r := &Running{
		console: newConsole(append([]string{s.GitHub.Token}, s.Secrets...), m.OnLine),
		files:   files, began: time.Now(), cmd: m.Podman.Command(ctx, environ, append(call, args...)...),
		remove: func() {
			_ = m.Podman.Command(context.WithoutCancel(ctx), m.Environ, "rm", "--force", "--ignore", "--time=0", name).Run()
		},
	}
	r.streams = [2]*stream{{console: r.console}, {console: r.console}}
	r.cmd.Stdout, r.cmd.Stderr = r.streams[0], r.streams[1]
	// Its own group: a signal for the test's terminal is not the step's.
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := r.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the container: %w", err)
	}
	return r, nil
}

func (m *Machine) folder(name string) string { return filepath.Join(m.Dir, name) }

// prepare makes the folders and files of a step, which belong to the runner's
// user, adds the variables that name them, and returns the folder of the
// file commands.
func (m *Machine) prepare(s Step, env map[string]string) (string, error) {
	files, err := m.answerFiles()
	if err != nil {
		return "", err
	}
	answerVariables("/github/file_commands", env)
	for _, dir := range []string{m.folder("_temp"), m.folder("_github_home"), m.folder("_github_workflow")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", fmt.Errorf("making the runner's folders: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(m.folder("_github_workflow"), "event.json"), s.GitHub.Event, 0o644); err != nil {
		return "", fmt.Errorf("writing the event: %w", err)
	}
	maps.Copy(env, map[string]string{
		"GITHUB_EVENT_PATH": "/github/workflow/event.json", "GITHUB_WORKSPACE": "/github/workspace", "GITHUB_ACTION": "__self",
		"RUNNER_OS": "Linux", "RUNNER_ARCH": "X64", "RUNNER_NAME": "runner", "RUNNER_ENVIRONMENT": "github-hosted",
		"RUNNER_TEMP": "/github/runner_temp", "RUNNER_TOOL_CACHE": "/opt/hostedtoolcache", "RUNNER_WORKSPACE": filepath.Dir(s.Workspace),
	})
	return files, giveAway(m.Dir, s.Workspace)
}

// giveAway makes folders belong to the runner's user, where that is possible.
func giveAway(dirs ...string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Lchown(path, runnerUID, runnerUID)
		})
		if err != nil {
			return fmt.Errorf("giving %s to the runner's user: %w", dir, err)
		}
	}
	return nil
}

// Signal sends a signal as the runner does when a job is cancelled: to the
// engine's client, which passes it on to the container's first process.
func (r *Running) Signal(sig os.Signal) error { return r.cmd.Process.Signal(sig) }

// Wait waits for the end of the step and reads its answers.
func (r *Running) Wait() (Result, error) {
	err := r.cmd.Wait()
	for _, s := range r.streams {
		s.flush()
	}
	r.remove()
	result := Result{ExitCode: r.cmd.ProcessState.ExitCode(), Duration: time.Since(r.began)}
	answered := result.answers(r.files, r.console)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return result, fmt.Errorf("running the container: %w", err)
	}
	if result.ExitCode == 125 { // podman's own failures
		return result, fmt.Errorf("podman could not run the container: %s", result.Raw)
	}
	return result, answered
}
