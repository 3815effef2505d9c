package loader_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
	"github.com/moose-migrate/moose-migrate/pkg/loader/sentinel"
)

const mainPy = "app/main.py"

func smallPy(t *testing.T) (testparts.Project, loader.Options) {
	t.Helper()
	heavy(t)
	p := testparts.PythonProject(t, "small-py")
	return p, options(p, loader.LanguagePython)
}

func TestRaisingMainFile(t *testing.T) {
	p, o := smallPy(t)
	write(t, p, "app/helper.py", "\ndef boom():\n    raise RuntimeError('kaboom\\nsecond line')\n")
	appendTo(t, p, mainPy, "from app.helper import boom\nboom()")
	mustFail(t, o, "read the project's declarations: app/helper.py:3: RuntimeError: kaboom\nsecond line")
}

func TestPythonSyntaxError(t *testing.T) {
	p, o := smallPy(t)
	write(t, p, mainPy, "x = 1\nx = = 2\n")
	mustFail(t, o, "app/main.py:2: SyntaxError")
}

func TestExitingMainFile(t *testing.T) {
	p, o := smallPy(t)
	appendTo(t, p, mainPy, "import sys\nsys.exit(0)")
	mustFail(t, o, "printed no declarations", "sys.exit")
}

func TestMissingPythonPackages(t *testing.T) {
	p, o := smallPy(t)
	t.Run("one", func(t *testing.T) {
		appendTo(t, p, mainPy, "import no_such_package.part")
		mustFail(t, o, "app/main.py:", "the package no_such_package is not installed", "python", " -m pip install -r requirements.txt` in "+p.Dir)
	})
	t.Run("moose-lib", func(t *testing.T) {
		python, err := filepath.Glob(filepath.Join(os.Getenv("HOME"), ".pyenv", "versions", "3.1[2-9]*", "bin"))
		if err != nil || len(python) == 0 {
			t.Skip("no Python 3.12 or newer beside the one with moose-lib")
		}
		o.Environ = []string{"PATH=" + python[0], "HOME=/nonexistent"}
		mustFail(t, o, "moose-lib is not installed for "+python[0], "Run `"+python[0], " -m pip install -r requirements.txt`")
	})
	t.Run("Python", func(t *testing.T) {
		bin := t.TempDir()
		old := "#!/bin/sh\necho '{\"version\": [3, 9], \"lib\": \"\"}'\n"
		if err := os.WriteFile(filepath.Join(bin, "python3"), []byte(old), 0o755); err != nil {
			t.Fatal(err)
		}
		o.Environ = []string{"PATH=" + bin, "HOME=/nonexistent"}
		mustFail(t, o, "no Python 3.12 or newer was found; too old: "+bin+"/python3 (3.9)")
	})
}

// TestHostilePythonMainFile also shows that a print at exit comes after the real output.
func TestHostilePythonMainFile(t *testing.T) {
	p, o := smallPy(t)
	appendTo(t, p, mainPy, `
import atexit, os, threading, time
from moose_lib import moose_runtime_env
from moose_lib import S3QueueEngine
print("hello")
print("`+sentinel.End+`")
print("ENV", dict(os.environ))
atexit.register(lambda: print("`+sentinel.Start+` {} `+sentinel.End+`"))
threading.Thread(target=lambda: time.sleep(3600)).start()
queue = OlapTable[PageView]("Queue", OlapConfig(engine=S3QueueEngine(s3_path="s3://b/*.json", format="JSONEachRow",
    aws_access_key_id=moose_runtime_env.get("TEST_KEY"), aws_secret_access_key=moose_runtime_env.get("TEST_SECRET"))))
`)
	o.Environ = append(o.Environ, "GITHUB_TOKEN=topsecret", "MOOSE_REDIS_CONFIG__URL=topsecret", "TEST_KEY=topsecret")
	var printed bytes.Buffer
	o.Stdout = &printed
	got := load(t, o)
	queue := got.Map.Tables["local_Queue"]
	if queue == nil || queue.Engine.String("aws_secret_access_key") != "__MOOSE_RUNTIME_ENV__:TEST_SECRET" {
		t.Errorf("queue %+v", queue)
	}
	if !strings.Contains(printed.String(), "hello") || strings.Contains(printed.String(), "topsecret") ||
		strings.Contains(printed.String(), "MOOSE_MIGRATE_") {
		t.Errorf("the main file printed %s", printed.String())
	}
	if w := strings.Join(got.Warnings, "\n"); !strings.Contains(w, "keeps its process alive") {
		t.Errorf("warnings %q", got.Warnings)
	}
	if got.ToolVersion != "0.6.533" {
		t.Errorf("version %s", got.ToolVersion)
	}
}

func TestPythonTimeout(t *testing.T) {
	p, o := smallPy(t)
	appendTo(t, p, mainPy, "while True:\n    pass")
	o.Timeout = 6 * time.Second
	mustFail(t, o, "did not come to an end within 6s")
}
