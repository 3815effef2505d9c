package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// Parts fetches what the demonstration runs; *parts.Store does. An error that
// is a *parts.Unavailable for ZooKeeper makes the demonstration keep its state
// in a Redis-compatible server instead.
type Parts interface {
	Chdb(ctx context.Context) (string, error)
	ZooKeeper(ctx context.Context) (parts.ZooKeeper, error)
	NodeModules(ctx context.Context, project string) (string, error)
}

// Options say where and how the demonstration runs. All but TempDir, Keep and
// NoColor are required.
type Options struct {
	// Out gets the transcript, Err progress. A terminal gets colours.
	Out, Err   io.Writer
	IsTerminal func(stream any) bool
	// Environ is the environment in the form of os.Environ. No MOOSE_ variable
	// of it reaches a command: the demonstration must not meet a real server.
	Environ []string
	Now     func() time.Time
	// Module is the folder of this module's go.mod.
	Module string
	// TempDir takes the demonstration's folder; empty means the system's.
	TempDir string
	Parts   Parts
	// Keep leaves the servers running at the end, until the context is done.
	Keep    bool
	NoColor bool
}

// demo is one run.
type demo struct {
	Options
	dir     string // of this run, absolute
	ui      *cli.Factory
	tools   tools
	servers servers
	began   time.Time
	fetched time.Duration // spent on fetching parts
	written error         // the first failure to write the transcript
}

// Run shows the demonstration. It returns nil only if every step succeeded, no
// row was lost and the second plan is empty. When ctx is done it stops, and the
// error wraps the cause; with Keep, that is how it ends well after the last
// step.
func Run(ctx context.Context, o Options) (err error) {
	d := &demo{Options: o, began: o.Now()}
	d.ui = &cli.Factory{Out: o.Out, Err: o.Err, Now: o.Now, IsTerminal: o.IsTerminal, Environ: toMap(o.Environ)}
	if o.NoColor {
		d.ui.Environ["NO_COLOR"] = "1"
	}
	if err := d.makeDir(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.clean()) }()
	for _, step := range []func(context.Context) error{d.fetch, d.build, d.start, d.mainBranch, d.pullRequest, d.end} {
		err := step(ctx)
		if ctx.Err() != nil {
			return fmt.Errorf("the demonstration was interrupted: %w", context.Cause(ctx))
		}
		if err := errors.Join(err, d.written); err != nil {
			return err
		}
	}
	if o.Keep {
		return d.keep(ctx)
	}
	return nil
}

func (d *demo) makeDir() error {
	dir, err := os.MkdirTemp(d.TempDir, "moose-demo-")
	if err == nil {
		d.dir, err = filepath.Abs(dir)
	}
	for _, name := range []string{"bin", "home", "tmp"} {
		err = errors.Join(err, os.MkdirAll(filepath.Join(d.dir, name), 0o700))
	}
	if err != nil {
		return fmt.Errorf("making a folder for the demonstration: %w", err)
	}
	return nil
}

// clean stops the servers and removes the folder.
func (d *demo) clean() error {
	progress := d.ui.Progress()
	progress.Step("Stopping the servers and removing " + d.dir)
	err := d.servers.close()
	if removed := os.RemoveAll(d.dir); removed != nil {
		err = errors.Join(err, fmt.Errorf("removing the demonstration's folder: %w", removed))
	}
	progress.Close(err)
	return err
}
