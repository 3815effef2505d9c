package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// sample is the project that is shown, relative to the module.
const sample = "testdata/projects/shop-ts"

// tools are paths of what the demonstration runs.
type tools struct {
	library     string // libchdb.so
	zooKeeper   parts.ZooKeeper
	noZooKeeper error // why there is none
	modules     string
	node        string // the program itself, not a version manager's wrapper
}

// fetch gets the parts, which takes minutes the first time.
func (d *demo) fetch(ctx context.Context) error {
	d.heading("Getting ready")
	d.say("Fetching what is not here yet: the ClickHouse engine, ZooKeeper, the Node dependencies of %s.", sample)
	began := d.Now()
	defer func() { d.fetched = d.Now().Sub(began) }()
	var err error
	if d.tools.library, err = d.Parts.Chdb(ctx); err != nil {
		return err
	}
	var missing *parts.Unavailable
	d.tools.zooKeeper, err = d.Parts.ZooKeeper(ctx)
	switch {
	case errors.As(err, &missing):
		d.tools.noZooKeeper = err
	case err != nil:
		return err
	}
	if d.tools.modules, err = d.Parts.NodeModules(ctx, filepath.Join(d.Module, sample)); err != nil {
		return err
	}
	out, err := d.output(ctx, "node", "-p", "process.execPath")
	if err != nil {
		return err
	}
	d.tools.node = strings.TrimSpace(out)
	return nil
}

// build compiles the two programs and lays out the project.
func (d *demo) build(ctx context.Context) (err error) {
	progress := d.ui.Progress()
	defer func() { progress.Close(err) }()
	progress.Step("Building moose and moose-clickhouse")
	bin := filepath.Join(d.dir, "bin") + string(filepath.Separator)
	if _, err := d.output(ctx, "go", "build", "-buildvcs=false", "-o", bin, "./cmd/moose", "./cmd/moose-clickhouse"); err != nil {
		return err
	}
	if err := os.CopyFS(d.project(), os.DirFS(filepath.Join(d.Module, sample))); err != nil {
		return fmt.Errorf("copying the sample project: %w", err)
	}
	if err := os.Symlink(d.tools.modules, filepath.Join(d.project(), "node_modules")); err != nil {
		return fmt.Errorf("linking the sample project's dependencies: %w", err)
	}
	return nil
}

// project is the folder of the copy that is worked on.
func (d *demo) project() string { return filepath.Join(d.dir, "shop") }
