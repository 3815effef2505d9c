package interop

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/e2e/mooseprogram"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/embedded"
)

func TestMain(m *testing.M) { mooseprogram.Main(m) }

// place is a database with the state store that goes with it, and how each
// program is told of them.
type place struct {
	ch       *embedded.ClickHouse
	database string
	redis    string // URL, empty for state in ClickHouse
}

func newPlace(t *testing.T, withRedis bool) place {
	t.Helper()
	p := place{ch: testparts.ClickHouse(t)}
	p.database = testparts.Database(t, p.ch)
	if withRedis {
		p.redis = testparts.Redis(t).URL()
	}
	return p
}

// ours is the environment of our program.
func (p place) ours(http bool) []string {
	u := p.ch.NativeURL(p.database)
	if http {
		u = p.ch.HTTPURL(p.database)
	}
	env := []string{dsn.EnvClickHouse + "=" + u}
	if p.redis != "" {
		env = append(env, dsn.EnvRedis+"="+p.redis)
	}
	return env
}

// theirs are the connection flags of the Moose CLI.
func (p place) theirs() []string {
	u := url.URL{
		Scheme: "http", Host: p.ch.HTTPAddr, Path: "/", User: url.UserPassword(p.ch.User, p.ch.Password),
		RawQuery: url.Values{"database": {p.database}}.Encode(),
	}
	args := []string{"--clickhouse-url", u.String()}
	if p.redis != "" {
		args = append(args, "--redis-url", p.redis)
	}
	return args
}

// prepare makes the project keep its state where p has it.
func (p place) prepare(t *testing.T, project testparts.Project) {
	t.Helper()
	if p.redis == "" {
		return
	}
	file := filepath.Join(project.Dir, "moose.config.toml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), `storage = "clickhouse"`, `storage = "redis"`, 1)
	if text == string(data) {
		t.Fatalf("%s keeps its state elsewhere", file)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// noSecret demands that a text shows no password.
func (p place) noSecret(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, p.ch.Password) || strings.Contains(text, "redis-test-secret") {
		t.Errorf("a password is shown:\n%s", text)
	}
}

func moose(t *testing.T, p place, project testparts.Project, http bool, code int, args ...string) mooseprogram.Result {
	t.Helper()
	r := mooseprogram.Moose(t, project, p.ours(http), args...)
	p.noSecret(t, r.Out+r.Err)
	return r.Must(t, code)
}
