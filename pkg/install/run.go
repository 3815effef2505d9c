package install

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

// DefaultTimeout bounds all commands together.
const DefaultTimeout = 10 * time.Minute

// Options is how a plan is run.
type Options struct {
	// Environ is the environment as "NAME=value"; the children get what Environ keeps of it.
	Environ []string
	// Pass names the variables with the registry's credentials that the children may
	// have. Their values are taken out of everything that is written. INPUT_*,
	// ACTIONS_*, MOOSE_* and GITHUB_TOKEN are refused.
	Pass []string
	// Output gets what the tools print, line by line as it comes; nil discards it. In a
	// GitHub job the lines can hold workflow commands: let it come between
	// ::stop-commands:: and its end.
	Output io.Writer
	// Progress is told each command before it runs; nil is fine.
	Progress func(command string)
	// Timeout is for everything together; 0 means DefaultTimeout.
	Timeout time.Duration
}

// Run runs the commands of a plan. No child outlives it. Errors are of type
// *fault.Error when the project or the machine is the cause; they end in the last lines
// that the tool printed, none of which starts with a workflow command.
func Run(ctx context.Context, p Plan, o Options) error {
	if err := checkPass(o.Pass); err != nil {
		return err
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, timeoutError{o.Timeout})
	defer cancel()
	env, withheld := Environ(o.Environ, o.Pass)
	r := &runner{options: o, env: env, withheld: withheld, secrets: passedSecrets(env, o.Pass)}
	for _, c := range p.Commands {
		if c.Name == pythonName && exists(filepath.Join(p.Project, venvDir, "bin"), "python") {
			continue // a virtual environment that is there is used
		}
		if err := r.run(ctx, p, c); err != nil {
			return err
		}
	}
	return nil
}

type runner struct {
	options  Options
	env      map[string]string
	withheld []string
	secrets  *dsn.Redactor
}

func (r *runner) run(ctx context.Context, p Plan, c Command) error {
	path, args, err := tool(ctx, c, r.env)
	if err != nil {
		return err
	}
	if r.options.Progress != nil {
		r.options.Progress(c.String())
	}
	env := maps.Clone(r.env)
	env["CI"] = "true" // no questions, no progress bars
	for _, kv := range c.Env {
		name, value, _ := strings.Cut(kv, "=")
		env[name] = value
	}
	lines := &lineWriter{to: r.options.Output, clean: r.secrets.Redact}
	out, err := isolate.Run(ctx, isolate.Command{
		Path: path, Args: args, Dir: c.Dir, Env: isolate.List(env), Stderr: lines, Together: true,
	})
	lines.flush()
	if err == nil && out.ExitCode == 0 {
		return nil
	}
	failure := fault.New(doing, fmt.Sprintf("`%s` failed", c), "")
	switch {
	case err != nil:
		failure.Cause = err
		failure.Diagnostics[0].Message = fmt.Sprintf("`%s`: %v", c, err)
	default:
		failure.Diagnostics[0].Message = fmt.Sprintf("`%s` ended with exit code %d", c, out.ExitCode)
	}
	if out != nil {
		failure.Remedy = remedy(p.Manager, string(out.Stderr), r.withheld)
		failure.Output = harmless(r.secrets.Redact(fault.Tail(out.Stderr)))
	}
	return failure
}

// timeoutError is the cause of a run that took too long.
type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string { return "it did not come to an end within " + e.after.String() }

// Is makes it a context.DeadlineExceeded.
func (e timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }
