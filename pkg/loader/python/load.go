// Package python loads the declarations of a Python project with the project's
// own moose-lib: moose_lib.dmv2_serializer, started by a script that also writes
// where the objects are declared.
package python

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/loader/declared"
	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
	"github.com/moose-migrate/moose-migrate/pkg/loader/partial"
	"github.com/moose-migrate/moose-migrate/pkg/loader/sentinel"
)

// Request is one project to load.
type Request struct {
	// Root is the absolute path of the project; SourceDir lies in it ("app").
	Root, SourceDir string
	ManagementPort  int
	// Env is what isolate.Environ left of the environment.
	Env map[string]string
	// TempDir takes the files of this run; empty means the system's.
	TempDir string
	// Stderr gets the tools' standard error while they run; nil discards it.
	Stderr io.Writer
	// Progress is told when a step begins; nil is fine.
	Progress func(step string)
}

// Result is the serializer's output.
type Result struct {
	Payload  []byte
	Printed  []byte
	Warnings []string
	// Version is that of the installed moose-lib.
	Version string
	// Path makes source paths of the payload relative to the project.
	Path func(string) string
	// Declared is where the objects are declared, in files relative to the project.
	Declared map[declared.Object]declared.Place
}

//go:embed prelude/prelude.py
var prelude string

// Load runs the serializer.
func Load(ctx context.Context, r Request) (*Result, error) {
	const doing = "read the project's declarations"
	main := filepath.Join(r.SourceDir, "main.py")
	if _, err := os.Stat(filepath.Join(r.Root, main)); err != nil {
		return nil, fault.New("load the Python project", filepath.ToSlash(main)+" is missing in "+r.Root,
			"Is this the folder of a Moose project, and is source_dir in moose.config.toml right?")
	}
	python, err := find(ctx, r)
	if err != nil {
		return nil, err
	}
	if r.Progress != nil {
		r.Progress("Reading declarations")
	}
	temp, err := os.MkdirTemp(r.TempDir, "moose-migrate-python-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the serializer: %w", err)
	}
	defer os.RemoveAll(temp)
	if err := isolate.Give(r.Root, temp); err != nil {
		return nil, fmt.Errorf("make a folder for the serializer: %w", err)
	}
	declarations := filepath.Join(temp, declared.FileName)
	env := r.environ(python)
	env[declared.Variable] = declarations
	found, out, err := sentinel.Run(ctx, isolate.Command{
		Path: python.Path, Args: []string{"-u", "-c", prelude},
		Dir: r.Root, Env: isolate.List(env), Stderr: r.Stderr,
	}, partial.Sections)
	if err != nil {
		return nil, isolate.Explain(doing, out, err)
	}
	path := r.path()
	if found == nil {
		return nil, explain(doing, r.Root, python, path, out)
	}
	return &Result{
		Payload: found.Payload, Printed: found.Rest, Warnings: found.Warnings, Version: python.Lib, Path: path,
		Declared: declared.Read(declarations, r.Root, path),
	}, nil
}

// environ is the environment that Moose gives to the serializer (0.6.533).
func (r Request) environ(p Interpreter) map[string]string {
	env := maps.Clone(r.Env)
	if p.Venv != "" {
		env["VIRTUAL_ENV"] = p.Venv
	}
	var path []string
	if env["PYTHONPATH"] != "" {
		path = append(path, env["PYTHONPATH"])
	}
	if lib := filepath.Join(r.Root, "lib"); isDir(lib) {
		path = append(path, lib)
	}
	env["PYTHONPATH"] = strings.Join(append(path, ".moose"), string(filepath.ListSeparator))
	maps.Copy(env, map[string]string{
		"MOOSE_MANAGEMENT_PORT":   strconv.Itoa(r.ManagementPort),
		"MOOSE_SOURCE_DIR":        r.SourceDir,
		"IS_LOADING_INFRA_MAP":    "true",
		"PYTHONDONTWRITEBYTECODE": "1",
	})
	return env
}

func (r Request) path() func(string) string {
	roots := []string{r.Root}
	if real, err := filepath.EvalSymlinks(r.Root); err == nil && real != r.Root {
		roots = append(roots, real)
	}
	return partial.Relative(roots...)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
