package loader_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader/partial"
)

// TestConvertAgreesWithTheMooseCLI gives the published Moose CLI and this package
// the same serializer output and compares the maps: the CLI runs tools that print
// the file instead of the project's.
func TestConvertAgreesWithTheMooseCLI(t *testing.T) {
	cli := testparts.MooseCLI(t)
	payload, err := os.ReadFile("partial/testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, sample, main string
		language           partial.Language
	}{
		{"TypeScript", "small-ts", "app/index.ts", partial.TypeScript},
		{"Python", "small-py", "app/main.py", partial.Python},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := cli.Project(t, tc.sample)
			in := strings.ReplaceAll(string(payload), "/project/", p.Dir+"/")
			environ := fakeTools(t, p, in)
			cmd := exec.CommandContext(t.Context(), cli.Bin, "check", "--write-infra-map")
			cmd.Dir, cmd.Env = p.Dir, environ
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("moose check: %v\n%s", err, out)
			}
			written, err := os.ReadFile(filepath.Join(p.Dir, ".moose", "infrastructure_map.json"))
			if err != nil {
				t.Fatal(err)
			}
			want, err := inframap.Decode(written)
			if err != nil {
				t.Fatal(err)
			}
			got, err := partial.Convert([]byte(in), partial.Options{
				Language: tc.language, MainFile: tc.main,
				DefaultDatabase: "local", Path: partial.Relative(p.Dir),
			})
			if err != nil {
				t.Fatal(err)
			}
			absolute := strings.ReplaceAll(encoded(t, want), `"abs_file_path":"`+p.Dir+"/", `"abs_file_path":"`)
			if diff := cmp.Diff(absolute, encoded(t, got.Map)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// fakeTools replaces what the CLI runs by scripts that print payload.
func fakeTools(t *testing.T, p testparts.Project, payload string) (environ []string) {
	t.Helper()
	if err := os.Remove(filepath.Join(p.Dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(p.Dir, "node_modules", ".bin")
	file := filepath.Join(p.Dir, "payload.json")
	show := `printf '%s ' ___MOOSE_STUFF___start; tr -d '\n' < '` + file + `'; echo ' end___MOOSE_STUFF___'`
	for name, script := range map[string]string{
		"moose-tspc":   "exit 0",
		"moose-runner": `if [ "$1" = print-version ]; then printf 0.6.533; exit 0; fi; ` + show,
		"python3":      `if [ "$1" = --version ]; then echo Python 3.13.0; exit 0; fi; ` + show,
	} {
		write(t, p, "node_modules/.bin/"+name, "#!/bin/sh\n"+script+"\n")
		if err := os.Chmod(filepath.Join(bin, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, p, "dist/app/index.js", "")
	write(t, p, "payload.json", payload)
	return append(p.Environ, "PATH="+bin+":"+os.Getenv("PATH"))
}
