package python

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

// oldest is the first Python that moose-lib runs on: it uses type statements.
var oldest = [2]int{3, 12}

// Interpreter is a Python that was found.
type Interpreter struct {
	// Path is what to run; it may be a link, and must not be resolved, because a
	// virtual environment is known by the path it is started with.
	Path string
	// Venv is the virtual environment that it belongs to, if any.
	Venv string
	// Version is [major, minor].
	Version [2]int
	// Lib is the version of the installed moose-lib, empty when it is not installed.
	Lib string
}

// find takes the first Python that is new enough and has moose-lib: the project's
// virtual environment, the active one, PATH, the versions of pyenv; of several on
// PATH or in pyenv the newest.
func find(ctx context.Context, r Request) (Interpreter, error) {
	const doing = "load the Python project"
	var seen []string
	var usable *Interpreter
	for _, c := range candidates(r) {
		p, err := probe(ctx, c, r.Root, r.Env)
		if ctx.Err() != nil {
			return Interpreter{}, isolate.Explain(doing, nil, context.Cause(ctx))
		}
		if err != nil {
			continue
		}
		switch {
		case slices.Compare(p.Version[:], oldest[:]) < 0:
			seen = append(seen, fmt.Sprintf("%s (%d.%d)", p.Path, p.Version[0], p.Version[1]))
		case p.Lib != "":
			return p, nil
		case usable == nil:
			usable = &p
		}
	}
	if usable != nil {
		return *usable, missing(doing, r.Root, *usable, "moose-lib is not installed for "+usable.Path)
	}
	what := fmt.Sprintf("no Python %d.%d or newer was found", oldest[0], oldest[1])
	if len(seen) > 0 {
		what += "; too old: " + strings.Join(seen, ", ")
	}
	return Interpreter{}, fault.New(doing, what, "Install one (in GitHub Actions: actions/setup-python), or make a virtual environment in "+filepath.Join(r.Root, ".venv")+".")
}

// candidates are files that may be a Python, best first, each only once.
func candidates(r Request) []Interpreter {
	var out []Interpreter
	add := func(path, venv string) {
		if info, err := os.Stat(path); err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return
		}
		if !slices.ContainsFunc(out, func(i Interpreter) bool { return i.Path == path }) {
			out = append(out, Interpreter{Path: path, Venv: venv})
		}
	}
	for _, venv := range []string{filepath.Join(r.Root, ".venv"), filepath.Join(r.Root, "venv"), r.Env["VIRTUAL_ENV"]} {
		if venv != "" {
			add(filepath.Join(venv, "bin", "python"), venv)
		}
	}
	dirs := filepath.SplitList(r.Env["PATH"])
	for _, dir := range dirs {
		add(filepath.Join(dir, "python3"), "")
	}
	for _, pattern := range []string{"python3.[0-9]*", "python"} {
		var found []string
		for _, dir := range dirs {
			m, _ := filepath.Glob(filepath.Join(dir, pattern))
			found = append(found, slices.DeleteFunc(m, func(p string) bool { return strings.Contains(filepath.Base(p), "-") })...)
		}
		for _, path := range newestFirst(found) {
			add(path, "")
		}
	}
	pyenv, _ := filepath.Glob(filepath.Join(r.Env["HOME"], ".pyenv", "versions", "*", "bin", "python3"))
	for _, path := range newestFirst(pyenv) {
		add(path, "")
	}
	return out
}

var minor = regexp.MustCompile(`3\.(\d+)`)

// newestFirst sorts by the minor version in the path.
func newestFirst(paths []string) []string {
	of := func(path string) int {
		m := minor.FindAllStringSubmatch(path, -1)
		if m == nil {
			return 0
		}
		n, _ := strconv.Atoi(m[len(m)-1][1])
		return n
	}
	slices.SortStableFunc(paths, func(a, b string) int { return cmp.Compare(of(b), of(a)) })
	return paths
}

const probeScript = `import json, sys
try:
    from importlib.metadata import version
    lib = version("moose-lib")
except Exception:
    lib = ""
print(json.dumps({"version": list(sys.version_info[:2]), "lib": lib}))`

// probe asks a candidate what it is.
func probe(ctx context.Context, p Interpreter, root string, env map[string]string) (Interpreter, error) {
	out, err := isolate.Run(ctx, isolate.Command{
		Path: p.Path, Args: []string{"-c", probeScript}, Dir: os.TempDir(), Owner: root,
		Env: isolate.List(env), MaxOutput: 1 << 16,
	})
	if err != nil {
		return p, err
	}
	var got struct {
		Version [2]int `json:"version"`
		Lib     string `json:"lib"`
	}
	if err := json.Unmarshal(out.Stdout, &got); err != nil {
		return p, err
	}
	p.Version, p.Lib = got.Version, got.Lib
	return p, nil
}

// missing is a dependency that is not installed.
func missing(doing, root string, python Interpreter, what string) *fault.Error {
	return fault.New(doing, what, "Run `"+installCommand(root, python.Path)+"` in "+root+" first.")
}

// installCommand is that of the tool whose lock file the project has; without one it
// is pip of the given Python, since the pip on PATH may belong to another.
func installCommand(root, python string) string {
	pip := python + " -m pip install "
	for _, m := range []struct{ file, command string }{
		{"uv.lock", "uv sync --locked"},
		{"poetry.lock", "poetry install"},
		{"Pipfile.lock", "pipenv sync"},
		{"requirements.txt", pip + "-r requirements.txt"},
	} {
		if _, err := os.Stat(filepath.Join(root, m.file)); err == nil {
			return m.command
		}
	}
	return pip + "."
}
