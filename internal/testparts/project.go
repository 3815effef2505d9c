package testparts

import (
	"os"
	"path/filepath"
	"testing"
)

// Project is a copy of a sample project, free to be changed.
type Project struct {
	Dir string
	// Environ is the environment to run its tools in: os.Environ with the
	// project's tools first on PATH.
	Environ []string
}

// TypeScriptProject copies testdata/projects/name and links its node_modules,
// which were installed without install scripts: the native Kafka binding of
// moose-lib is not there.
func TypeScriptProject(t testing.TB, name string) Project {
	t.Helper()
	s, err := store()
	need(t, err)
	modules, err := s.NodeModules(t.Context(), sample(t, name))
	need(t, err)
	return linked(t, name, modules, os.Environ())
}

// PythonProject copies testdata/projects/name; python and python3 on its PATH
// have moose-lib.
func PythonProject(t testing.TB, name string) Project {
	t.Helper()
	s, err := store()
	need(t, err)
	python, err := s.Python(t.Context())
	need(t, err)
	environ := append(os.Environ(), "VIRTUAL_ENV="+python.Venv, "PYTHONDONTWRITEBYTECODE=1")
	return Project{Dir: copySample(t, name), Environ: prependPath(environ, python.Bin)}
}

func sample(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(Root(t), "testdata", "projects", name)
}

func copySample(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.CopyFS(dir, os.DirFS(sample(t, name))); err != nil {
		t.Fatalf("copying the sample project %s: %v", name, err)
	}
	return dir
}

// linked copies a sample and links node_modules into it.
func linked(t testing.TB, name, modules string, environ []string) Project {
	t.Helper()
	p := Project{Dir: copySample(t, name)}
	link := filepath.Join(p.Dir, "node_modules")
	if err := os.Symlink(modules, link); err != nil {
		t.Fatalf("linking node_modules: %v", err)
	}
	p.Environ = prependPath(environ, filepath.Join(link, ".bin"))
	return p
}

func prependPath(environ []string, dir string) []string {
	return append(environ, "PATH="+dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
}
