package dsn

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
)

// Environment variables that give connection URLs, as Moose reads them.
const (
	EnvClickHouse = "MOOSE_CLICKHOUSE_CONFIG__URL"
	EnvRedis      = "MOOSE_REDIS_CONFIG__URL"
)

// Source says where a connection URL was taken from.
type Source string

const (
	// FromFlag is the command line.
	FromFlag Source = "command line"
	// FromEnvironment is [EnvClickHouse] or [EnvRedis].
	FromEnvironment Source = "environment"
	// FromConfig is the project's configuration file.
	FromConfig Source = "project configuration"
)

// ClickHouseSettings are the connection values of a project's
// [clickhouse_config] section.
type ClickHouseSettings struct {
	// Host is a host name or address without a port.
	Host string
	// Port is the port of the HTTP interface (host_port), the only one that
	// Moose itself uses.
	Port uint16
	// User, Password and Database are as configured, not percent-encoded.
	User, Password, Database string
	// Secure asks for TLS (use_ssl).
	Secure bool
}

// ResolveClickHouse takes the first URL that is given: flag, then
// [EnvClickHouse] through getenv, then the project's settings. A nil settings
// means that there is no project. Errors name the place the URL came from.
func ResolveClickHouse(flag string, getenv func(string) string, settings *ClickHouseSettings) (ClickHouse, Source, error) {
	raw, source, err := first("ClickHouse", "--clickhouse-url", EnvClickHouse, flag, getenv, settings != nil)
	if err != nil {
		return ClickHouse{}, "", err
	}
	place := placeOf(source, "--clickhouse-url", EnvClickHouse, "[clickhouse_config]")
	if source == FromConfig {
		if settings.Host == "" || settings.Port == 0 {
			return ClickHouse{}, source, fmt.Errorf("%s: host and host_port must both be given", place)
		}
		u := url.URL{
			Scheme: "http",
			User:   url.UserPassword(settings.User, settings.Password),
			Host:   net.JoinHostPort(settings.Host, strconv.Itoa(int(settings.Port))),
			Path:   "/",
		}
		if settings.Secure {
			u.Scheme = "https"
		}
		raw = u.String()
	}
	parsed, err := ParseClickHouse(raw)
	if err != nil {
		return ClickHouse{}, source, at(place, err)
	}
	if source == FromConfig && settings.Database != "" {
		parsed = parsed.WithDatabase(settings.Database)
	}
	return parsed, source, nil
}

// ResolveRedis takes the first URL that is given: flag, then [EnvRedis] through
// getenv, then the project's effective Redis URL; "" means that there is none.
func ResolveRedis(flag string, getenv func(string) string, project string) (Redis, Source, error) {
	raw, source, err := first("Redis", "--redis-url", EnvRedis, flag, getenv, project != "")
	if err != nil {
		return Redis{}, "", err
	}
	if source == FromConfig {
		raw = project
	}
	parsed, err := ParseRedis(raw)
	if err != nil {
		return Redis{}, source, at(placeOf(source, "--redis-url", EnvRedis, "[redis_config]"), err)
	}
	return parsed, source, nil
}

func first(kind, flagName, envName, flag string, getenv func(string) string, project bool) (string, Source, error) {
	if flag != "" {
		return flag, FromFlag, nil
	}
	if getenv != nil {
		if v := getenv(envName); v != "" {
			return v, FromEnvironment, nil
		}
	}
	if project {
		return "", FromConfig, nil
	}
	return "", "", errors.New("no " + kind + " URL is given: use " + flagName + " or set " + envName)
}

func placeOf(source Source, flag, env, section string) string {
	switch source {
	case FromFlag:
		return flag
	case FromEnvironment:
		return env
	}
	return section
}
