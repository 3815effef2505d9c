package config

import (
	"net"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

// IsTypeScript reports whether the project's code is TypeScript.
func (s Settings) IsTypeScript() bool { return s.Language == TypeScript }

// IsPython reports whether the project's code is Python.
func (s Settings) IsPython() bool { return s.Language == Python }

// InfraLoaded reports whether the infrastructure is built from the user's code
// (load_infra, default true).
func (s Settings) InfraLoaded() bool { return s.LoadInfra == nil || *s.LoadInfra }

// Databases lists the databases that migrations may touch: db_name first, then
// additional_databases, each once.
func (s Settings) Databases() []string {
	out := []string{s.ClickHouse.DBName}
	for _, db := range s.ClickHouse.AdditionalDatabases {
		if !slices.Contains(out, db) {
			out = append(out, db)
		}
	}
	return out
}

// ClusterNames lists the configured clusters in the order of the file.
func (s Settings) ClusterNames() []string {
	var out []string
	for _, c := range s.ClickHouse.Clusters {
		out = append(out, c.Name)
	}
	return out
}

// Ignores reports whether a kind of difference is not to be migrated.
func (s Settings) Ignores(op IgnoreOperation) bool {
	return slices.Contains(s.Migration.IgnoreOperations, op)
}

// SourcePath is the absolute path of the user's code folder.
func (p *Project) SourcePath() string {
	if filepath.IsAbs(p.SourceDir) {
		return filepath.Clean(p.SourceDir)
	}
	return filepath.Join(p.Dir, p.SourceDir)
}

// MainFile is the absolute path of the file that declares the infrastructure:
// index.ts or main.py in [Project.SourcePath]. It need not exist.
func (p *Project) MainFile() string {
	if p.IsPython() {
		return filepath.Join(p.SourcePath(), "main.py")
	}
	return filepath.Join(p.SourcePath(), "index.ts")
}

func (r Redis) separate() bool {
	return r.Hostname != defaultRedisHostname || r.Port != defaultRedisPort || r.TLS
}

func (r Redis) ambiguous() bool { return r.URL.Reveal() != defaultRedisURL && r.separate() }

// RedisURL is the URL of the project's Redis. As in Moose, url counts when it
// is not the default; otherwise hostname, port and tls make the URL.
func (s Settings) RedisURL() Secret {
	r := s.Redis
	if r.URL.Reveal() != defaultRedisURL || !r.separate() {
		return r.URL
	}
	u := url.URL{Scheme: "redis", Host: net.JoinHostPort(r.Hostname, strconv.Itoa(int(r.Port)))}
	if r.TLS {
		u.Scheme = "rediss"
	}
	return NewSecret(u.String())
}

// ClickHouseURL resolves the ClickHouse connection: the command line's value if
// given, else MOOSE_CLICKHOUSE_CONFIG__URL (also from a .env file), else
// [clickhouse_config] over HTTP, the only protocol Moose itself speaks.
func (p *Project) ClickHouseURL(flag string) (dsn.ClickHouse, dsn.Source, error) {
	c := p.ClickHouse
	return dsn.ResolveClickHouse(flag, p.Getenv, &dsn.ClickHouseSettings{
		Host: c.Host, Port: c.HostPort, Secure: c.UseSSL,
		User: c.User, Password: c.Password.Reveal(), Database: c.DBName,
	})
}

// RedisConnection resolves the Redis connection: the command line's value if
// given, else MOOSE_REDIS_CONFIG__URL, else [redis_config].
func (p *Project) RedisConnection(flag string) (dsn.Redis, dsn.Source, error) {
	return dsn.ResolveRedis(flag, p.Getenv, p.RedisURL().Reveal())
}

// Secrets lists the configured credentials for a [dsn.Redactor]. Moose's public
// defaults are left out: "temporal" would vanish from every text.
func (p *Project) Secrets() []string {
	defaults := Defaults()
	public := collect(reflect.ValueOf(defaults), nil)
	all := collect(reflect.ValueOf(p.Settings), nil)
	for _, flag := range []string{p.RedisURL().Reveal(), p.Getenv(dsn.EnvRedis)} {
		if r, err := dsn.ParseRedis(flag); err == nil {
			all = append(all, r.Secrets()...)
		}
	}
	if c, err := dsn.ParseClickHouse(p.Getenv(dsn.EnvClickHouse)); err == nil {
		all = append(all, c.Secrets()...)
	}
	if u, err := url.Parse(p.Redpanda.SchemaRegistryURL.Reveal()); err == nil && u.User != nil {
		if password, ok := u.User.Password(); ok {
			all = append(all, password)
		}
	}
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" || slices.Contains(public, s) })
	slices.Sort(all)
	return slices.Compact(all)
}

// collect walks a settings value and appends the text of each [Secret].
func collect(v reflect.Value, out []string) []string {
	switch v.Kind() {
	case reflect.Struct:
		if s, ok := v.Interface().(Secret); ok {
			return append(out, s.Reveal())
		}
		for i := range v.NumField() {
			out = collect(v.Field(i), out)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out = collect(v.Elem(), out)
		}
	}
	return out
}
