package runner

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Host is where workflows run: the repository, its secrets and its artifacts.
type Host struct {
	Machine *Machine
	// Action is what `uses: moose-migrate/moose-migrate@…` means.
	Action *Action
	Image  string
	// Repository is a git folder from which actions/checkout takes commits.
	Repository string
	// Artifacts is the folder of uploaded artifacts: one folder per run id.
	Artifacts string
	Secrets   map[string]string // without GITHUB_TOKEN, which is GitHub.Token
	Vars      map[string]string
	// OnJob, when set, is called before each job with the permissions that its
	// token has; nil permissions mean the repository's default.
	OnJob func(job, environment string, permissions map[string]string)
	// Handlers are further actions by owner/name.
	Handlers map[string]Handler
}

// JobResult is what one job, or one combination of its matrix, did.
type JobResult struct {
	Job     string
	Matrix  map[string]any
	Status  string // success, failure or skipped
	Outputs map[string]string
	Steps   []StepResult
}

// Step returns the step with that id or name.
func (j JobResult) Step(name string) (StepResult, bool) {
	i := slices.IndexFunc(j.Steps, func(s StepResult) bool { return s.ID == name || s.Name == name })
	if i < 0 {
		return StepResult{}, false
	}
	return j.Steps[i], true
}

// StepResult is what a step of a job did. Of a skipped one only ID, Name and
// the outcome are set.
type StepResult struct {
	ID, Name   string
	Outcome    string // success, failure or skipped
	Conclusion string // the same after continue-on-error
	Result
}

// Run runs all jobs of a workflow, one after the other. It fails when the
// event does not start the workflow; a failing job is no error.
func (h *Host) Run(ctx context.Context, w *Workflow, g GitHub) ([]JobResult, error) {
	starts, err := w.Starts(g)
	if err != nil {
		return nil, err
	}
	if !starts {
		return nil, fmt.Errorf("the event %s does not start the workflow %s", g.EventName, w.Name)
	}
	if w.Name != "" {
		g.Workflow = w.Name
	}
	results, done := []JobResult(nil), map[string][]JobResult{}
	for len(done) < len(w.Jobs) {
		progress := false
		for _, id := range sortedKeys(w.Jobs) {
			job := w.Jobs[id]
			ready := !slices.ContainsFunc(job.Needs, func(n string) bool { _, ok := done[n]; return !ok })
			if _, ran := done[id]; ran || !ready {
				continue
			}
			of, err := h.job(ctx, w, id, job, g, done)
			if err != nil {
				return results, fmt.Errorf("the job %s: %w", id, err)
			}
			done[id], progress = of, true
			results = append(results, of...)
		}
		if !progress {
			return results, fmt.Errorf("jobs of the workflow %s need one another or a job that does not exist", w.Name)
		}
	}
	return results, nil
}

// job runs the combinations of one job.
func (h *Host) job(ctx context.Context, w *Workflow, id string, job *Job, g GitHub, done map[string][]JobResult) ([]JobResult, error) {
	g.Job = id
	g = g.filled()
	workspace := filepath.Join(h.Machine.Dir, "work", id)
	github, err := g.context(workspace)
	if err != nil {
		return nil, err
	}
	secrets := anyMap(h.Secrets)
	secrets["GITHUB_TOKEN"] = g.Token
	inputs, err := w.inputs(g, github)
	if err != nil {
		return nil, err
	}
	needs, status := needed(job, done)
	scope := Scope{"github": github, "vars": anyMap(h.Vars), "needs": needs, "inputs": inputs, statusKey: status}
	if run, err := scope.Condition(job.If); err != nil || !run {
		return []JobResult{{Job: id, Status: "skipped"}}, err
	}
	all, err := combinations(job.Strategy.Matrix, scope)
	if err != nil {
		return nil, err
	}
	if all == nil {
		all = []map[string]any{nil}
	}
	var results []JobResult
	for i, combination := range all {
		inner := maps.Clone(scope)
		inner["matrix"], inner["secrets"] = combination, secrets
		inner["strategy"] = map[string]any{"job-index": float64(i), "job-total": float64(len(all))}
		inner["runner"] = map[string]any{"os": "Linux", "arch": "X64", "temp": h.Machine.folder("_temp")}
		inner[statusKey] = "success"
		r := &jobRun{host: h, workflow: w, job: job, github: g, scope: inner, workspace: workspace + strconv.Itoa(i)}
		github["workspace"] = r.workspace
		if err := os.MkdirAll(r.workspace, 0o755); err != nil {
			return nil, fmt.Errorf("making the workspace: %w", err)
		}
		result, err := r.run(ctx)
		result.Job, result.Matrix = id, combination
		results = append(results, result)
		if err != nil {
			return results, err
		}
	}
	return results, nil
}

// needed is the context `needs` and what success() and failure() are about.
func needed(job *Job, done map[string][]JobResult) (map[string]any, string) {
	needs, status := map[string]any{}, "success"
	for _, name := range job.Needs {
		result, outputs := "success", map[string]any{}
		for _, one := range done[name] {
			if one.Status != "success" && result != "failure" {
				result = one.Status
			}
			maps.Copy(outputs, anyMap(one.Outputs))
		}
		needs[name] = map[string]any{"result": result, "outputs": outputs}
		if result != "success" && status != "failure" {
			status = result
		}
	}
	return needs, status
}

// inputs are those of a workflow_dispatch, with their defaults.
func (w *Workflow) inputs(g GitHub, github map[string]any) (map[string]any, error) {
	out := map[string]any{}
	if g.EventName != "workflow_dispatch" {
		return out, nil
	}
	given, _ := property(github["event"], "inputs").(map[string]any)
	declared := w.On[g.EventName].Inputs
	for name := range given {
		if _, ok := declared[name]; !ok {
			return nil, fmt.Errorf("the workflow has no input %q", name)
		}
	}
	for name, in := range declared {
		value, ok := given[name]
		if !ok {
			value = in.Default
		}
		if in.Required && toString(value) == "" {
			return nil, fmt.Errorf("the input %s of the workflow is missing", name)
		}
		if in.Type == "boolean" {
			value = strings.EqualFold(toString(value), "true")
		}
		out[name] = value
	}
	return out, nil
}
