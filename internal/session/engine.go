package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/embedded"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
	"github.com/moose-migrate/moose-migrate/pkg/install"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

// OwnEngine starts an embedded ClickHouse and connects to it; end stops it and throws
// its data away.
func OwnEngine(ctx context.Context, f *cli.Factory) (client *clickhouse.Client, end func() error, err error) {
	progress := f.Progress()
	defer func() { progress.Close(err) }()
	progress.Step("Starting a ClickHouse of its own")
	engine, dir, err := startEngine(ctx, f)
	if err != nil {
		return nil, nil, fmt.Errorf("start a ClickHouse: %w", err)
	}
	stop := func() error { return errors.Join(engine.Close(), os.RemoveAll(dir)) }
	target, err := dsn.ParseClickHouse(engine.NativeURL(""))
	if err == nil {
		f.AddSecrets(target.Secrets()...)
		client, err = clickhouse.Open(ctx, target)
	}
	if err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	return client, func() error { return errors.Join(client.Close(), stop()) }, nil
}

// startEngine starts the embedded engine in a folder of its own. Its library is fetched
// into the cache of parts when it is neither there nor named by MOOSE_CHDB_LIB. Neither
// the engine nor the package manager that fetches it sees the environment's secrets.
func startEngine(ctx context.Context, f *cli.Factory) (_ *embedded.ClickHouse, dir string, err error) {
	env := f.Environ
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
	store, err := parts.New(parts.Options{Environ: pairs(fetching), Progress: f.Err})
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
