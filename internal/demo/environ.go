package demo

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

// envStorage chooses where the state is kept, as [state_config] storage does.
const envStorage = "MOOSE_STATE_CONFIG__STORAGE"

// toMap turns NAME=value into a map; the last of equal names wins.
func toMap(environ []string) map[string]string {
	m := make(map[string]string, len(environ))
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok {
			m[name] = value
		}
	}
	return m
}

// private is the user's environment without Moose's variables and with
// temporary files in the demonstration's folder.
func (d *demo) private() []string {
	environ := slices.DeleteFunc(slices.Clone(d.Environ), func(pair string) bool { return strings.HasPrefix(pair, "MOOSE_") })
	return append(environ, "TMPDIR="+filepath.Join(d.dir, "tmp"))
}

// connection is what moose is told about the servers. It holds passwords.
func (d *demo) connection() []string {
	pairs := []string{dsn.EnvClickHouse + "=" + d.servers.clickHouse.NativeURL(database)}
	if d.servers.redis != nil {
		pairs = append(pairs, envStorage+"=redis", dsn.EnvRedis+"="+d.servers.redis.URL())
	}
	return pairs
}

// forMoose is the environment of the moose commands: it finds the program and
// the Node that npm installed for, and has a home folder of its own for the log.
func (d *demo) forMoose() []string {
	path := []string{filepath.Join(d.dir, "bin"), filepath.Dir(d.tools.node), d.ui.Environ["PATH"]}
	environ := append(d.private(), "HOME="+filepath.Join(d.dir, "home"), "PATH="+strings.Join(path, string(filepath.ListSeparator)))
	if d.NoColor {
		environ = append(environ, "NO_COLOR=1")
	}
	return append(environ, d.connection()...)
}
