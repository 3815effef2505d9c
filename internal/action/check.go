package action

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/mapfile"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// check loads the project's code and writes what it declares. No server is asked and
// nothing is posted: it is the part that may run a stranger's code.
func (r *run) check(ctx context.Context) error {
	err := r.checkProject(ctx)
	verdict := finding.Pass
	if err != nil {
		verdict = finding.Failed
	}
	r.outputs(map[string]string{manifest.OutputVerdict: string(verdict)})
	return err
}

func (r *run) checkProject(ctx context.Context) error {
	if err := r.install(ctx); err != nil {
		return err
	}
	project, err := cli.LoadProject(ctx, r.f)
	if err != nil {
		return err
	}
	if err := session.CheckFlow(project); err != nil {
		return err
	}
	loaded, err := cli.LoadDesired(ctx, r.f, project, "")
	if err != nil {
		return err
	}
	path := r.reviewPath(plan.DesiredFile)
	full := filepath.Join(r.ev.Workspace, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return fmt.Errorf("write the map: %w", err)
	}
	if err := mapfile.Write(full, loaded.Map); err != nil {
		return err
	}
	giveBack(r.ev.Workspace, path)
	r.outputs(map[string]string{manifest.OutputMapFile: path})
	return nil
}
