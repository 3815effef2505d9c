package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/config"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// LoadProject reads the configuration of the project in the folder to work in,
// tells its warnings, and registers its credentials for redaction.
func LoadProject(ctx context.Context, f *Factory) (*config.Project, error) {
	dir, err := f.Dir()
	if err != nil {
		return nil, err
	}
	project, err := config.Load(ctx, config.Options{Dir: dir, Environ: f.Environ})
	if err != nil {
		return nil, err
	}
	f.AddSecrets(project.Secrets()...)
	for _, w := range project.Warnings {
		f.Warn(w.String())
	}
	return project, nil
}

// LoadDesired runs the project's main file and returns its desired map, whose
// default database is defaultDB, or the configured one when that is empty. It
// shows progress, passes on what the user's code printed, and warns about
// source files that the main file never imports.
func LoadDesired(ctx context.Context, f *Factory, project *config.Project, defaultDB string) (*loader.Result, error) {
	view := loader.FromConfig(project)
	if defaultDB != "" {
		view.DefaultDatabase = defaultDB
	}
	progress := f.Progress()
	var printed, tools tail
	result, err := loader.Load(ctx, loader.Options{
		Project:  view,
		Environ:  environ(project),
		Stdout:   &printed,
		Stderr:   &tools,
		Progress: progress.Step,
	})
	progress.Close(err)
	if err != nil { // which tells what the tools said
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return nil, fmt.Errorf("loading the project was interrupted: %w", err)
		}
		return nil, err
	}
	f.foreign(&tools)
	f.foreign(&printed)
	f.AddSecrets(secretsql.OfMap(result.Map)...)
	for _, w := range result.Warnings {
		f.Warn(w)
	}
	if len(result.UnloadedFiles) > 0 {
		f.Warn(unloaded(project, result.UnloadedFiles))
	}
	return result, nil
}

// environ is the environment for the project's code in the form of os.Environ.
func environ(project *config.Project) []string {
	env := project.Environ()
	out := make([]string, 0, len(env))
	for _, name := range slices.Sorted(maps.Keys(env)) {
		out = append(out, name+"="+env[name])
	}
	return out
}

// shownFiles is how many unloaded files a warning names.
const shownFiles = 10

func unloaded(project *config.Project, files []string) string {
	names := strings.Join(files[:min(len(files), shownFiles)], ", ")
	if more := len(files) - shownFiles; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	main := "index.ts"
	if project.IsPython() {
		main = "main.py"
	}
	return fmt.Sprintf("not imported by %s/%s, so what they declare is not part of the project: %s", project.SourceDir, main, names)
}
