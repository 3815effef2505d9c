package manifest

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

const digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func getenv(env map[string]string) func(string) string {
	return func(name string) string { return env[name] }
}

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	action, err := ActionYAML("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("../../../docs/github-action.md")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := InsertTables(doc)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]byte{"../../../action.yml": action, "../../../docs/github-action.md": tables} {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is not what the table says; run go generate ./pkg/action/manifest (-want +got):\n%s", path, diff)
		}
	}
}

func TestActionYAMLSaysTheTable(t *testing.T) {
	text, err := ActionYAML("docker://ghcr.io/x/y@sha256:1")
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Inputs map[string]struct {
			Description string
			Required    bool
			Default     string
		}
		Outputs map[string]struct{ Description string }
		Runs    map[string]string
	}
	if err := yaml.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Inputs) != len(AllInputs()) || len(got.Outputs) != len(AllOutputs()) {
		t.Errorf("%d inputs, %d outputs", len(got.Inputs), len(got.Outputs))
	}
	for _, in := range AllInputs() {
		g := got.Inputs[in.Name]
		if g.Description != in.Description || g.Required != in.Required || g.Default != in.Default {
			t.Errorf("%s: %+v", in.Name, g)
		}
	}
	if want := map[string]string{"using": "docker", "image": "docker://ghcr.io/x/y@sha256:1"}; !cmp.Equal(got.Runs, want) {
		t.Errorf("runs: %v", got.Runs)
	}
}

func TestInsertTablesWantsItsMarkers(t *testing.T) {
	_, err := InsertTables([]byte("# A page\n"))
	if err == nil || !strings.Contains(err.Error(), "put them where") {
		t.Errorf("error: %v", err)
	}
}

func TestReadFillsInDefaults(t *testing.T) {
	got, err := Read(getenv(map[string]string{"INPUT_COMMAND": "plan"}))
	want := Inputs{Command: "plan", WorkingDirectory: ".", Environment: "production", Install: "auto", Save: "artifact", FailOn: ""}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestReadTakesEverySpelling(t *testing.T) {
	for _, sep := range []string{"-", "_"} {
		env := map[string]string{"INPUT_COMMAND": " migrate\n", "INPUT_DIGEST": strings.ToUpper(digest), "INPUT_CONFIG": "c.yml", "INPUT_TOKEN": "t"}
		for name, value := range map[string]string{
			"CLICKHOUSE-URL": "clickhouse://u:p@h/d", "REDIS-URL": "redis://h", "WORKING-DIRECTORY": "./services//shop/",
			"GITHUB-TOKEN": "ghs_x", "FAIL-ON": "warn", "ENVIRONMENT": "dev ü", "INSTALL": "false", "SAVE": "none",
		} {
			env["INPUT_"+strings.ReplaceAll(name, "-", sep)] = value
		}
		got, err := Read(getenv(env))
		want := Inputs{
			Command: "migrate", ClickHouseURL: "clickhouse://u:p@h/d", RedisURL: "redis://h", Token: "t", WorkingDirectory: "services/shop",
			Environment: "dev ü", GitHubToken: "ghs_x", Install: "false", Save: "none", FailOn: "warn", Config: "c.yml", Digest: digest,
		}
		if err != nil || got != want {
			t.Errorf("with %q: %+v, %v", sep, got, err)
		}
		if s := got.Secrets(); !cmp.Equal(s, []string{"clickhouse://u:p@h/d", "redis://h", "t", "ghs_x"}) {
			t.Errorf("secrets: %q", s)
		}
	}
}

func TestHyphensWinOverUnderscores(t *testing.T) {
	got, err := Read(getenv(map[string]string{"INPUT_COMMAND": "plan", "INPUT_FAIL-ON": "warn", "INPUT_FAIL_ON": "never"}))
	if err != nil || got.FailOn != "warn" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestReadSaysAllThatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		want []string
	}{
		{"no command", nil, []string{"the input command is missing", "plan, migrate, drift or check"}},
		{"unknown values", map[string]string{"INPUT_COMMAND": "apply", "INPUT_FAIL-ON": "error", "INPUT_SAVE": "yes", "INPUT_INSTALL": "maybe"}, []string{
			`command is "apply"; it can be plan, migrate, drift or check`, `fail-on is "error"; it can be block, warn or never`,
			`save is "yes"; it can be artifact, commit or none`, `install is "maybe"; it can be auto, true or false`,
		}},
		{"above the repository", map[string]string{"INPUT_COMMAND": "plan", "INPUT_WORKING-DIRECTORY": "a/../../b"}, []string{"inside the repository"}},
		{"absolute", map[string]string{"INPUT_COMMAND": "plan", "INPUT_WORKING-DIRECTORY": "/etc"}, []string{"inside the repository"}},
		{"two lines", map[string]string{"INPUT_COMMAND": "plan", "INPUT_ENVIRONMENT": "a\nb"}, []string{"environment must be one line"}},
		{"long", map[string]string{"INPUT_COMMAND": "plan", "INPUT_ENVIRONMENT": strings.Repeat("x", 101)}, []string{"at most 100 bytes"}},
		{"two targets", map[string]string{"INPUT_COMMAND": "plan", "INPUT_URL": "https://h", "INPUT_CLICKHOUSE-URL": "clickhouse://u:hunter22@h"}, []string{"exclude each other"}},
		{"map of migrate", map[string]string{"INPUT_COMMAND": "migrate", "INPUT_MAP": "m.json"}, []string{"the input map is for `command: plan`, not for migrate"}},
		{"digest of plan", map[string]string{"INPUT_COMMAND": "plan", "INPUT_DIGEST": digest}, []string{"the input digest is for `command: migrate`"}},
		{"half a digest", map[string]string{"INPUT_COMMAND": "migrate", "INPUT_DIGEST": digest[:12]}, []string{"64 hex digits"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Read(getenv(c.env))
			if err == nil || got != (Inputs{}) {
				t.Fatalf("%+v, %v", got, err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error lacks %q: %v", want, err)
				}
			}
			if strings.Contains(err.Error(), "hunter22") {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("plan", "clickhouse://u:hunter22@h", ".", "production", "")
	f.Add("migrate", "", "a/../b", "\x00", digest)
	f.Fuzz(func(t *testing.T, command, url, dir, environment, digest string) {
		v, err := Read(getenv(map[string]string{
			"INPUT_COMMAND": command, "INPUT_TOKEN": url, "INPUT_WORKING-DIRECTORY": dir, "INPUT_ENVIRONMENT": environment, "INPUT_DIGEST": digest,
		}))
		if err != nil {
			return
		}
		if !isLocal(v.WorkingDirectory) || strings.ContainsAny(v.Environment, "\r\n") || (v.Digest != "" && v.Command != CommandMigrate) {
			t.Errorf("accepted %+v", v)
		}
	})
}
