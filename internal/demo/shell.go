package demo

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/cli"
)

// grace is how long an interrupted command may take to end before it is killed.
const grace = 20 * time.Second

// say writes a line of the transcript.
func (d *demo) say(format string, args ...any) {
	if _, err := fmt.Fprintf(d.Out, format+"\n", args...); err != nil && d.written == nil {
		d.written = fmt.Errorf("writing the transcript: %w", err)
	}
}

func (d *demo) heading(text string) {
	style := d.ui.Style(d.Out)
	d.say("\n%s", style.Paint(cli.TonePlain, "━━ "+text+" "+strings.Repeat("━", max(3, 70-len([]rune(text))))))
}

func (d *demo) done(text string) { d.say("%s", d.ui.Style(d.Out).Paint(cli.ToneSuccess, "✓ "+text)) }

// moose prints a command, runs it in the project with its output as part of the
// transcript, and says how long it took.
func (d *demo) moose(ctx context.Context, args ...string) error {
	line := "moose " + strings.Join(args, " ")
	d.say("\n%s", d.ui.Style(d.Out).Paint(cli.ToneInfo, "$ "+line))
	began := d.Now()
	cmd := command(ctx, filepath.Join(d.dir, "bin", "moose"), args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = d.project(), d.forMoose(), d.Out, d.Err
	if err := runTied(cmd); err != nil {
		return fmt.Errorf("`%s` ended with %w; it should have ended with exit code 0", line, err)
	}
	if took := d.Now().Sub(began); took >= time.Second {
		d.say("(took %.1f s)", took.Seconds())
	}
	return nil
}

// output runs a program of the user's PATH in the module and returns what it
// prints; what it says on standard error becomes part of the error.
func (d *demo) output(ctx context.Context, name string, args ...string) (string, error) {
	path, err := lookPath(name, d.ui.Environ["PATH"])
	if err != nil {
		return "", err
	}
	var stdout, stderr strings.Builder
	cmd := command(ctx, path, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = d.Module, d.private(), &stdout, &stderr
	if err := runTied(cmd); err != nil {
		return "", fmt.Errorf("running %s %s: %w\n%s", name, args[0], err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// lookPath finds a program in the given PATH.
func lookPath(name, path string) (string, error) {
	for _, dir := range filepath.SplitList(path) {
		if found, err := exec.LookPath(filepath.Join(dir, name)); dir != "" && err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("%s is not on PATH; the demonstration needs Go and Node.js 20 or newer", name)
}

// command is a program that is interrupted once when ctx is done: as a group of
// its own it does not get the terminal's Ctrl-C a second time.
func command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.SysProcAttr = childAttributes()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = grace
	return cmd
}

// runTied runs a command that the kernel ends with this process. It ties the
// two by the thread that starts the command, so that one is held.
func runTied(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return cmd.Run()
}

// indent writes lines of a file behind a margin.
func (d *demo) indent(r io.Reader, lines int) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	all := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	for _, line := range all[:min(lines, len(all))] {
		d.say("  │ %s", cli.SafeLine(line))
	}
	if more := len(all) - lines; more > 0 {
		d.say("  │ … and %d more lines", more)
	}
	return nil
}
