package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/authtoken"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"moose": main})
}

// TestScripts runs the whole program where it needs no project's tools.
// MOOSE_UPDATE=1 writes the expected texts anew.
func TestScripts(t *testing.T) {
	testscript.Run(t, params("testdata/script", nil))
}

// TestTypeScriptScripts runs it on a real project, which is in $WORK/project.
func TestTypeScriptScripts(t *testing.T) {
	p := testparts.TypeScriptProject(t, "shop-ts")
	testscript.Run(t, params("testdata/typescript", &p))
}

// TestPythonScripts does the same in Python.
func TestPythonScripts(t *testing.T) {
	p := testparts.PythonProject(t, "small-py")
	testscript.Run(t, params("testdata/python", &p))
}

func params(dir string, project *testparts.Project) testscript.Params {
	return testscript.Params{
		Dir:           dir,
		UpdateScripts: os.Getenv("MOOSE_UPDATE") == "1",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			if project == nil {
				return nil
			}
			env.Setenv("NO_COLOR", "1")
			path := env.Getenv("PATH") // that of the program under test
			for _, pair := range project.Environ {
				if dirs, ok := strings.CutPrefix(pair, "PATH="); ok {
					env.Setenv("PATH", path+string(filepath.ListSeparator)+dirs)
				}
				if venv, ok := strings.CutPrefix(pair, "VIRTUAL_ENV="); ok {
					env.Setenv("VIRTUAL_ENV", venv)
				}
			}
			to := filepath.Join(env.WorkDir, "project")
			return os.CopyFS(to, os.DirFS(project.Dir))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"verify-token": verifyToken},
	}
}

// verifyToken checks the pair in a file as `moose generate hash-token` prints it.
func verifyToken(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	var token authtoken.Token
	if json.Unmarshal([]byte(text), &token) != nil {
		for line := range strings.Lines(text) {
			words := strings.Fields(line)
			switch {
			case strings.HasPrefix(strings.TrimSpace(line), "ENV API Key "):
				token.APIKeyHash = words[len(words)-1]
			case strings.HasPrefix(strings.TrimSpace(line), "Bearer Token "):
				token.BearerToken = words[len(words)-1]
			}
		}
	}
	if authtoken.Verify(token.BearerToken, token.APIKeyHash) == neg {
		ts.Fatalf("the pair in %s does not fit:\n%s", args[0], text)
	}
}

// testFactory has a home folder of its own and buffers for the streams.
func testFactory(t *testing.T) (f *cli.Factory, out, errs *bytes.Buffer) {
	t.Helper()
	out, errs = new(bytes.Buffer), new(bytes.Buffer)
	home := t.TempDir()
	return &cli.Factory{
		In: strings.NewReader(""), Out: out, Err: errs, Environ: map[string]string{"HOME": home}, Now: time.Now,
		Getwd: func() (string, error) { return home, nil }, Random: rand.Reader, Version: "1.2.3",
	}, out, errs
}

// execute runs one command line and returns what it wrote.
func execute(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	f, o, e := testFactory(t)
	code = run(t.Context(), f, args)
	return code, o.String(), e.String()
}

func TestAnInterruptedCommandExitsWith130(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f, _, errs := testFactory(t)
	if code := run(ctx, f, []string{"check"}); code != 130 || errs.String() != "Error: interrupted\n" {
		t.Errorf("%d %q", code, errs)
	}
}
