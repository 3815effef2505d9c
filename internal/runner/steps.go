package runner

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// jobRun is a job that is running.
type jobRun struct {
	host      *Host
	workflow  *Workflow
	job       *Job
	github    GitHub
	scope     Scope
	workspace string
	env       map[string]string // of workflow and job, and from GITHUB_ENV
	path      []string          // from GITHUB_PATH
}

func (r *jobRun) run(ctx context.Context) (JobResult, error) {
	result := JobResult{Status: "success", Outputs: map[string]string{}}
	r.env = map[string]string{}
	for _, env := range []map[string]string{r.workflow.Env, r.job.Env} {
		if err := r.addEnv(r.env, env); err != nil {
			return result, err
		}
	}
	granted := r.job.Permissions
	if granted == nil {
		granted = r.workflow.Permissions
	}
	name, err := r.scope.Interpolate(r.job.Environment.Name)
	if err != nil {
		return result, err
	}
	if r.host.OnJob != nil {
		r.host.OnJob(r.github.Job, name, granted)
	}
	steps := map[string]any{}
	r.scope["steps"] = steps
	for i, step := range r.job.Steps {
		r.scope["job"] = map[string]any{"status": r.scope[statusKey]}
		one, err := r.step(ctx, step)
		if err != nil {
			return result, fmt.Errorf("step %d %s%s: %w", i+1, step.Name, step.Uses, err)
		}
		result.Steps = append(result.Steps, one)
		if step.ID != "" {
			steps[step.ID] = map[string]any{"outputs": anyMap(one.Outputs), "outcome": one.Outcome, "conclusion": one.Conclusion}
		}
		if one.Conclusion == "failure" {
			r.scope[statusKey], result.Status = "failure", "failure"
		}
	}
	for key, text := range r.job.Outputs {
		if result.Outputs[key], err = r.scope.Interpolate(text); err != nil {
			return result, fmt.Errorf("the output %s: %w", key, err)
		}
	}
	return result, nil
}

// addEnv evaluates variables into env.
func (r *jobRun) addEnv(env, texts map[string]string) error {
	scope := maps.Clone(r.scope)
	scope["env"] = anyMap(env)
	for _, name := range sortedKeys(texts) {
		value, err := scope.Interpolate(texts[name])
		if err != nil {
			return fmt.Errorf("the variable %s: %w", name, err)
		}
		env[name] = value
	}
	return nil
}

func (r *jobRun) step(ctx context.Context, step *JobStep) (StepResult, error) {
	out := StepResult{ID: step.ID, Name: step.Name, Outcome: "skipped", Conclusion: "skipped"}
	env := maps.Clone(r.env)
	if err := r.addEnv(env, step.Env); err != nil {
		return out, err
	}
	r.scope["env"] = anyMap(env)
	run, err := r.scope.Condition(step.If)
	if err != nil || !run {
		return out, err
	}
	if out.Name, err = r.scope.Interpolate(step.Name); err != nil {
		return out, err
	}
	tolerant, err := r.scope.Value(step.ContinueOnError)
	if err != nil {
		return out, err
	}
	if step.Run != "" {
		out.Result, err = r.script(ctx, step, env)
	} else {
		out.Result, err = r.use(ctx, step, env)
	}
	var failed *StepFailure
	if errors.As(err, &failed) {
		out.Result.ExitCode, out.Result.Log = 1, failed.Error()
	} else if err != nil {
		return out, err
	}
	out.Outcome = "success"
	if out.ExitCode != 0 {
		out.Outcome = "failure"
	}
	out.Conclusion = out.Outcome
	if out.Outcome == "failure" && truthyText(tolerant) {
		out.Conclusion = "success"
	}
	maps.Copy(r.env, out.Env)
	r.path = append(out.Path, r.path...)
	return out, nil
}

func truthyText(v any) bool { return v == true || strings.EqualFold(toString(v), "true") }

// use runs a step with `uses:`.
func (r *jobRun) use(ctx context.Context, step *JobStep, env map[string]string) (Result, error) {
	with := map[string]string{}
	for name, text := range step.With {
		var err error
		if with[strings.ToLower(name)], err = r.scope.Interpolate(text); err != nil {
			return Result{}, fmt.Errorf("the input %s: %w", name, err)
		}
	}
	name, version, _ := strings.Cut(step.Uses, "@")
	if version == "" && name != "./" {
		return Result{}, fmt.Errorf("%s names no version", step.Uses)
	}
	if name == "moose-migrate/moose-migrate" || name == "./" {
		return r.host.Machine.Run(ctx, Step{
			Action: r.host.Action, Image: r.host.Image, With: with, Env: env, GitHub: r.github, Workspace: r.workspace, Secrets: r.secrets(),
		})
	}
	if strings.HasPrefix(name, "actions/setup-") {
		return Result{}, nil
	}
	handler, ok := r.host.Handlers[name]
	if !ok {
		handler, ok = handlers[name]
	}
	if !ok {
		return Result{}, fmt.Errorf("this runner does not know the action %s", name)
	}
	outputs, err := handler(ctx, Use{Host: r.host, GitHub: r.github, Workspace: r.workspace, With: with})
	return Result{Outputs: outputs}, err
}

func (r *jobRun) secrets() []string {
	var list []string
	for _, value := range r.host.Secrets {
		list = append(list, value)
	}
	return list
}

// script runs a step with `run:` on this machine, with nothing of its
// environment but PATH.
func (r *jobRun) script(ctx context.Context, step *JobStep, env map[string]string) (Result, error) {
	text, err := r.scope.Interpolate(step.Run)
	if err != nil {
		return Result{}, err
	}
	args := []string{"-e"}
	switch shell := first(step.Shell, r.job.Defaults.Run.Shell, r.workflow.Defaults.Run.Shell); shell {
	case "":
	case "bash":
		args = []string{"--noprofile", "--norc", "-eo", "pipefail"}
	default:
		return Result{}, fmt.Errorf("this runner does not know the shell %q", shell)
	}
	dir, err := r.scope.Interpolate(first(step.WorkingDirectory, r.job.Defaults.Run.WorkingDirectory, r.workflow.Defaults.Run.WorkingDirectory))
	if err != nil {
		return Result{}, err
	}
	files, err := r.host.Machine.prepare(Step{GitHub: r.github, Workspace: r.workspace}, env)
	if err != nil {
		return Result{}, err
	}
	m := r.host.Machine
	answerVariables(files, env)
	maps.Copy(env, r.github.environ())
	maps.Copy(env, map[string]string{
		"GITHUB_WORKSPACE": r.workspace, "RUNNER_TEMP": m.folder("_temp"), "HOME": m.folder("_github_home"),
		"GITHUB_EVENT_PATH": filepath.Join(m.folder("_github_workflow"), "event.json"),
		"PATH":              strings.Join(append(slices.Clone(r.path), os.Getenv("PATH")), ":"),
		// On GitHub the workspace belongs to the user who runs the script.
		"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
	})
	file := filepath.Join(files, "script.sh")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return Result{}, fmt.Errorf("writing the script: %w", err)
	}
	cmd := exec.CommandContext(ctx, "bash", append(args, file)...)
	cmd.Dir = filepath.Join(r.workspace, dir)
	for _, name := range sortedKeys(env) {
		cmd.Env = append(cmd.Env, name+"="+env[name])
	}
	c := newConsole(append([]string{r.github.Token}, r.secrets()...), m.OnLine)
	streams := [2]*stream{{console: c}, {console: c}}
	cmd.Stdout, cmd.Stderr = streams[0], streams[1]
	began := time.Now()
	err = cmd.Run()
	for _, s := range streams {
		s.flush()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return Result{}, fmt.Errorf("running the script: %w", err)
	}
	result := Result{ExitCode: cmd.ProcessState.ExitCode(), Duration: time.Since(began)}
	return result, result.answers(files, c)
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
