package runner_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/moose-migrate/moose-migrate/internal/runner"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

func load(t *testing.T, text string) (*runner.Action, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "action.yml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return runner.LoadAction(dir)
}

func TestAReleasedActionNamesItsImage(t *testing.T) {
	text, err := manifest.ActionYAML("docker://ghcr.io/moose-migrate/moose-migrate@sha256:1")
	if err != nil {
		t.Fatal(err)
	}
	action, err := load(t, string(text))
	if err != nil {
		t.Fatal(err)
	}
	image, err := action.Image(t.Context(), parts.Podman{}, nil)
	if err != nil || image != "ghcr.io/moose-migrate/moose-migrate@sha256:1" {
		t.Errorf("%s, %v", image, err)
	}
}

func TestActionsThatAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"runs: {using: node20, image: x}":               `of the kind "node20"`,
		"runs: {using: docker}":                         "names no image",
		"runs: {using: docker, image: x, network: y}":   "field network not found",
		"inputs: {a: {standard: b}}\nruns: {using: do}": "field standard not found",
		"": "reading action.yml",
	} {
		if _, err := load(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestTheReleaseBuildsTheTestedDockerfile compares what must agree between the
// Dockerfile, its context and the configuration of the release.
func TestTheReleaseBuildsTheTestedDockerfile(t *testing.T) {
	root := testparts.Root(t)
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	dockerfile := read("Dockerfile")
	for _, line := range []string{"ARG GO_IMAGE=" + parts.GoImage, "ARG NODE_IMAGE=" + parts.NodeImage} {
		if !strings.Contains(dockerfile, line+"\n") {
			t.Errorf("the Dockerfile lacks %q", line)
		}
	}
	var copied []string
	for _, m := range regexp.MustCompile(`(?m)^COPY ([^-].*) \S+$`).FindAllStringSubmatch(dockerfile, -1) {
		copied = append(copied, strings.Fields(m[1])...)
	}
	var release struct {
		Dockers []struct {
			Dockerfile string
			ExtraFiles []string          `yaml:"extra_files"`
			BuildArgs  map[string]string `yaml:"build_args"`
		} `yaml:"dockers_v2"`
	}
	if err := yaml.Unmarshal([]byte(read(".goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(read(".dockerignore")) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "!"); ok {
			kept = append(kept, name)
		}
	}
	image := release.Dockers[0]
	extra := slices.DeleteFunc(image.ExtraFiles, func(name string) bool { return name == ".dockerignore" })
	slices.Sort(copied)
	slices.Sort(extra)
	slices.Sort(kept)
	if image.Dockerfile != "Dockerfile" || !cmp.Equal(extra, copied) || !cmp.Equal(kept, copied) {
		t.Errorf("copied %q, released %q, kept in the context %q", copied, extra, kept)
	}
	for name := range image.BuildArgs {
		if !regexp.MustCompile(`(?m)^ARG ` + name + `\b`).MatchString(dockerfile) {
			t.Errorf("the Dockerfile has no ARG %s", name)
		}
	}
}
