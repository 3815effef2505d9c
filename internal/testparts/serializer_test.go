package testparts

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// serialized finds the serializer's JSON between its marks.
var serialized = regexp.MustCompile(`(?s)___MOOSE_STUFF___start(.*?)end___MOOSE_STUFF___`)

// TestSerializerOutputs runs Moose's own loaders over the sample projects and
// compares what they print with testdata/serializer. MOOSE_UPDATE=1 writes the
// files anew.
func TestSerializerOutputs(t *testing.T) {
	if testing.Short() {
		t.Skip("runs compilers")
	}
	t.Run("small-ts", func(t *testing.T) { checkOutput(t, "small-ts", typeScript(t, TypeScriptProject(t, "small-ts"))) })
	t.Run("shop-ts-main", func(t *testing.T) { checkOutput(t, "shop-ts-main", typeScript(t, TypeScriptProject(t, "shop-ts"))) })
	t.Run("shop-ts-pr", func(t *testing.T) {
		p := TypeScriptProject(t, "shop-ts")
		if err := os.Rename(filepath.Join(p.Dir, "pull-request", "index.ts"), filepath.Join(p.Dir, "app", "index.ts")); err != nil {
			t.Fatal(err)
		}
		checkOutput(t, "shop-ts-pr", typeScript(t, p))
	})
	t.Run("small-py", func(t *testing.T) {
		p := PythonProject(t, "small-py")
		checkOutput(t, "small-py", atProject(p, output(t, p, nil, "python", "-u", "-m", "moose_lib.dmv2_serializer")))
	})
}

// typeScript compiles and serialises a project. The native Kafka binding is
// replaced at require time.
func typeScript(t *testing.T, p Project) []byte {
	t.Helper()
	stub := filepath.Join(Root(t), "internal", "testparts", "testdata", "kafka-binding.js")
	env := []string{"NODE_OPTIONS=--require " + stub, "NODE_NO_WARNINGS=1"}
	output(t, p, env, "moose-tspc")
	return atProject(p, output(t, p, append(env, "MOOSE_USE_COMPILED=true"), "moose-runner", "dmv2-serializer"))
}

// atProject replaces the project's place by /project.
func atProject(p Project, text []byte) []byte {
	return bytes.ReplaceAll(text, []byte(p.Dir), []byte("/project"))
}

// output runs a program found on the project's PATH and returns what it prints.
func output(t *testing.T, p Project, env []string, program string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "env", append([]string{program}, args...)...)
	cmd.Dir = p.Dir
	cmd.Env = append(append(p.Environ, "MOOSE_SOURCE_DIR=app", "IS_LOADING_INFRA_MAP=true"), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", program, err, out, stderr.Bytes())
	}
	return out
}

func checkOutput(t *testing.T, name string, stdout []byte) {
	t.Helper()
	match := serialized.FindSubmatch(stdout)
	if match == nil {
		t.Fatalf("no serializer output in %q", stdout)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, bytes.TrimSpace(match[1]), "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	file := filepath.Join(Root(t), "testdata", "serializer", name+".json")
	if os.Getenv("MOOSE_UPDATE") == "1" {
		if err := os.WriteFile(file, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(pretty.Bytes(), want) {
		t.Errorf("the serializer's output differs from %s; MOOSE_UPDATE=1 writes it anew:\n%s", file, pretty.Bytes())
	}
}
