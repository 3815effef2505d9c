package parts

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRedisNeedsAptAndRoot(t *testing.T) {
	m := newMachine(t)
	_, err := m.Redis(t.Context())
	unavailable(t, err, "no apt-get")

	m.program("apt-get", "exit 0")
	_, err = m.Redis(t.Context())
	unavailable(t, err, "needs root", "apt-get install redis-server")

	m.root = true
	_, err = m.Redis(t.Context())
	unavailable(t, err, "still not where it is expected")

	m.program("apt-get", `echo "E: Unable to locate package" >&2; exit 100`)
	_, err = m.Redis(t.Context())
	unavailable(t, err, "exit status 100", "Unable to locate package")
}

func TestChromiumIsFoundUnderEachName(t *testing.T) {
	m := newMachine(t)
	_, err := m.Chromium(t.Context())
	unavailable(t, err, "no apt-get", "chromium, fonts-dejavu-core")
	for _, name := range []string{"google-chrome", "chromium"} {
		m.program(name, "exit 0")
		if path, err := m.Chromium(t.Context()); err != nil || path != filepath.Join(m.bin, name) {
			t.Errorf("%s, %v", path, err)
		}
	}
}

func TestRedisIsInstalledOnce(t *testing.T) {
	m := newMachine(t)
	m.root = true
	m.program("apt-get", `[ "$1" = update ] || { printf '#!/bin/sh\n' > "$BIN/redis-server"; chmod +x "$BIN/redis-server"; }`)
	for range 2 {
		path, err := m.Redis(t.Context())
		if err != nil || path != filepath.Join(m.bin, "redis-server") {
			t.Fatalf("%s, %v", path, err)
		}
	}
	want := []string{"apt-get update", "apt-get install -y --no-install-recommends redis-server"}
	if calls := m.called(); !slices.Equal(calls, want) {
		t.Errorf("calls: %q", calls)
	}
}

// python is a program that says it is Python number v at path, and can make an
// environment whose own python installs into it.
func (m *machine) python(name, v string) {
	m.program(name, `case "$1" in
-I) echo `+v+`; echo "$0" ;;
-m) mkdir -p "$3/bin" "$3/lib"; printf '#!/bin/sh\nexit 0\n' > "$3/bin/python"; chmod +x "$3/bin/python"
    printf '#!%s/bin/python\n' "$3" > "$3/bin/tool" ;;
esac`)
}

func TestPythonTakesTheNewestAndIsAtHomeInTheCache(t *testing.T) {
	m := newMachine(t)
	m.python("python3", "3.11.7")
	m.python("python3.12", "3.12.9")
	m.python("python3.13", "3.13.0")
	m.program("python3.14", "echo 'not active' >&2; exit 127")
	got, err := m.Python(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(filepath.Base(got.Venv), "3.13.0") {
		t.Errorf("environment: %s", got.Venv)
	}
	tool, err := os.ReadFile(filepath.Join(got.Bin, "tool"))
	if want := "#!" + got.Venv + "/bin/python\n"; err != nil || string(tool) != want {
		t.Errorf("script: %q, %v; want %q", tool, err, want)
	}
}

func TestPythonTooOld(t *testing.T) {
	m := newMachine(t)
	m.python("python3", "3.11.7")
	_, err := m.Python(t.Context())
	unavailable(t, err, "no Python 3.12 or newer")
}

func TestMooseCLIBuildsTheBinding(t *testing.T) {
	m := newMachine(t)
	for _, name := range []string{"g++", "make", "python3"} {
		m.program(name, "")
	}
	m.program("npm", `[ "$1" = rebuild ] && echo "linking $CKJS_LINKING" >> '`+m.calls+`'; mkdir -p node_modules`)
	if !isFile("/usr/include/openssl/ssl.h") || !isFile("/usr/include/zlib.h") {
		if os.Getenv("MOOSE_TEST_STRICT") == "1" {
			t.Fatal("the headers of OpenSSL and zlib are not installed")
		}
		t.Skip("the headers of OpenSSL and zlib are not installed")
	}
	cli, err := m.MooseCLI(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !isDir(cli.NodeModules) || !strings.HasPrefix(cli.Bin, cli.NodeModules) {
		t.Errorf("%+v", cli)
	}
	calls := strings.Join(m.called(), "\n")
	if !strings.Contains(calls, "npm ci --ignore-scripts") || !strings.Contains(calls, "npm rebuild @514labs/kafka-javascript") || !strings.Contains(calls, "linking dynamic") {
		t.Errorf("calls:\n%s", calls)
	}
}

func TestTemporalIsInstalledWithGoOnce(t *testing.T) {
	m := newMachine(t, "GOFLAGS=-mod=vendor", "GOARCH=wasm")
	_, err := m.Temporal(t.Context())
	unavailable(t, err, "go is not on PATH")

	m.program("go", `echo "go: proxy says no" >&2; exit 1`)
	_, err = m.Temporal(t.Context())
	unavailable(t, err, "exit status 1", "proxy says no", "module proxy")

	m.program("go", "exit 0")
	_, err = m.Temporal(t.Context())
	unavailable(t, err, "left no program")
	if left := m.entries(); len(left) != 0 {
		t.Errorf("a failure left %v", left)
	}

	m.program("go", `[ -z "$GOFLAGS" ] && [ "$GOARCH" != wasm ] && echo x > "$GOBIN/temporal"`)
	for range 2 {
		path, err := m.Temporal(t.Context())
		if err != nil || !isFile(path) || !strings.Contains(path, TemporalVersion) {
			t.Fatalf("%s, %v", path, err)
		}
	}
	calls := m.called()
	if want := "go install -trimpath -ldflags=-s -w github.com/temporalio/cli/cmd/temporal@" + TemporalVersion; len(calls) != 3 || calls[2] != want {
		t.Errorf("calls: %q", calls)
	}
}

func TestPinsAgree(t *testing.T) {
	for _, pin := range []string{`"@514labs/moose-cli": "` + MooseVersion + `"`, `"@514labs/moose-lib": "` + MooseVersion + `"`} {
		if !strings.Contains(string(mooseCLIManifest), pin) || !strings.Contains(string(mooseCLILock), pin) {
			t.Errorf("locks/moose-cli does not pin %s", pin)
		}
	}
	if !strings.Contains(string(pythonConstraints), "moose_lib=="+MooseVersion+"\n") {
		t.Errorf("locks/python-constraints.txt does not pin moose_lib %s", MooseVersion)
	}
}

func TestNodeKey(t *testing.T) {
	m := newMachine(t)
	m.program("node", "echo v20.1.2")
	project := func(manifest, lock string) string {
		dir := t.TempDir()
		for name, text := range map[string]string{"package.json": manifest, "package-lock.json": lock} {
			if text == "" {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	key := func(manifest, lock string) string {
		k, err := m.nodeKey(t.Context(), project(manifest, lock))
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	base := key(`{"name":"a","dependencies":{"x":"1"}}`, `{"packages":{"":{"name":"a"},"node_modules/x":{"version":"1.0.0"}}}`)
	if other := key(`{"name":"b","dependencies":{"x":"1"}}`, `{"packages":{"":{"name":"b"},"node_modules/x":{"version":"1.0.0"}}}`); other != base {
		t.Error("the project's name changes the key")
	}
	for what, other := range map[string]string{
		"lock":         key(`{"dependencies":{"x":"1"}}`, `{"packages":{"node_modules/x":{"version":"1.0.1"}}}`),
		"dependencies": key(`{"dependencies":{"x":"2"}}`, `{"packages":{"node_modules/x":{"version":"1.0.0"}}}`),
		"no lock":      key(`{"dependencies":{"x":"1"}}`, ""),
	} {
		if other == base {
			t.Errorf("another %s has the same key", what)
		}
	}
	for _, broken := range []string{"", "{", "[]", "null garbage"} {
		if _, err := m.nodeKey(t.Context(), project(broken, "")); err == nil {
			t.Errorf("no error for package.json %q", broken)
		}
	}
}

func TestNodeModulesWithoutALock(t *testing.T) {
	m := newMachine(t)
	m.program("node", "echo v20.1.2")
	m.program("npm", "test -f package.json && mkdir node_modules")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	modules, err := m.NodeModules(t.Context(), dir)
	if err != nil || !isDir(modules) {
		t.Fatalf("%s, %v", modules, err)
	}
	if last := m.called()[1]; !strings.HasPrefix(last, "npm install --ignore-scripts") {
		t.Errorf("call: %s", last)
	}
}

func TestMask(t *testing.T) {
	for _, text := range []string{
		"https://user:hunter22@host/x",
		"//host/:_authToken=hunter22",
		`"_password": "hunter22"`,
		"Authorization: Bearer hunter22",
		"npm_hunter22hunter22hunter22",
		"pypi-hunter22hunter22hunter22",
		"https://host/simple?token=hunter22&a=b",
	} {
		if got := mask(text); strings.Contains(got, "hunter22") {
			t.Errorf("mask(%q) = %q", text, got)
		}
	}
	if plain := "npm error code E404 @chdb/lib@26 not found"; mask(plain) != plain {
		t.Errorf("mask changed %q to %q", plain, mask(plain))
	}
}

func TestPrune(t *testing.T) {
	m := newMachine(t)
	for _, name := range []string{"tool-old", "tool-new", "other-old"} {
		path := filepath.Join(m.Dir(), name)
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "old") {
			past := time.Now().Add(-48 * time.Hour)
			if err := os.Chtimes(path, past, past); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := m.Prune("tool", 24*time.Hour); err != nil {
		t.Fatal(err)
	}
	if left := m.entries(); !slices.Equal(left, []string{"other-old", "tool-new"}) {
		t.Errorf("left: %v", left)
	}
}

func FuzzMask(f *testing.F) {
	f.Add("https://u:", "@host")
	f.Add("_authToken=", "\n")
	f.Add("token: \"", "\"")
	f.Fuzz(func(t *testing.T, before, after string) {
		// However the rest looks, a URL's credentials do not come through.
		if got := mask(before + " https://u:hunter22@h " + after); strings.Contains(got, "hunter22") {
			t.Errorf("mask left it in %q", got)
		}
	})
}

func TestCacheThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{Environ: []string{EnvDir + "=" + filepath.Join(file, "cache")}}); err == nil || !strings.Contains(err.Error(), EnvDir) {
		t.Errorf("error: %v", err)
	}
}
