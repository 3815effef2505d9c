package runner

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Workflow is a file of .github/workflows.
type Workflow struct {
	Name        string
	RunName     string `yaml:"run-name"`
	On          triggers
	Permissions permissions
	Env         map[string]string
	Concurrency yaml.Node
	Defaults    defaults
	Jobs        map[string]*Job
}

// Job is one job of a workflow. Concurrency and time limits are read, and left
// to the test that runs the job.
type Job struct {
	Name            string
	Needs           words
	RunsOn          yaml.Node `yaml:"runs-on"`
	If              string
	Permissions     permissions
	Environment     environment
	Concurrency     yaml.Node
	Outputs         map[string]string
	Env             map[string]string
	Defaults        defaults
	Strategy        strategy
	Steps           []*JobStep
	TimeoutMinutes  string `yaml:"timeout-minutes"`
	ContinueOnError string `yaml:"continue-on-error"`
}

// JobStep is one step of a job.
type JobStep struct {
	ID               string
	Name             string
	If               string
	Uses             string
	With             map[string]string
	Run              string
	Shell            string
	WorkingDirectory string `yaml:"working-directory"`
	Env              map[string]string
	ContinueOnError  string `yaml:"continue-on-error"`
	TimeoutMinutes   string `yaml:"timeout-minutes"`
}

type defaults struct {
	Run struct {
		Shell            string
		WorkingDirectory string `yaml:"working-directory"`
	}
}

type strategy struct {
	Matrix      yaml.Node
	FailFast    string `yaml:"fail-fast"`
	MaxParallel string `yaml:"max-parallel"`
}

// words is a word or a list of words.
type words []string

// UnmarshalYAML takes both forms.
func (w *words) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*w = words{n.Value}
		return nil
	}
	return n.Decode((*[]string)(w))
}

type environment struct{ Name, URL string }

// UnmarshalYAML takes a name, or a mapping.
func (e *environment) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		e.Name = n.Value
		return nil
	}
	return n.Decode((*struct{ Name, URL string })(e))
}

// permissions of the job's token by scope; nil means that none are stated.
type permissions map[string]string

// UnmarshalYAML takes read-all, write-all or a mapping.
func (p *permissions) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*p = permissions{"*": strings.TrimSuffix(n.Value, "-all")}
		return nil
	}
	*p = permissions{}
	return n.Decode((*map[string]string)(p))
}

// trigger holds the filters of one event.
type trigger struct {
	Types          words
	Branches       words
	BranchesIgnore words `yaml:"branches-ignore"`
	Tags           words
	Paths          words // not looked at: a test says which event there is
	PathsIgnore    words `yaml:"paths-ignore"`
	Workflows      words
	Inputs         map[string]dispatchInput
}

type dispatchInput struct {
	Description string
	Required    bool
	Default     string
	Type        string
	Options     words
}

type triggers map[string]trigger

// UnmarshalYAML takes a word, a list of words or a mapping.
func (t *triggers) UnmarshalYAML(n *yaml.Node) error {
	*t = triggers{}
	if n.Kind != yaml.MappingNode {
		var list words
		if err := n.Decode(&list); err != nil {
			return err
		}
		for _, name := range list {
			(*t)[name] = trigger{}
		}
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		name, value := n.Content[i].Value, n.Content[i+1]
		var one trigger
		if value.Kind == yaml.MappingNode {
			if err := strictly(value, &one); err != nil {
				return err
			}
		}
		(*t)[name] = one // schedule has a list of times
	}
	return nil
}

// strictly decodes a node, refusing unknown keys.
func strictly(n *yaml.Node, into any) error {
	data, err := yaml.Marshal(n)
	if err != nil {
		return err
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	return dec.Decode(into)
}

// LoadWorkflow reads a workflow and refuses what this package does not know.
func LoadWorkflow(file string) (*Workflow, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the workflow: %w", err)
	}
	w := &Workflow{}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(w); err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	for id, job := range w.Jobs {
		for i, s := range job.Steps {
			if (s.Uses == "") == (s.Run == "") {
				return nil, fmt.Errorf("%s: step %d of the job %s has neither or both of uses and run", file, i+1, id)
			}
		}
	}
	return w, nil
}

// defaultTypes are the activities that start a workflow which names none.
var defaultTypes = map[string][]string{"pull_request": {"opened", "synchronize", "reopened"}, "pull_request_target": {"opened", "synchronize", "reopened"}}

// Starts says whether an event starts the workflow: by its name, activity and
// branch, and for workflow_run by the workflow's name.
func (w *Workflow) Starts(g GitHub) (bool, error) {
	on, ok := w.On[g.EventName]
	if !ok {
		return false, nil
	}
	g = g.filled()
	context, err := g.context("")
	if err != nil {
		return false, err
	}
	event := context["event"]
	types := []string(on.Types)
	if types == nil {
		types = defaultTypes[g.EventName]
	}
	if action := toString(property(event, "action")); types != nil && !slices.Contains(types, action) {
		return false, nil
	}
	if on.Workflows != nil && !slices.Contains(on.Workflows, toString(property(property(event, "workflow_run"), "name"))) {
		return false, nil
	}
	branch := g.BaseRef
	if branch == "" {
		branch, _ = g.refName()
	}
	matches := func(pattern string) bool {
		ok, err := path.Match(pattern, branch)
		return ok && err == nil
	}
	return (on.Branches == nil || slices.ContainsFunc(on.Branches, matches)) && !slices.ContainsFunc(on.BranchesIgnore, matches), nil
}
