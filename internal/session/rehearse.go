package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/embedded"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
	"github.com/moose-migrate/moose-migrate/pkg/install"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
	"github.com/moose-migrate/moose-migrate/pkg/rehearse"
)

// devRemedy is what else one can do when there is no engine to rehearse on.
const devRemedy = "Or rehearse on a ClickHouse server of your own: --dev-url clickhouse://USER:PASSWORD@HOST:9000/default (input dev-url of the action)."

// Rehearse plays the plan on the server at devURL, or on an embedded engine when that is
// empty, and adds to the report how it went. A plan without operations, or one that can
// never be applied, is not rehearsed. Judge the report afterwards with [Review].
func (p *Planned) Rehearse(ctx context.Context, devURL string) (err error) {
	p.Report.Rehearse(nil)
	if len(p.Outcome.Operations) == 0 || len(p.Outcome.Result.Invalid) > 0 {
		return nil
	}
	progress := p.factory.Progress()
	defer func() { progress.Close(err) }()
	scratch, closeScratch, err := p.scratch(ctx, devURL, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeScratch()) }()
	progress.Step("Rehearsing the plan")
	result, err := rehearse.Run(ctx, rehearse.Input{
		Actual: p.Client, Scratch: scratch, Outcome: p.Outcome,
		Databases: p.Project.ClickHouse.AdditionalDatabases, Options: p.Options, Now: p.factory.Now,
	})
	if err != nil {
		return err
	}
	p.Report.Rehearse(result)
	return nil
}

// scratch opens what a plan is rehearsed on; the second result ends it.
func (p *Planned) scratch(ctx context.Context, devURL string, progress *cli.Progress) (rehearse.Scratch, func() error, error) {
	if devURL != "" {
		target, err := dsn.ParseClickHouse(devURL)
		if err != nil {
			return rehearse.Scratch{}, nil, fmt.Errorf("--dev-url: %w", err)
		}
		p.factory.AddSecrets(target.Secrets()...)
		return rehearse.Scratch{Target: target, Name: target.Masked()}, func() error { return nil }, nil
	}
	progress.Step("Starting a ClickHouse to rehearse on")
	engine, dir, err := p.startEngine(ctx)
	if err != nil {
		return rehearse.Scratch{}, nil, cli.WithRemedy(fmt.Errorf("start a ClickHouse to rehearse on: %w", err), devRemedy)
	}
	end := func() error { return errors.Join(engine.Close(), os.RemoveAll(dir)) }
	target, err := dsn.ParseClickHouse(engine.NativeURL(""))
	if err != nil {
		return rehearse.Scratch{}, nil, errors.Join(err, end())
	}
	p.factory.AddSecrets(target.Secrets()...)
	return rehearse.Scratch{Target: target, Name: "an embedded ClickHouse", Own: true}, end, nil
}

// startEngine starts the embedded engine in a folder of its own. Its library is fetched
// into the cache of parts when it is neither there nor named by MOOSE_CHDB_LIB. Neither
// the engine nor the package manager that fetches it sees the environment's secrets.
func (p *Planned) startEngine(ctx context.Context) (_ *embedded.ClickHouse, dir string, err error) {
	env := p.factory.Environ
	executable, err := os.Executable()
	if err != nil {
		return nil, "", fmt.Errorf("find this program: %w", err)
	}
	program, err := embedded.FindClickHouse(func(name string) string { return env[name] }, executable)
	if err != nil {
		return nil, "", err
	}
	environ := pairs(env)
	fetching, _ := install.Environ(environ, nil)
	for _, name := range []string{parts.EnvDir, parts.EnvChdbLib} {
		if v := env[name]; v != "" {
			fetching[name] = v
		}
	}
	store, err := parts.New(parts.Options{Environ: pairs(fetching), Progress: p.factory.Err})
	if err != nil {
		return nil, "", err
	}
	library, err := store.Chdb(ctx)
	if err != nil {
		return nil, "", err
	}
	if dir, err = os.MkdirTemp(env["TMPDIR"], "moose-rehearsal-"); err != nil {
		return nil, "", fmt.Errorf("make a folder for the engine: %w", err)
	}
	engine, err := embedded.StartClickHouse(ctx, embedded.ClickHouseOptions{
		Program: program, Library: library, DataDir: dir, Sandbox: true, Environ: pairs(isolate.Environ(environ, nil)),
	})
	if err != nil {
		return nil, "", errors.Join(err, os.RemoveAll(dir))
	}
	return engine, dir, nil
}

// pairs is an environment as "NAME=value", sorted.
func pairs(env map[string]string) []string {
	out := make([]string, 0, len(env))
	for name, value := range env {
		out = append(out, name+"="+value)
	}
	slices.Sort(out)
	return out
}
