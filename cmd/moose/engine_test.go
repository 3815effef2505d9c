package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"github.com/rogpeppe/go-internal/testscript"
	"gopkg.in/yaml.v3"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

// TestEngineScripts runs the program on the small Python project against the real
// engine; every script has a database of its own, named by $DB, $NATIVE and $HTTP. $ENGINE and
// $LIBRARY are what an embedded engine needs, $SCRATCH is one that runs already.
func TestEngineScripts(t *testing.T) {
	p := testparts.PythonProject(t, "small-py")
	ch := testparts.ClickHouse(t)
	program, library := testparts.EnginePrograms(t)
	files, err := filepath.Glob("testdata/engine/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			db := testparts.Database(t, ch)
			redis := testparts.Redis(t)
			one := params("", &p)
			one.Dir, one.Files = "", []string{file}
			setup := one.Setup
			one.Setup = func(env *testscript.Env) error {
				env.Setenv("DB", db)
				env.Setenv("NATIVE", ch.NativeURL(db))
				env.Setenv("HTTP", ch.HTTPURL(db))
				env.Setenv("REDIS", redis.URL())
				env.Setenv("ENGINE", program)
				env.Setenv("LIBRARY", library)
				env.Setenv("SCRATCH", testparts.Sandbox(t).NativeURL(""))
				env.Setenv("EXAMPLES", filepath.Join(testparts.Root(t), "examples"))
				return setup(env)
			}
			one.Cmds["sql"] = runSQL(ch.NativeURL(db))
			one.Cmds["redis"] = runRedis(redis.URL())
			one.Cmds["exits"] = exits
			one.Cmds["digest"] = setDigest
			one.Cmds["append"] = appendText
			one.Cmds["replace"] = replaceText
			one.Cmds["gitlab"] = runGitLabJob
			testscript.Run(t, one)
		})
	}
}

// runSQL runs one statement in the script's database.
func runSQL(url string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		target, err := dsn.ParseClickHouse(url)
		ts.Check(err)
		client, err := clickhouse.Open(context.Background(), target)
		ts.Check(err)
		ts.Check(client.Conn().Exec(context.Background(), args[0]))
		ts.Check(client.Close())
	}
}

// runRedis sends one command to the script's Redis.
func runRedis(url string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		options, err := goredis.ParseURL(url)
		ts.Check(err)
		client := goredis.NewClient(options)
		var words []any
		for _, arg := range args {
			words = append(words, arg)
		}
		ts.Check(client.Do(context.Background(), words...).Err())
		ts.Check(client.Close())
	}
}

// exits runs a command that must end with the given code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var failed *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &failed) {
		got = failed.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// runGitLabJob runs the script of a job of .gitlab-ci.yml in bash; it must end with the
// given code. The project's dependencies are there already, so before_script is left out.
func runGitLabJob(ts *testscript.TestScript, _ bool, args []string) {
	raw, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	var jobs map[string]yaml.Node
	ts.Check(yaml.Unmarshal(raw, &jobs))
	var job struct{ Script []string }
	node, ok := jobs[args[1]]
	if !ok {
		ts.Fatalf("%s has no job %s", args[0], args[1])
	}
	ts.Check(node.Decode(&job))
	exits(ts, false, []string{args[2], "bash", "-euo", "pipefail", "-c", strings.Join(job.Script, "\n")})
}

// appendText adds the second argument to the file named by the first.
func appendText(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	ts.Check(os.WriteFile(path, append(data, args[1]+"\n"...), 0o644))
}

// replaceText replaces a text that must be there, once or more, in a file.
func replaceText(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[2])
	data, err := os.ReadFile(path)
	ts.Check(err)
	changed := strings.ReplaceAll(string(data), args[0], args[1])
	if changed == string(data) {
		ts.Fatalf("%s has no %q", args[2], args[0])
	}
	ts.Check(os.WriteFile(path, []byte(changed), 0o644))
}
