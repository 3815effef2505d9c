package loader_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/config"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
)

// options are those of a sample project.
func options(p testparts.Project, language string) loader.Options {
	return loader.Options{Project: loader.Project{Root: p.Dir, Language: language}, Environ: p.Environ}
}

// heavy marks a test that runs the real toolchain: most of its time is waiting.
func heavy(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs compilers")
	}
	t.Parallel()
}

func write(t *testing.T, p testparts.Project, file, text string) {
	t.Helper()
	path := filepath.Join(p.Dir, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	os.Remove(path)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func appendTo(t *testing.T, p testparts.Project, file, text string) {
	t.Helper()
	old, err := os.ReadFile(filepath.Join(p.Dir, file))
	if err != nil {
		t.Fatal(err)
	}
	write(t, p, file, string(old)+"\n"+text)
}

func load(t *testing.T, o loader.Options) *loader.Result {
	t.Helper()
	got, err := loader.Load(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// encoded is a map in the form in which the fixtures are stored.
func encoded(t *testing.T, m *inframap.Map) string {
	t.Helper()
	data, err := inframap.Canonical(m.Masked())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func mustFail(t *testing.T, o loader.Options, want ...string) {
	t.Helper()
	got, err := loader.Load(t.Context(), o)
	if err == nil {
		t.Fatalf("loaded %s", encoded(t, got.Map))
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error lacks %q:\n%v", w, err)
		}
	}
}

// files lists a project without its dependencies.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(path, "node_modules") {
			return err
		}
		out = append(out, strings.TrimPrefix(path, dir+"/"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// mooseSmall is the map that the real Moose made of the small project.
func mooseSmall(t *testing.T) string {
	t.Helper()
	want, err := os.ReadFile("../../testdata/moose-0.6.533/small/infrastructure_map.json")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(want))
}

func TestTypeScriptHasTheMapOfMoose(t *testing.T) {
	heavy(t)
	p := testparts.TypeScriptProject(t, "small-ts")
	write(t, p, "app/unused.ts", "export const unused = 1;")
	before := files(t, p.Dir)
	o := options(p, loader.LanguageTypeScript)
	var steps []string
	o.Progress = func(s string) { steps = append(steps, s) }
	got := load(t, o)
	if diff := cmp.Diff(mooseSmall(t), encoded(t, got.Map)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Compiling TypeScript", "Reading declarations"}, steps); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"app/unused.ts"}, got.UnloadedFiles); diff != "" {
		t.Error(diff)
	}
	if got.ToolVersion != "0.6.533" || len(got.Warnings) > 0 {
		t.Errorf("version %s, warnings %q", got.ToolVersion, got.Warnings)
	}
	after := files(t, p.Dir)
	for _, f := range after {
		if !strings.HasPrefix(f, ".moose/") && !bytes.Contains([]byte(strings.Join(before, "\n")), []byte(f)) {
			t.Errorf("the run left %s behind", f)
		}
	}
}

func TestPythonAndTypeScriptGiveTheSameMap(t *testing.T) {
	heavy(t)
	got := encoded(t, load(t, options(testparts.PythonProject(t, "small-py"), loader.LanguagePython)).Map)
	want := strings.NewReplacer(
		"dist/app/index.js", "app/main.py",
		`"orchestration_worker_ts":{"supported_language":"Typescript"}`, `"orchestration_worker_python":{"supported_language":"Python"}`,
	).Replace(mooseSmall(t))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownLanguage(t *testing.T) {
	mustFail(t, loader.Options{Project: loader.Project{Language: "Cobol"}}, `the language "Cobol" is not known`)
}

func TestSourceDirMustStayInside(t *testing.T) {
	mustFail(t, loader.Options{Project: loader.Project{Language: "python", SourceDir: "../x"}}, "leads out of the project")
}

func TestFromConfig(t *testing.T) {
	root := filepath.Join(testparts.Root(t), "testdata", "projects", "small-py")
	p, err := config.Load(t.Context(), config.Options{Dir: root})
	if err != nil {
		t.Fatal(err)
	}
	want := loader.Project{Root: root, Language: loader.LanguagePython, SourceDir: "app", DefaultDatabase: "local", ManagementPort: 5001}
	if diff := cmp.Diff(want, loader.FromConfig(p)); diff != "" {
		t.Error(diff)
	}
}
