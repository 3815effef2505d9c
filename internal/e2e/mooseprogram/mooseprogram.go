// Package mooseprogram builds the moose program once for the tests of a package
// and runs it in sample projects.
package mooseprogram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
)

// limit bounds one command: compiling a project on a busy machine included.
const limit = 3 * time.Minute

// Main runs the tests of a package that uses Path and removes what it built.
// The caller returns from TestMain with it.
func Main(m *testing.M) {
	m.Run()
	if folder != "" {
		_ = os.RemoveAll(folder)
	}
}

// folder holds the program; set by build.
var folder string

var build = sync.OnceValues(func() (string, error) {
	var err error
	if folder, err = os.MkdirTemp("", "moose-program-"); err != nil {
		return "", err
	}
	program := filepath.Join(folder, "moose")
	out, err := exec.CommandContext(context.Background(), "go", "build", "-o", program, "github.com/moose-migrate/moose-migrate/cmd/moose").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building cmd/moose: %w\n%s", err, out)
	}
	return program, nil
})

// Path is the program, built from the sources as they are.
func Path(t testing.TB) string {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// Result is a finished command.
type Result struct {
	Command  string
	Code     int // exit code
	Out, Err string
	Took     time.Duration
}

// Must ends the test unless the exit code is code.
func (r Result) Must(t testing.TB, code int) Result {
	t.Helper()
	if r.Code != code {
		t.Fatalf("%s: exit code %d, want %d\n--- stdout\n%s\n--- stderr\n%s", r.Command, r.Code, code, r.Out, r.Err)
	}
	return r
}

// Command is a run of this program in a project. Credentials reach it through
// env, as a pipeline gives them, so that none is on the command line.
func Command(t testing.TB, p testparts.Project, env []string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, Path(t), args...)
	cmd.Dir = p.Dir
	cmd.Env = append(append(append([]string{}, p.Environ...), "NO_COLOR=1", "HOME="+home(t)), env...)
	return cmd
}

// Moose runs this program in a project and waits for its end.
func Moose(t testing.TB, p testparts.Project, env []string, args ...string) Result {
	t.Helper()
	return Run(t, Command(t, p, env, args...))
}

// Run runs a command and waits for its end; a command that cannot be started or
// is killed ends the test.
func Run(t testing.TB, cmd *exec.Cmd) Result {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	err := cmd.Run()
	r := Result{Command: nameOf(cmd), Out: out.String(), Err: errs.String(), Took: time.Since(began)}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		r.Code = exit.ExitCode()
	case err != nil:
		t.Fatalf("%s: %v\n%s\n%s", r.Command, err, r.Out, r.Err)
	}
	t.Logf("%s: exit code %d after %.1f s", r.Command, r.Code, r.Took.Seconds())
	return r
}

// Replace moves a file of a project over another, as a pull request does.
func Replace(t testing.TB, p testparts.Project, from, to string) {
	t.Helper()
	if err := os.Rename(filepath.Join(p.Dir, filepath.FromSlash(from)), filepath.Join(p.Dir, filepath.FromSlash(to))); err != nil {
		t.Fatal(err)
	}
}

// nameOf is the command line without the URLs in it, which may hold a password.
func nameOf(cmd *exec.Cmd) string {
	words := []string{filepath.Base(cmd.Path)}
	for _, a := range cmd.Args[1:] {
		if !strings.Contains(a, "://") {
			words = append(words, a)
		}
	}
	return strings.Join(words, " ")
}

var homes sync.Map // test → folder

// home is a folder that keeps the program's log out of the user's.
func home(t testing.TB) string {
	dir, ok := homes.Load(t)
	if !ok {
		dir, _ = homes.LoadOrStore(t, t.TempDir())
	}
	return dir.(string)
}
