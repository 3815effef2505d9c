package install_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/install"
)

// tree writes files, "name → content", and returns the folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	noScripts = " --ignore-scripts"
	quiet     = " --no-audit --no-fund"
	pip       = " -m pip install --no-input --disable-pip-version-check "
)

func TestDetect(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		dir   string
		// want are the commands, each after its folder; {venv} is the Python of the project's environment.
		want    []string
		manager install.Manager
		why     string
		warning string
	}{
		"package-lock.json": {
			files: map[string]string{"package.json": "{}", "package-lock.json": "{}"}, manager: install.NPM,
			want: []string{".: npm ci" + noScripts + quiet}, why: "package-lock.json in .",
		},
		"npm-shrinkwrap.json comes before package-lock.json": {
			files: map[string]string{"package.json": "{}", "package-lock.json": "{}", "npm-shrinkwrap.json": "{}"}, manager: install.NPM,
			want: []string{".: npm ci" + noScripts + quiet}, why: "npm-shrinkwrap.json in .",
		},
		"pnpm": {
			files: map[string]string{"package.json": "{}", "pnpm-lock.yaml": ""}, manager: install.PNPM,
			want: []string{".: pnpm install --frozen-lockfile" + noScripts}, why: "pnpm-lock.yaml in .",
		},
		"yarn 1": {
			files: map[string]string{"package.json": "{}", "yarn.lock": "# yarn lockfile v1\n"}, manager: install.Yarn,
			want: []string{".: yarn install --frozen-lockfile" + noScripts + " --non-interactive"}, why: "yarn.lock in .",
		},
		"yarn berry": {
			files: map[string]string{"package.json": "{}", "yarn.lock": "# generated\n\n__metadata:\n  version: 8\n"}, manager: install.Berry,
			want: []string{".: yarn install --immutable --mode=skip-build"}, why: "yarn.lock in .",
		},
		"packageManager decides between lock files": {
			files: map[string]string{"package.json": `{"packageManager":"pnpm@9.1.0+sha512.ab"}`, "pnpm-lock.yaml": "", "package-lock.json": "{}"}, manager: install.PNPM,
			want: []string{".: pnpm install --frozen-lockfile" + noScripts}, why: "pnpm-lock.yaml in .",
		},
		"no lock file": {
			files: map[string]string{"package.json": "{}"}, manager: install.NPM,
			want: []string{".: npm install --no-save" + noScripts + quiet}, why: "package.json in ., without a lock file", warning: "no lock file",
		},
		"workspace of npm": {
			files: map[string]string{
				"package.json": `{"workspaces":["packages/*"]}`, "package-lock.json": "{}", "packages/a/package.json": "{}",
			}, dir: "packages/a", manager: install.NPM,
			want: []string{".: npm ci" + noScripts + quiet}, why: "package-lock.json in .",
		},
		"workspace of yarn, as an object, with **": {
			files: map[string]string{
				"package.json": `{"workspaces":{"packages":["./services/**"]}}`, "yarn.lock": "", "services/x/y/package.json": "{}",
			}, dir: "services/x/y", manager: install.Yarn,
			want: []string{".: yarn install --frozen-lockfile" + noScripts + " --non-interactive"}, why: "yarn.lock in .",
		},
		"workspace of pnpm": {
			files: map[string]string{
				"package.json": "{}", "pnpm-workspace.yaml": "packages:\n  - 'apps/*'\n  - '!apps/old'\n", "pnpm-lock.yaml": "", "apps/a/package.json": "{}",
			}, dir: "apps/a", manager: install.PNPM,
			want: []string{".: pnpm install --frozen-lockfile" + noScripts}, why: "pnpm-lock.yaml in .",
		},
		"excluded from a workspace": {
			files: map[string]string{
				"package.json": "{}", "pnpm-workspace.yaml": "packages:\n  - 'apps/*'\n  - '!apps/old'\n", "pnpm-lock.yaml": "", "apps/old/package.json": "{}",
			}, dir: "apps/old", manager: install.NPM,
			want: []string{"apps/old: npm install --no-save" + noScripts + quiet}, why: "package.json in apps/old, without a lock file", warning: "no lock file",
		},
		"a lock file above that is not the project's workspace": {
			files: map[string]string{"package.json": "{}", "package-lock.json": "{}", "data/package.json": "{}"}, dir: "data", manager: install.NPM,
			want: []string{"data: npm install --no-save" + noScripts + quiet}, why: "package.json in data, without a lock file", warning: "no lock file",
		},
		"own lock file in a workspace": {
			files: map[string]string{
				"package.json": `{"workspaces":["*"]}`, "package-lock.json": "{}", "a/package.json": "{}", "a/pnpm-lock.yaml": "",
			}, dir: "a", manager: install.PNPM,
			want: []string{"a: pnpm install --frozen-lockfile" + noScripts}, why: "pnpm-lock.yaml in a",
		},
		"requirements.txt": {
			files: map[string]string{"requirements.txt": "moose-lib\n", "pyproject.toml": "", "setup.py": ""}, manager: install.Pip,
			want: []string{".: python3 -m venv .venv", ".: {venv}" + pip + "-r requirements.txt"}, why: "requirements.txt in .",
		},
		"pyproject.toml": {
			files: map[string]string{"pyproject.toml": ""}, manager: install.Pip,
			want: []string{".: python3 -m venv .venv", ".: {venv}" + pip + "."}, why: "pyproject.toml in ., without a lock file", warning: "no lock file",
		},
		"setup.py": {
			files: map[string]string{"setup.py": ""}, manager: install.Pip,
			want: []string{".: python3 -m venv .venv", ".: {venv}" + pip + "."}, why: "setup.py in .", warning: "no lock file",
		},
		"uv": {
			files: map[string]string{"pyproject.toml": "", "uv.lock": "", "requirements.txt": ""}, manager: install.UV,
			want: []string{".: uv sync --frozen --no-progress"}, why: "uv.lock in .",
		},
		"workspace of uv": {
			files: map[string]string{"pyproject.toml": "", "uv.lock": "", "a/pyproject.toml": ""}, dir: "a", manager: install.UV,
			want: []string{"a: uv sync --frozen --no-progress"}, why: "uv.lock in .",
		},
		"poetry": {
			files: map[string]string{"pyproject.toml": "", "poetry.lock": ""}, manager: install.Poetry,
			want: []string{".: poetry install --no-interaction --no-root"}, why: "poetry.lock in .",
		},
		"pipenv": {
			files: map[string]string{"Pipfile": "", "Pipfile.lock": "{}"}, manager: install.Pipenv,
			want: []string{".: pipenv sync"}, why: "Pipfile.lock in .",
		},
		"a Python project with a package.json for its tools": {
			files: map[string]string{"moose.config.toml": "language = \"Python\"\n", "package.json": "{}", "requirements.txt": ""}, manager: install.Pip,
			want: []string{".: python3 -m venv .venv", ".: {venv}" + pip + "-r requirements.txt"}, why: "requirements.txt in .",
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, c.files)
			project := filepath.Join(root, c.dir)
			p, err := install.Detect(project, root)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, command := range p.Commands {
				rel, err := filepath.Rel(root, command.Dir)
				if err != nil {
					t.Fatal(err)
				}
				text := strings.ReplaceAll(command.String(), filepath.Join(project, ".venv/bin/python"), "{venv}")
				got = append(got, rel+": "+text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if p.Manager != c.manager || p.Why != c.why {
				t.Errorf("manager %q because of %q", p.Manager, p.Why)
			}
			if warnings := strings.Join(p.Warnings, "\n"); (c.warning == "") != (warnings == "") || !strings.Contains(warnings, c.warning) {
				t.Errorf("warnings %q", warnings)
			}
		})
	}
}

func TestDetectTeaches(t *testing.T) {
	outside := tree(t, map[string]string{"package.json": "{}"})
	for name, c := range map[string]struct {
		files map[string]string
		dir   string
		want  string
	}{
		"no file at all":       {want: "no requirements.txt"},
		"no package.json":      {files: map[string]string{"moose.config.toml": `language = "Typescript"`}, want: "has no package.json"},
		"broken package.json":  {files: map[string]string{"package.json": "{"}, want: "package.json is not valid JSON"},
		"two lock files":       {files: map[string]string{"package.json": "{}", "yarn.lock": "", "package-lock.json": ""}, want: "several lock files: package-lock.json, yarn.lock. Delete"},
		"bun":                  {files: map[string]string{"package.json": "{}", "bun.lock": ""}, want: "Bun is not supported"},
		"no folder":            {dir: "missing", want: "is no folder"},
		"outside of the root":  {dir: "../" + filepath.Base(filepath.Dir(outside)), want: "lies outside of the repository"},
		"package.json too big": {files: map[string]string{"package.json": strings.Repeat(" ", 64<<20+1)}, want: "64 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, c.files)
			dir := filepath.Join(root, c.dir)
			if name == "outside of the root" {
				dir = outside
			}
			if _, err := install.Detect(dir, root); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	if _, err := install.Detect(t.TempDir(), ""); !errors.Is(err, install.ErrNothing) {
		t.Errorf("error %v", err)
	}
}

func TestLinksOutOfTheRepositoryAreNotRead(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("TOPSECRET==1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.Symlink(secret, filepath.Join(root, "requirements.txt")); err != nil {
		t.Fatal(err)
	}
	p, err := install.Detect(root, root)
	if err != nil {
		t.Fatal(err)
	}
	missing, err := install.Needed(t.Context(), p, install.Options{})
	if err != nil || strings.Contains(strings.Join(missing, " "), "SECRET") {
		t.Errorf("missing %q, %v", missing, err)
	}
}
