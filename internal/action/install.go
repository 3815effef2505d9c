package action

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
	"github.com/moose-migrate/moose-migrate/pkg/install"
)

// install runs the project's package manager, always or when dependencies are missing.
// It gets nothing of the environment that could be a secret.
func (r *run) install(ctx context.Context) error {
	if r.in.Install == manifest.InstallFalse {
		return nil
	}
	dir := filepath.Join(r.ev.Workspace, filepath.FromSlash(r.in.WorkingDirectory))
	p, err := install.Detect(dir, r.ev.Workspace)
	if errors.Is(err, install.ErrNothing) && r.in.Install == manifest.InstallAuto {
		return nil
	}
	if err != nil {
		return err
	}
	o := install.Options{Environ: environ(r.f.Environ), Output: r.f.Err}
	if r.in.Install == manifest.InstallAuto {
		missing, err := install.Needed(ctx, p, o)
		if err != nil || len(missing) == 0 {
			return err
		}
	}
	r.log.Group("Installing the project's dependencies")
	defer r.log.EndGroup()
	return install.Run(ctx, p, o)
}

func environ(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for name, value := range m {
		out = append(out, name+"="+value)
	}
	return out
}
