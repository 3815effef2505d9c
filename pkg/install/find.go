package install

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

const doing = "install the project's dependencies"

// onPath is the first program of a name on the PATH of the children, not on that of
// this process; empty when there is none. Folders relative to the project do not count.
func onPath(env map[string]string, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	for _, dir := range filepath.SplitList(env["PATH"]) {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); filepath.IsAbs(dir) && err == nil && !info.IsDir() && info.Mode()&0o111 != 0 {
			return path
		}
	}
	return ""
}

// remedies say how to get a tool.
var remedies = map[string]string{
	"npm":    "Install Node 20 or newer, which brings npm (in GitHub Actions: actions/setup-node).",
	"pnpm":   "Install it with `npm install -g pnpm`, or Corepack with `npm install -g corepack` (in GitHub Actions: pnpm/action-setup).",
	"yarn":   "Install Corepack with `npm install -g corepack`, which fetches the version that package.json names.",
	"uv":     "Install it with `pip install uv` (in GitHub Actions: astral-sh/setup-uv).",
	"poetry": "Install it with `pipx install poetry`.",
	"pipenv": "Install it with `pipx install pipenv`.",
}

// tool resolves a command's program. pnpm and yarn come through Corepack when they are
// not installed themselves.
func tool(ctx context.Context, c Command, env map[string]string) (path string, args []string, err error) {
	if c.Name == pythonName {
		path, err = findPython(ctx, env)
		return path, c.Args, err
	}
	if path = onPath(env, c.Name); path != "" {
		return path, c.Args, nil
	}
	if corepack := onPath(env, "corepack"); corepack != "" && (c.Name == "pnpm" || c.Name == "yarn") {
		return corepack, append([]string{c.Name}, c.Args...), nil
	}
	return "", nil, fault.New(doing, c.Name+" is not on the PATH", remedies[c.Name])
}

// oldestPython is the first version that moose-lib runs on.
const oldestPython = 12

// findPython is the first Python 3.12 or newer on PATH, then among the versions of pyenv.
func findPython(ctx context.Context, env map[string]string) (string, error) {
	names := []string{"python3", "python"}
	for minor := oldestPython + 3; minor >= oldestPython; minor-- {
		names = append(names, fmt.Sprintf("python3.%d", minor))
	}
	var candidates []string
	for _, name := range names {
		if path := onPath(env, name); path != "" {
			candidates = append(candidates, path)
		}
	}
	pyenv, _ := filepath.Glob(filepath.Join(env["HOME"], ".pyenv", "versions", "3.1[2-9]*", "bin", "python3"))
	slices.Reverse(pyenv)
	for _, path := range append(candidates, pyenv...) {
		out, err := isolate.Run(ctx, isolate.Command{
			Path: path, Args: []string{"-c", fmt.Sprintf("import sys; print(sys.version_info[:2] >= (3, %d))", oldestPython)},
			Dir: os.TempDir(), Env: isolate.List(env), MaxOutput: 1 << 16,
		})
		if ctx.Err() != nil {
			return "", isolate.Explain(doing, nil, context.Cause(ctx))
		}
		if err == nil && strings.TrimSpace(string(out.Stdout)) == "True" {
			return path, nil
		}
	}
	return "", fault.New(doing, fmt.Sprintf("no Python 3.%d or newer was found", oldestPython), "Install one (in GitHub Actions: actions/setup-python).")
}
