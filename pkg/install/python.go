package install

import (
	"fmt"
	"path/filepath"
)

// pythonName stands in a Plan for the Python that Run finds.
const pythonName = "python3"

// venvDir is the project's virtual environment, in which the loader looks first.
const venvDir = ".venv"

var pipInstall = []string{"-m", "pip", "install", "--no-input", "--disable-pip-version-check"}

// python plans for a Python project: a lock file decides, the nearest one; without one
// requirements.txt, then the package itself.
func (p *Plan) python() (Plan, error) {
	for _, dir := range p.folders() {
		for _, l := range []struct {
			file string
			plan func(dir string) Plan
		}{{"uv.lock", p.uv}, {"poetry.lock", p.poetry}, {"Pipfile.lock", p.pipenv}} {
			// Only uv keeps one lock file for several packages.
			if exists(dir, l.file) && (dir == p.Project || l.file == "uv.lock" && exists(p.Project, "pyproject.toml")) {
				p.Lock, p.Why = filepath.Join(dir, l.file), l.file+" in "+p.rel(dir)
				return l.plan(p.Project), nil
			}
		}
	}
	p.Manager = Pip
	python := filepath.Join(p.Project, venvDir, "bin", "python")
	venv := Command{Name: pythonName, Args: []string{"-m", "venv", venvDir}, Dir: p.Project}
	switch {
	case exists(p.Project, "requirements.txt"):
		p.Why = "requirements.txt in " + p.rel(p.Project)
		p.Commands = []Command{venv, {Name: python, Args: append(pipInstall[:len(pipInstall):len(pipInstall)], "-r", "requirements.txt"), Dir: p.Project}}
	case exists(p.Project, "pyproject.toml"), exists(p.Project, "setup.py"):
		p.Why = "pyproject.toml in " + p.rel(p.Project) + ", without a lock file"
		if !exists(p.Project, "pyproject.toml") {
			p.Why = "setup.py in " + p.rel(p.Project)
		}
		p.Commands = []Command{venv, {Name: python, Args: append(pipInstall[:len(pipInstall):len(pipInstall)], "."), Dir: p.Project}}
		p.Warnings = append(p.Warnings, "The project has no lock file, so every run may install other versions. Commit uv.lock, poetry.lock, or a requirements.txt with exact versions.")
	default:
		return Plan{}, fmt.Errorf("%w: the project %s has no requirements.txt, pyproject.toml, setup.py or lock file", ErrNothing, p.rel(p.Project))
	}
	return *p, nil
}

func (p *Plan) uv(dir string) Plan {
	p.Manager = UV
	p.Commands = []Command{{
		Name: "uv", Args: []string{"sync", "--frozen", "--no-progress"}, Dir: dir,
		// In a workspace uv would put it beside the lock file.
		Env: []string{"UV_PROJECT_ENVIRONMENT=" + filepath.Join(dir, venvDir)},
	}}
	return *p
}

func (p *Plan) poetry(dir string) Plan {
	p.Manager = Poetry
	p.Commands = []Command{{
		Name: "poetry", Args: []string{"install", "--no-interaction", "--no-root"}, Dir: dir,
		Env: []string{"POETRY_VIRTUALENVS_CREATE=true", "POETRY_VIRTUALENVS_IN_PROJECT=true"},
	}}
	return *p
}

func (p *Plan) pipenv(dir string) Plan {
	p.Manager = Pipenv
	p.Commands = []Command{{Name: "pipenv", Args: []string{"sync"}, Dir: dir, Env: []string{"PIPENV_VENV_IN_PROJECT=1", "PIPENV_NOSPIN=1"}}}
	return *p
}
