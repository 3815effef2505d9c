// Package isolate runs a tool that executes the user's code: with an environment
// that holds no secret, in its own process group that is gone when the call
// returns, with a bound on what it may print.
package isolate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"time"
)

// Defaults of a Command.
const (
	// DefaultMaxOutput bounds standard output, in bytes.
	DefaultMaxOutput = 256 << 20
	// stderrTail is how much of standard error is kept, in bytes.
	stderrTail = 256 << 10
	// waitDelay is how long pipes may stay open once the child is gone.
	waitDelay = 2 * time.Second
)

// ErrOutputLimit says that a child printed more than Command.MaxOutput.
var ErrOutputLimit = errors.New("the project's code printed too much")

// errSettled stops a child whose work is done.
var errSettled = errors.New("settled")

// Command is one run of a tool.
type Command struct {
	Path string
	Args []string
	Dir  string
	// Owner is a folder of the project. Where this process is root, the child runs as
	// the folder's owner, with access to nothing of root's; empty: the owner of Dir.
	Owner string
	// Env is the whole environment; see Environ.
	Env []string
	// MaxOutput bounds standard output in bytes; 0 means DefaultMaxOutput.
	MaxOutput int
	// Stderr gets standard error while the tool runs; nil discards it.
	Stderr io.Writer
	// Together treats standard output as standard error, in the order in which it was
	// printed, for tools that tell their failures there.
	Together bool
	// Mark, when not empty, ends the run early: after these bytes appeared on
	// standard output and Settled agrees, the child has Grace to end by itself.
	Mark    string
	Settled func(stdout []byte) bool
	Grace   time.Duration
}

// Output is what a tool left behind.
type Output struct {
	Stdout []byte
	// Stderr is its last part.
	Stderr   []byte
	ExitCode int
	// Stopped tells that the child was ended after its work was done.
	Stopped bool
}

// Run runs the command to its end. A non-zero exit code is no error; a tool that
// cannot start, a cancelled context and too much output are. The output so far
// comes with the error.
func Run(ctx context.Context, c Command) (*Output, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if c.MaxOutput == 0 {
		c.MaxOutput = DefaultMaxOutput
	}
	out := &stdout{max: c.MaxOutput, mark: []byte(c.Mark), exceeded: func() { cancel(ErrOutputLimit) }}
	defer out.watch(c, func() { cancel(errSettled) })()
	tail := &tail{max: stderrTail}

	cmd := exec.CommandContext(ctx, c.Path, c.Args...)
	cmd.Dir, cmd.Env = c.Dir, c.Env
	cmd.Stdout, cmd.Stderr = out, io.Writer(tail)
	if c.Stderr != nil {
		cmd.Stderr = io.MultiWriter(tail, c.Stderr)
	}
	if c.Together {
		cmd.Stdout = cmd.Stderr
	}
	cmd.WaitDelay = waitDelay
	ownGroup(cmd)
	becomeOwner(cmd, cmp.Or(c.Owner, c.Dir))
	cmd.Cancel = func() error { return killGroup(cmd) }

	// The kernel ties the child's life to the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer hideEnviron()()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Path, err)
	}
	err := cmd.Wait()
	_ = killGroup(cmd)
	res := &Output{Stdout: out.bytes(), Stderr: tail.bytes(), ExitCode: cmd.ProcessState.ExitCode()}
	if cause := context.Cause(ctx); cause != nil {
		if errors.Is(cause, errSettled) {
			res.Stopped = true
			return res, nil
		}
		return res, cause
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		return res, fmt.Errorf("run %s: %w", c.Path, err)
	}
	return res, nil
}
