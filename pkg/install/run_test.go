package install_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/install"
)

// secrets are in the environment of every test of this file, and in no child's.
var secrets = []string{
	"GITHUB_TOKEN=CANARY-1", "INPUT_GITHUB-TOKEN=CANARY-2", "MOOSE_CLICKHOUSE_CONFIG__PASSWORD=CANARY-3", "ACTIONS_RUNTIME_TOKEN=CANARY-4",
	"AWS_SECRET_ACCESS_KEY=CANARY-5", "DATABASE_URL=CANARY-6", "npm_config__auth=CANARY-7", "PIP_EXTRA_INDEX_URL=https://u:CANARY-8@localhost/",
}

func detect(t *testing.T, dir, root string) install.Plan {
	t.Helper()
	p, err := install.Detect(dir, root)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func needed(t *testing.T, p install.Plan, o install.Options) []string {
	t.Helper()
	missing, err := install.Needed(t.Context(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return missing
}

// fakeTool writes a program that stands for a package manager, and returns an environment that has only it.
func fakeTool(t *testing.T, name, script string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return append([]string{"PATH=" + dir, "HOME=" + dir}, secrets...)
}

// npmProject is a project with a local dependency whose scripts leave a file, locked
// so that no registry is asked.
func npmProject(t *testing.T) string {
	dir := tree(t, map[string]string{
		"package.json":      `{"name":"app","version":"1.0.0","scripts":{"postinstall":"touch ran-own"},"dependencies":{"dep":"file:./dep"}}`,
		"dep/package.json":  `{"name":"dep","version":"1.0.0","scripts":{"postinstall":"touch ../ran-dep","install":"touch ../ran-dep"}}`,
		"package-lock.json": `{"name":"app","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"app","version":"1.0.0","hasInstallScript":true,"dependencies":{"dep":"file:./dep"}},"dep":{"version":"1.0.0","hasInstallScript":true},"node_modules/dep":{"resolved":"dep","link":true}}}`,
	})
	return dir
}

func TestNPMInstallsFromTheLockFileAndRunsNoScript(t *testing.T) {
	dir := npmProject(t)
	p := detect(t, dir, dir)
	o := install.Options{Environ: append(os.Environ(), secrets...)}
	if diff := cmp.Diff([]string{"dep"}, needed(t, p, o)); diff != "" {
		t.Errorf("needed before: %s", diff)
	}
	if err := install.Run(t.Context(), p, o); err != nil {
		t.Fatal(err)
	}
	if missing := needed(t, p, o); len(missing) > 0 {
		t.Errorf("needed after: %v", missing)
	}
	for _, file := range []string{"ran-own", "ran-dep"} {
		if _, err := os.Stat(filepath.Join(dir, file)); err == nil {
			t.Errorf("a script ran: %s", file)
		}
	}
}

func TestNPMWithoutALockFileWritesNone(t *testing.T) {
	dir := npmProject(t)
	lock := filepath.Join(dir, "package-lock.json")
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	if err := install.Run(t.Context(), detect(t, dir, dir), install.Options{Environ: os.Environ()}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(lock); err == nil {
		t.Error("a lock file was written")
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules/dep/package.json")); err != nil {
		t.Error(err)
	}
}

func TestNPMSaysWhatToDoAboutAnOldLockFile(t *testing.T) {
	dir := npmProject(t)
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"name":"app","version":"1.0.0","dependencies":{"dep":"file:./dep","more":"file:./dep"}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	err := install.Run(t.Context(), detect(t, dir, dir), install.Options{Environ: os.Environ()})
	if err == nil || !strings.Contains(err.Error(), "Run `npm install` and commit the lock file.") {
		t.Errorf("error %v", err)
	}
}

// TestNPMInstallsASampleProject takes moose-lib from the registry.
func TestNPMInstallsASampleProject(t *testing.T) {
	dir := t.TempDir()
	sample := os.DirFS(filepath.Join(testparts.Root(t), "testdata", "projects", "small-ts"))
	if err := os.CopyFS(dir, sample); err != nil {
		t.Fatal(err)
	}
	p := detect(t, dir, dir)
	var out bytes.Buffer
	if err := install.Run(t.Context(), p, install.Options{Environ: os.Environ(), Output: &out}); err != nil {
		t.Fatal(err)
	}
	if missing := needed(t, p, install.Options{Environ: os.Environ()}); len(missing) > 0 {
		t.Errorf("missing: %v", missing)
	}
	if !strings.Contains(out.String(), "added ") {
		t.Errorf("output %q", out.String())
	}
}

func TestPipInstallsIntoTheProjectsEnvironment(t *testing.T) {
	dir := tree(t, map[string]string{
		"requirements.txt": "./lib\n",
		// The build writes down its whole environment.
		"lib/setup.py": "import os\nopen(os.path.join(os.environ['PIP_CANARY_OUT'], 'environ'), 'w').write(repr(dict(os.environ)))\n" +
			"from setuptools import setup\nsetup(name='tiny-lib', version='1.0', py_modules=['tiny'])\n",
		"lib/tiny.py": "answer = 42\n",
	})
	dump := t.TempDir()
	p := detect(t, dir, dir)
	o := install.Options{Environ: append(append(os.Environ(), secrets...), "PIP_CANARY_OUT="+dump)}
	if missing := needed(t, p, o); len(missing) == 0 {
		t.Error("nothing is needed before")
	}
	if err := install.Run(t.Context(), p, o); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(filepath.Join(dir, ".venv/bin/python"), "-c", "import tiny; print(tiny.answer)").CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "42" {
		t.Errorf("%s, %v", out, err)
	}
	env, err := os.ReadFile(filepath.Join(dump, "environ"))
	if err != nil || !bytes.Contains(env, []byte("PATH")) || bytes.Contains(env, []byte("CANARY-")) {
		t.Errorf("the build saw %s, %v", env, err)
	}
	if diff := cmp.Diff([]string{"moose-lib"}, needed(t, p, o)); diff != "" {
		t.Errorf("needed after: %s", diff)
	}
	if err := install.Run(t.Context(), p, o); err != nil {
		t.Errorf("a second time: %v", err)
	}
}

func TestNoSecretReachesTheChild(t *testing.T) {
	dir := npmProject(t)
	var out bytes.Buffer
	environ := append(fakeTool(t, "npm", "/usr/bin/env"), "NODE_AUTH_TOKEN=PASSED-ON-PURPOSE")
	err := install.Run(t.Context(), detect(t, dir, dir), install.Options{Environ: environ, Output: &out})
	if err != nil || !strings.Contains(out.String(), "PATH=") || strings.Contains(out.String(), "CANARY") || strings.Contains(out.String(), "NODE_AUTH_TOKEN") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestPassedCredentialsReachTheChildAndNoOutput(t *testing.T) {
	dir := npmProject(t)
	var out bytes.Buffer
	environ := append(fakeTool(t, "npm", `[ "$NODE_AUTH_TOKEN" = npm_s3cr3t ] || exit 9; echo "token $NODE_AUTH_TOKEN"; echo "see $PIP_INDEX_URL, pw s3cr3tpw"; exit 1`),
		"NODE_AUTH_TOKEN=npm_s3cr3t", "PIP_INDEX_URL=https://u:s3cr3tpw@localhost/simple")
	err := install.Run(t.Context(), detect(t, dir, dir), install.Options{Environ: environ, Output: &out, Pass: []string{"NODE_AUTH_TOKEN", "PIP_INDEX_URL"}})
	if err == nil || !strings.Contains(err.Error(), "exit code 1") {
		t.Fatalf("error %v", err)
	}
	for _, text := range []string{out.String(), err.Error()} {
		if strings.Contains(text, "s3cr3t") || !strings.Contains(text, "token ") {
			t.Errorf("%s", text)
		}
	}
}

func TestErrorsTeach(t *testing.T) {
	npm := map[string]string{"package.json": "{}", "package-lock.json": "{}"}
	pnpm := map[string]string{"package.json": "{}", "pnpm-lock.yaml": ""}
	yarn := map[string]string{"package.json": "{}", "yarn.lock": ""}
	poetry := map[string]string{"poetry.lock": ""}
	for name, c := range map[string]struct {
		files      map[string]string
		tool, said string
		want       string
	}{
		"no npm":           {npm, "other", "", "npm is not on the PATH\nInstall Node 20"},
		"no pnpm":          {pnpm, "other", "", "npm install -g corepack"},
		"no Python":        {map[string]string{"requirements.txt": ""}, "other", "", "no Python 3.12 or newer"},
		"npm lock":         {npm, "npm", "npm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.", "Run `npm install`"},
		"pnpm lock":        {pnpm, "pnpm", "ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with frozen-lockfile", "Run `pnpm install` and commit"},
		"yarn lock":        {yarn, "yarn", "error Your lockfile needs to be updated, but yarn was run with --frozen-lockfile.", "Run `yarn install` and commit"},
		"poetry lock":      {poetry, "poetry", "pyproject.toml changed significantly since poetry.lock was last generated. Run poetry lock to fix the lock file.", "Run `poetry lock` and commit"},
		"refused":          {npm, "npm", "npm error code E401", "list of variables to pass"},
		"certificate":      {npm, "npm", "npm error code SELF_SIGNED_CERT_IN_CHAIN", "NODE_EXTRA_CA_CERTS"},
		"network":          {npm, "npm", "npm error code ENOTFOUND", "HTTPS_PROXY"},
		"what was kept":    {npm, "npm", "boom", "Not passed to the package manager, because they hold a credential: PIP_EXTRA_INDEX_URL, npm_config__auth"},
		"workflow command": {npm, "npm", " ::error file=x::y\n##[set-env name=A]b", "\n  | ::error file=x::y\n  | ## [set-env"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, c.files)
			script := "cat <<'END'\n" + c.said + "\nEND\nexit 1"
			environ := fakeTool(t, c.tool, "PATH=/usr/bin:/bin; "+script)
			err := install.Run(t.Context(), detect(t, dir, dir), install.Options{Environ: environ})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v\nwant %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "CANARY") {
				t.Errorf("a secret: %v", err)
			}
		})
	}
}

func TestCorepackStandsIn(t *testing.T) {
	dir := tree(t, map[string]string{"package.json": "{}", "pnpm-lock.yaml": ""})
	var out bytes.Buffer
	environ := fakeTool(t, "corepack", `echo "corepack $* prompt=$COREPACK_ENABLE_DOWNLOAD_PROMPT"`)
	if err := install.Run(t.Context(), detect(t, dir, dir), install.Options{Environ: environ, Output: &out}); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "corepack pnpm install --frozen-lockfile --ignore-scripts prompt=0\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTimeIsBoundedAndNothingIsLeft(t *testing.T) {
	dir := npmProject(t)
	pid := filepath.Join(t.TempDir(), "pid")
	environ := fakeTool(t, "npm", "PATH=/usr/bin:/bin; sleep 300 & echo $! > "+pid+"; wait")
	err := install.Run(t.Context(), detect(t, dir, dir), install.Options{Environ: environ, Timeout: 500 * time.Millisecond})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "within 500ms") {
		t.Errorf("error %v", err)
	}
	id, err := os.ReadFile(pid)
	if err != nil {
		t.Fatal(err)
	}
	stat := ""
	for range 50 {
		data, err := os.ReadFile("/proc/" + strings.TrimSpace(string(id)) + "/stat")
		if stat = string(data); err != nil || strings.Contains(stat, ") Z ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("a grandchild still runs: %s", stat)
}
