package runner_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"

	"github.com/moose-migrate/moose-migrate/internal/runner"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
)

// TestExamplesAreValid checks the examples with actionlint in a tree in which
// our action is a local one, so that its inputs and outputs are checked too.
func TestExamplesAreValid(t *testing.T) {
	root, tree := testparts.Root(t), t.TempDir()
	examples, err := filepath.Glob(filepath.Join(root, "examples", "workflows", "*.yml"))
	if err != nil || len(examples) == 0 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	files := map[string]string{"action.yml": "action.yml", "Dockerfile": "Dockerfile"}
	for _, path := range examples {
		files[filepath.Join(".github", "workflows", filepath.Base(path))] = filepath.Join("examples", "workflows", filepath.Base(path))
	}
	if err := os.MkdirAll(filepath.Join(tree, ".git"), 0o755); err != nil { // where actionlint sees the root
		t.Fatal(err)
	}
	for to, from := range files {
		data, err := os.ReadFile(filepath.Join(root, from))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(data), "uses: moose-migrate/moose-migrate@v1", "uses: ./")
		if filepath.Ext(from) == ".yml" && from != "action.yml" && text == string(data) {
			t.Errorf("%s does not use moose-migrate/moose-migrate@v1", from)
		}
		path := filepath.Join(tree, to)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	lint := func() []*actionlint.Error {
		t.Helper()
		linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{WorkingDir: tree})
		if err != nil {
			t.Fatal(err)
		}
		found, err := linter.LintRepository(tree)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	for _, problem := range lint() {
		t.Errorf("actionlint: %v", problem)
	}
	for _, path := range examples {
		if _, err := runner.LoadWorkflow(path); err != nil {
			t.Error(err)
		}
	}

	// The check itself: a wrong input and a wrong output are found.
	bad := "on: push\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps:\n      - {id: a, uses: ./, with: {command: plan, comand: plan}}\n      - run: echo ${{ steps.a.outputs.digset }}\n"
	if err := os.WriteFile(filepath.Join(tree, ".github", "workflows", "bad.yml"), []byte(bad), 0o644); err != nil {
		t.Fatal(err)
	}
	if found := lint(); len(found) != 2 {
		t.Errorf("of two mistakes actionlint finds %v", found)
	}
}
