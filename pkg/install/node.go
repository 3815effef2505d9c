package install

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// packageJSON is what matters here of a package.json.
type packageJSON struct {
	PackageManager  string            `json:"packageManager"`
	Workspaces      json.RawMessage   `json:"workspaces"`
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
}

func (p *Plan) packageIn(dir string) (*packageJSON, error) {
	data, err := p.read(dir, "package.json")
	if err != nil {
		return nil, err
	}
	pkg := &packageJSON{}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), pkg); err != nil {
		return nil, fmt.Errorf("package.json is not valid JSON: %w", err)
	}
	return pkg, nil
}

// manager is the name in "pnpm@9.1.0+sha512.…".
func (p *packageJSON) manager() string {
	name, _, _ := strings.Cut(p.PackageManager, "@")
	return name
}

// nodeLocks are the lock files, and the manager that writes each; npm prefers the shrinkwrap.
var nodeLocks = []struct {
	file, manager string
}{
	{"npm-shrinkwrap.json", "npm"},
	{"package-lock.json", "npm"},
	{"pnpm-lock.yaml", "pnpm"},
	{"yarn.lock", "yarn"},
	{"bun.lock", "bun"},
	{"bun.lockb", "bun"},
}

// node plans for a TypeScript project: the nearest lock file decides.
func (p *Plan) node() (Plan, error) {
	own, err := p.packageIn(p.Project)
	if errors.Is(err, fs.ErrNotExist) {
		return Plan{}, fmt.Errorf("%w: the TypeScript project %s has no package.json", ErrNothing, p.rel(p.Project))
	}
	if err != nil {
		return Plan{}, fmt.Errorf("look for the package manager of %s: %w", p.rel(p.Project), err)
	}
	for _, dir := range p.folders() {
		pkg := own
		if dir != p.Project {
			if pkg, err = p.packageIn(dir); err != nil || !p.isMember(dir, pkg) {
				continue // not the workspace of this project
			}
		}
		file, manager, err := p.lockIn(dir, pkg)
		if err != nil {
			return Plan{}, err
		}
		if file != "" {
			return p.locked(dir, file, manager)
		}
	}
	p.Manager, p.Why = NPM, "package.json in "+p.rel(p.Project)+", without a lock file"
	p.Commands = []Command{{Name: "npm", Args: []string{"install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"}, Dir: p.Project}}
	p.Warnings = append(p.Warnings, "The project has no lock file, so every run may install other versions. Run `npm install` and commit package-lock.json.")
	return *p, nil
}

// lockIn is the lock file of a folder, empty without one. When several managers left
// one, package.json says which counts.
func (p *Plan) lockIn(dir string, pkg *packageJSON) (file, manager string, err error) {
	var files, managers []string
	for _, l := range nodeLocks {
		if exists(dir, l.file) && !slices.Contains(managers, l.manager) {
			files, managers = append(files, l.file), append(managers, l.manager)
		}
	}
	if len(files) == 0 {
		return "", "", nil
	}
	stated := slices.Index(managers, pkg.manager())
	if len(files) > 1 && stated < 0 {
		return "", "", fmt.Errorf("%s has several lock files: %s. Delete those that are not in use, or name the package manager as \"packageManager\" in package.json",
			p.rel(dir), strings.Join(files, ", "))
	}
	return files[max(stated, 0)], managers[max(stated, 0)], nil
}

func (p *Plan) locked(dir, file, manager string) (Plan, error) {
	p.Lock = filepath.Join(dir, file)
	p.Why = file + " in " + p.rel(dir)
	switch manager {
	case "npm":
		p.Manager = NPM
		p.Commands = []Command{{Name: "npm", Args: []string{"ci", "--ignore-scripts", "--no-audit", "--no-fund"}, Dir: dir}}
	case "pnpm":
		p.Manager = PNPM
		p.Commands = []Command{{Name: "pnpm", Args: []string{"install", "--frozen-lockfile", "--ignore-scripts"}, Dir: dir, Env: corepackEnv}}
	case "yarn":
		return p.yarn(dir)
	default:
		return Plan{}, fmt.Errorf("%s has %s, and Bun is not supported here. Install the dependencies in a step before this one (oven-sh/setup-bun, then `bun install --frozen-lockfile --ignore-scripts`) and turn the installation off", p.rel(dir), file)
	}
	return *p, nil
}

// corepackEnv keeps Corepack from asking before it fetches a package manager.
var corepackEnv = []string{"COREPACK_ENABLE_DOWNLOAD_PROMPT=0"}

// yarn tells version 1, whose lock file says so in its first lines, from the later ones.
func (p *Plan) yarn(dir string) (Plan, error) {
	data, err := p.read(dir, "yarn.lock")
	if err != nil {
		return Plan{}, fmt.Errorf("read %s: %w", p.rel(p.Lock), err)
	}
	if bytes.Contains(data, []byte("\n__metadata:")) || bytes.HasPrefix(data, []byte("__metadata:")) {
		p.Manager = Berry
		p.Commands = []Command{{
			Name: "yarn", Args: []string{"install", "--immutable", "--mode=skip-build"}, Dir: dir,
			// The compiler looks for node_modules.
			Env: append([]string{"YARN_NODE_LINKER=node-modules", "YARN_ENABLE_TELEMETRY=0"}, corepackEnv...),
		}}
		return *p, nil
	}
	p.Manager = Yarn
	p.Commands = []Command{{Name: "yarn", Args: []string{"install", "--frozen-lockfile", "--ignore-scripts", "--non-interactive"}, Dir: dir, Env: corepackEnv}}
	return *p, nil
}
