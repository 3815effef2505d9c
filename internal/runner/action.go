package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// Action is an action.yml of a container action.
type Action struct {
	Name        string
	Description string
	Author      string
	Branding    map[string]string
	Inputs      map[string]ActionInput
	Outputs     map[string]ActionOutput
	Runs        Runs

	dir string
}

// ActionInput is one of the action's inputs.
type ActionInput struct {
	Description        string
	Required           bool
	Default            string // may hold ${{ }}
	DeprecationMessage string `yaml:"deprecationMessage"`
}

// ActionOutput is one of the action's outputs.
type ActionOutput struct{ Description string }

// Runs says how the container is started.
type Runs struct {
	Using      string
	Image      string
	Entrypoint string
	Args       []string
	Env        map[string]string
}

// LoadAction reads the action.yml in dir. It refuses what it does not know.
func LoadAction(dir string) (*Action, error) {
	text, err := os.ReadFile(filepath.Join(dir, "action.yml"))
	if err != nil {
		return nil, fmt.Errorf("reading the action: %w", err)
	}
	a := &Action{dir: dir}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(a); err != nil {
		return nil, fmt.Errorf("reading action.yml: %w", err)
	}
	switch {
	case a.Runs.Using != "docker":
		return nil, fmt.Errorf("action.yml is of the kind %q; this runner knows docker", a.Runs.Using)
	case a.Runs.Image == "":
		return nil, errors.New("action.yml names no image")
	}
	return a, nil
}

// Image is the image of the action, built from its Dockerfile if that is what
// it names. args are further arguments of `podman build`, as a tag or a volume.
func (a *Action) Image(ctx context.Context, p parts.Podman, environ []string, args ...string) (string, error) {
	if image, ok := strings.CutPrefix(a.Runs.Image, "docker://"); ok {
		return image, nil
	}
	file := filepath.Join(a.dir, a.Runs.Image)
	idFile, err := os.CreateTemp("", "image-id-")
	if err != nil {
		return "", fmt.Errorf("building the image: %w", err)
	}
	defer os.Remove(idFile.Name())
	defer idFile.Close()
	args = append([]string{"build", "--isolation=chroot", "--pull=never", "--iidfile", idFile.Name(), "-f", file}, args...)
	cmd := p.Command(ctx, environ, append(args, filepath.Dir(file))...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the image of %s: %w\n%s", file, err, out)
	}
	id, err := os.ReadFile(idFile.Name())
	if err != nil {
		return "", fmt.Errorf("building the image: %w", err)
	}
	return strings.TrimPrefix(strings.TrimSpace(string(id)), "sha256:"), nil
}

// with returns the INPUT_ variables of a step: its values, and the defaults of
// the others. Names that the action does not have are refused, where GitHub
// only warns.
func (a *Action) with(values map[string]string, scope Scope) (map[string]string, error) {
	given := map[string]string{}
	for name, value := range values {
		name = strings.ToLower(name)
		if _, ok := a.Inputs[name]; !ok {
			return nil, fmt.Errorf("the action has no input %q", name)
		}
		given[name] = value
	}
	env := map[string]string{}
	for name, in := range a.Inputs {
		value, ok := given[name]
		if !ok {
			var err error
			if value, err = scope.Interpolate(in.Default); err != nil {
				return nil, fmt.Errorf("the default of the input %s: %w", name, err)
			}
		}
		given[name] = value
		env["INPUT_"+strings.ToUpper(strings.ReplaceAll(name, " ", "_"))] = value
	}
	return env, nil
}

// args evaluates runs.args, in which inputs.x are the values of the step.
func (a *Action) args(inputs map[string]string, scope Scope) ([]string, error) {
	inner := Scope{"inputs": anyMap(inputs), "github": scope["github"], "env": scope["env"]}
	var out []string
	for _, text := range a.Runs.Args {
		arg, err := inner.Interpolate(text)
		if err != nil {
			return nil, fmt.Errorf("the arguments of the action: %w", err)
		}
		out = append(out, arg)
	}
	return out, nil
}

func anyMap[V any](m map[string]V) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	return out
}
