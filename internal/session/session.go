// Package session opens what the commands that talk to a server share: the
// project, ClickHouse, the state store, and the plan between them.
package session

import (
	"context"
	"errors"
	"fmt"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/config"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
	"github.com/moose-migrate/moose-migrate/pkg/state"
	"github.com/moose-migrate/moose-migrate/pkg/state/keepermap"
)

// Flags are the connection flags that plan, generate migration and migrate share.
type Flags struct {
	ClickHouseURL, RedisURL string
	// URL and Token name a running Moose server.
	URL, Token string
	// Ways are remedies to put into the plan, as "copy-beside local.Events".
	Ways []string
	// Environment is the name of what is planned against, for the entries of
	// moose-migrate.yml that are for some environments only.
	Environment string
	// PolicyFile is the path of moose-migrate.yml relative to the project, empty for its
	// usual place.
	PolicyFile string
	// SavesPlan is set when the run writes the files of the saved plan anew.
	SavesPlan bool
}

// Session is an open project with its servers.
type Session struct {
	Project *config.Project
	Client  *clickhouse.Client
	Store   state.Store
	// Policy is the project's moose-migrate.yml.
	Policy *policy.Policy
	// Environment is the name of what is planned against.
	Environment string

	factory *cli.Factory
	ways    []string
	closers []func() error
	// connection is that to ClickHouse; savesPlan as in [Flags].
	connection *review.Connection
	savesPlan  bool
	// recorded is the stored map that the last plan was made from, nil when there was none.
	recorded *inframap.Map
}

// ErrServerNotYet is the answer to --url.
var ErrServerNotYet = errors.New("planning through a running Moose server (--url) is not available in this version")

// ErrDeltas is the answer to a project that uses Moose's delta files: two tools that each
// keep their own list of what was applied would run things twice or never.
var ErrDeltas = errors.New("moose.config.toml has migrate_with_deltas = true under [features]: this project's migrations are Moose's delta files, which moose-migrate does not execute. Nothing was read or changed")

// CheckFlow refuses a project that uses Moose's delta files.
func CheckFlow(project *config.Project) error {
	if !project.Features.MigrateWithDeltas {
		return nil
	}
	return &cli.ExitError{Code: cli.ExitBlocked, Err: cli.WithRemedy(ErrDeltas,
		"Bring the database up to date with Moose once more, set migrate_with_deltas = false under [features] and take the delta files out of migrations/. "+
			"Then `moose plan` starts from what is there; a plan file says what the delta files said.")}
}

// Open loads the configuration and connects. The server is asked before the
// project's code is compiled, so that a wrong URL is told at once.
func Open(ctx context.Context, f *cli.Factory, flags Flags) (*Session, error) {
	if flags.URL != "" || flags.Token != "" {
		return nil, cli.WithRemedy(ErrServerNotYet, "Connect directly: --clickhouse-url clickhouse://USER:PASSWORD@HOST:9000/DATABASE")
	}
	project, err := cli.LoadProject(ctx, f)
	if err != nil {
		return nil, err
	}
	return OpenProject(ctx, f, project, flags)
}

// OpenProject connects for a project that is already loaded.
func OpenProject(ctx context.Context, f *cli.Factory, project *config.Project, flags Flags) (*Session, error) {
	s, err := OpenClickHouse(ctx, f, project, flags)
	if err != nil {
		return nil, err
	}
	if err := s.openStore(ctx, flags); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// OpenClickHouse connects to ClickHouse only, for commands that need no state: Store
// is nil.
func OpenClickHouse(ctx context.Context, f *cli.Factory, project *config.Project, flags Flags) (*Session, error) {
	if err := CheckFlow(project); err != nil {
		return nil, err
	}
	rules, err := policy.LoadFile(project.Dir, flags.PolicyFile)
	if err != nil {
		return nil, err
	}
	s := &Session{Project: project, Policy: rules, Environment: flags.Environment, factory: f, ways: flags.Ways, savesPlan: flags.SavesPlan}
	s.warnOfUnused(flags)
	target, source, err := project.ClickHouseURL(flags.ClickHouseURL)
	if err != nil {
		return nil, err
	}
	s.connection = &review.Connection{Addresses: target.Addrs, TLS: target.Secure, Verified: target.Secure && !target.SkipVerify}
	f.AddSecrets(target.Secrets()...)
	for _, w := range target.Warnings {
		f.Warn(w)
	}
	progress := f.Progress()
	progress.Step("Connecting to ClickHouse")
	s.Client, err = clickhouse.Open(ctx, target)
	progress.Close(err)
	if err != nil && source == dsn.FromConfig {
		err = cli.WithRemedy(err, "The address is that of [clickhouse_config]. For another server use --clickhouse-url or "+dsn.EnvClickHouse+".")
	}
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, s.Client.Close)
	return s, nil
}

func (s *Session) openStore(ctx context.Context, flags Flags) (err error) {
	if s.Project.State.Storage == config.StorageClickHouse {
		s.Store, err = keepermap.New(s.Client.Conn(), keepermap.Options{Database: s.Client.Database(), Logger: s.factory.Log()})
		return err
	}
	return s.openRedis(ctx, flags)
}

// warnOfUnused tells of connections that were given in vain.
func (s *Session) warnOfUnused(flags Flags) {
	env := s.Project.Environ()
	empty := func(name, flag, section string) {
		if v, set := env[name]; set && v == "" && flag == "" {
			s.factory.Warn(name + " is set but empty, so " + section + " of moose.config.toml is used; unset it, or give it a URL")
		}
	}
	empty(dsn.EnvClickHouse, flags.ClickHouseURL, "[clickhouse_config]")
	if s.Project.State.Storage != config.StorageClickHouse {
		empty(dsn.EnvRedis, flags.RedisURL, "[redis_config]")
	} else if flags.RedisURL != "" {
		s.factory.Warn(`--redis-url has no effect: [state_config] storage is "clickhouse"`)
	}
}

// Close ends the connections.
func (s *Session) Close() error {
	var err error
	for _, c := range s.closers {
		err = errors.Join(err, c())
	}
	return err
}

// Desired loads the project's code and fills in the credentials that the
// environment has. Missing ones are an error when they are required (at apply);
// otherwise the tables are compared without them.
func (s *Session) Desired(ctx context.Context, credentialsRequired bool) (*loader.Result, error) {
	result, err := cli.LoadDesired(ctx, s.factory, s.Project, s.Client.Database())
	if err != nil {
		return nil, err
	}
	env := s.Project.Environ()
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	resolved := result.Map
	if credentialsRequired {
		err = loader.ResolveRuntimeEnv(result.Map, lookup)
	} else {
		resolved, err = s.hashCredentials(result.Map, lookup)
	}
	if err != nil {
		return nil, err
	}
	secrets := secretsql.OfMap(resolved)
	s.factory.AddSecrets(secrets...)
	s.Client.Hide(secrets...)
	return result, nil
}

// hashCredentials puts the hashes of the real credentials into a map that keeps
// only their names, so that a changed one is seen and none reaches a file.
func (s *Session) hashCredentials(m *inframap.Map, lookup func(string) (string, bool)) (*inframap.Map, error) {
	if len(loader.RuntimeRefs(m)) == 0 {
		return m, nil
	}
	resolved, err := m.Clone()
	if err != nil {
		return nil, err
	}
	missing, err := loader.ResolveAvailable(resolved, lookup)
	for _, ref := range missing {
		s.factory.Warn(fmt.Sprintf("table %s: the variable %s is not set here, so a change of %s cannot be seen; migrate needs it",
			ref.TableID, ref.Variable, ref.Field))
	}
	for id, t := range resolved.Tables {
		m.Tables[id].EngineParamsHash, m.Tables[id].TableSettingsHash = t.EngineParamsHash, t.TableSettingsHash
	}
	return resolved, err
}

// Options hold ignore_operations of [migration_config] and the project's own rules.
func (s *Session) Options() diff.Options {
	var names []string
	for _, op := range s.Project.Migration.IgnoreOperations {
		names = append(names, string(op))
	}
	o := diff.WithIgnoreOperations(names)
	s.Policy.Apply(&o, s.Client.Database())
	return o
}

// Plan compares the desired map with the server.
func (s *Session) Plan(ctx context.Context, desired *inframap.Map, options diff.Options) (outcome *planner.Outcome, err error) {
	progress := s.factory.Progress()
	defer func() { progress.Close(err) }()
	progress.Step("Comparing with ClickHouse")
	recorded, err := migrate.LoadRecorded(ctx, s.Store)
	if err != nil {
		return nil, err
	}
	s.recorded = recorded
	outcome, err = planner.Make(ctx, s.Client, planner.Input{
		Recorded: recorded, Desired: desired, Databases: s.Project.ClickHouse.AdditionalDatabases,
		Options: options,
	})
	if err != nil {
		return nil, err
	}
	if len(outcome.Operations) > 0 && !s.Project.Features.OLAP {
		return nil, cli.WithRemedy(errors.New("the plan changes ClickHouse, but moose.config.toml has olap = false under [features]"),
			"Set olap = true, or take the tables and views out of the code.")
	}
	return outcome, nil
}
