package install

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

// Needed lists the dependencies that the project declares and that are not there, in
// a fixed order; none means that nothing has to be installed. It does not compare
// versions. For Python it asks the virtual environment, or the Python on PATH, in the
// environment of o.
func Needed(ctx context.Context, p Plan, o Options) ([]string, error) {
	switch p.Manager {
	case NPM, PNPM, Yarn, Berry:
		return p.missingNode()
	}
	return p.missingPython(ctx, o)
}

// missingNode looks for each package where Node does: in node_modules here and above.
func (p *Plan) missingNode() ([]string, error) {
	pkg, err := p.packageIn(p.Project)
	if err != nil {
		return nil, fmt.Errorf("look for installed packages: %w", err)
	}
	missing := []string{}
	for _, list := range []map[string]string{pkg.Dependencies, pkg.DevDependencies} {
		for name := range list {
			if !filepath.IsLocal(name) || !slices.ContainsFunc(p.folders(), func(dir string) bool {
				return exists(filepath.Join(dir, "node_modules", filepath.FromSlash(name)), "package.json")
			}) {
				missing = append(missing, name)
			}
		}
	}
	slices.Sort(missing)
	return slices.Compact(missing), nil
}

// requirement is the name at the start of a requirement such as "moose-lib[x]>=0.6; python_version>'3'".
var requirement = regexp.MustCompile(`^\s*([A-Za-z0-9][A-Za-z0-9._-]*)`)

const presentScript = `import importlib.metadata as m, json, sys
out = []
for name in sys.argv[1:]:
    try:
        m.version(name)
    except Exception:
        out.append(name)
print(json.dumps(out))`

func (p *Plan) missingPython(ctx context.Context, o Options) ([]string, error) {
	names := p.requirements()
	python := ""
	env, _ := Environ(o.Environ, nil)
	for _, venv := range []string{filepath.Join(p.Project, venvDir), filepath.Join(p.Project, "venv"), env["VIRTUAL_ENV"]} {
		if venv != "" && exists(filepath.Join(venv, "bin"), "python") {
			python = filepath.Join(venv, "bin", "python")
			break
		}
	}
	if python == "" {
		found, err := findPython(ctx, env)
		if err != nil {
			return names, nil //nolint:nilerr // without a Python nothing is installed; Run tells what to do
		}
		python = found
	}
	out, err := isolate.Run(ctx, isolate.Command{
		Path: python, Args: append([]string{"-c", presentScript}, names...), Dir: os.TempDir(), Owner: p.Project, Env: isolate.List(env), MaxOutput: 1 << 20,
	})
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("look for installed packages: %w", err)
		}
		return names, nil //nolint:nilerr // a Python that does not start has nothing
	}
	missing := []string{}
	if err := json.Unmarshal(out.Stdout, &missing); err != nil {
		return names, nil //nolint:nilerr // so has one that answers something else
	}
	return missing, nil
}

// requirements are the names of the packages that the project declares; moose-lib is
// always one.
func (p *Plan) requirements() []string {
	lines := []string{"moose-lib"}
	if data, err := p.read(p.Project, "requirements.txt"); err == nil {
		for _, line := range strings.Split(string(data), "\n") {
			if !strings.Contains(line, "://") && !strings.HasPrefix(strings.TrimSpace(line), ".") && !conditional(line) {
				lines = append(lines, line)
			}
		}
	}
	var project struct {
		Project struct {
			Dependencies []string `toml:"dependencies"`
		} `toml:"project"`
	}
	if data, err := p.read(p.Project, "pyproject.toml"); err == nil && toml.Unmarshal(data, &project) == nil {
		lines = append(lines, slices.DeleteFunc(project.Project.Dependencies, conditional)...)
	}
	var names []string
	for _, line := range lines {
		if m := requirement.FindStringSubmatch(line); m != nil && !strings.Contains(line[:len(m[0])], "/") {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// conditional reports whether a requirement holds on some machines only.
func conditional(line string) bool { return strings.Contains(line, ";") }
