// Command moose plans, reviews and applies changes of a Moose project.
//
// It has the commands and flags of the Moose CLI that concern migrations, so
// that it can take its place in scripts and pipelines.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mattn/go-isatty"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/config"
)

// version is set by the linker: -ldflags "-X main.version=1.2.3".
var version string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	if len(os.Args) < 2 || os.Args[1] != actionCommand {
		context.AfterFunc(ctx, stop) // a second signal ends the program at once
	} // a runner sends several, in the seconds in which the action tells how it ended
	code := run(ctx, osFactory(), os.Args[1:])
	stop()
	os.Exit(code)
}

// osFactory gives commands the real system.
func osFactory() *cli.Factory {
	return &cli.Factory{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Environ: config.OSEnviron(),
		Now:     time.Now,
		Getwd:   os.Getwd,
		Random:  rand.Reader,
		IsTerminal: func(stream any) bool {
			file, ok := stream.(*os.File)
			return ok && isatty.IsTerminal(file.Fd())
		},
		Version: currentBuild().Version,
	}
}

// run executes one command line and returns its exit code.
func run(ctx context.Context, f *cli.Factory, args []string) int {
	root := newRootCmd(f)
	root.SetArgs(args)
	start := f.Now()
	err := root.ExecuteContext(ctx)
	code := cli.ExitCode(ctx, err)
	if code == cli.ExitInterrupted && errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	f.PrintError(err)
	end := f.Log().With("exit_code", code, "took", f.Now().Sub(start).String())
	if code == cli.ExitOK {
		end.Info("command done")
	} else {
		end.Error("command failed", "error", err.Error())
	}
	f.CloseLog()
	return code
}
