package interop

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
)

// ways are the connections and stores that a project migrates over.
var ways = []struct {
	name        string
	http, redis bool
}{{"native", false, false}, {"http", true, false}, {"redis", false, true}}

func TestTypeScriptAndPythonMigrateFromEmpty(t *testing.T) {
	for _, language := range []string{"small-ts", "small-py"} {
		for _, way := range ways {
			t.Run(language+"/"+way.name, func(t *testing.T) {
				t.Parallel()
				p := newPlace(t, way.redis)
				project := sample(t, language)
				p.prepare(t, project)
				moose(t, p, project, way.http, 0, "generate", "migration", "--save")
				moose(t, p, project, way.http, 0, "migrate")
				moose(t, p, project, way.http, 0, "plan", "--detailed-exitcode")
			})
		}
	}
}

func sample(t *testing.T, name string) testparts.Project {
	t.Helper()
	if name == "small-py" {
		return testparts.PythonProject(t, name)
	}
	return testparts.TypeScriptProject(t, name)
}

// where are the members that tell where and in which language something was written.
var where = []string{"metadata", "source_file", "file_path", "abs_file_path", "language", "executable", "orchestration_workers"}

// withoutWhere removes them from decoded JSON at any depth.
func withoutWhere(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range where {
			delete(v, name)
		}
		for _, member := range v {
			withoutWhere(member)
		}
	case []any:
		for _, element := range v {
			withoutWhere(element)
		}
	}
	return v
}

func TestTypeScriptAndPythonDeclareTheSame(t *testing.T) {
	t.Parallel()
	var maps [2]any
	for i, name := range []string{"small-ts", "small-py"} {
		project := sample(t, name)
		language := []string{loader.LanguageTypeScript, loader.LanguagePython}[i]
		result, err := loader.Load(t.Context(), loader.Options{
			Project: loader.Project{Root: project.Dir, Language: language}, Environ: project.Environ,
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Map.Tables) != 2 {
			t.Fatalf("%s declares %d tables", name, len(result.Map.Tables))
		}
		data, err := inframap.Canonical(result.Map)
		if err != nil {
			t.Fatal(err)
		}
		var decoded any
		if err := json.Unmarshal(data, &decoded); err != nil {
			t.Fatal(err)
		}
		maps[i] = withoutWhere(decoded)
	}
	if diff := cmp.Diff(maps[0], maps[1]); diff != "" {
		t.Errorf("the two languages differ: %s", diff)
	}
}
