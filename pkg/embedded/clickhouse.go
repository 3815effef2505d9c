package embedded

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// ClickHouseOptions say how to run the ClickHouse engine.
type ClickHouseOptions struct {
	Program      string // path of moose-clickhouse; from FindClickHouse or BuildClickHouse
	Library      string // path of libchdb.so; from parts.Store.Chdb
	DataDir      string // made if missing; holds the log as well
	KeeperAddr   string // host:port of a Keeper for KeeperMap tables; empty means none
	HTTPPort     int    // 0 chooses a free one
	NativePort   int    // 0 chooses a free one
	User         string // empty means "moose"
	Password     string // empty means a random one
	Sandbox      bool   // deny the engine to reach for files, addresses and other servers
	Environ      []string
	StartTimeout time.Duration // 0 means 60 s
}

// ClickHouse is a running ClickHouse engine.
type ClickHouse struct {
	HTTPAddr   string // host:port of the HTTP interface
	NativeAddr string // host:port of the native protocol
	KeeperAddr string // host:port of its Keeper, empty when it has none
	User       string
	Password   string `json:"-"`
	LogFile    string
	process    *process
}

// Environment variables that carry the credentials to moose-clickhouse, so
// that they are not in the process list.
const (
	envServerUser     = "MOOSE_CLICKHOUSE_USER"
	envServerPassword = "MOOSE_CLICKHOUSE_PASSWORD"
)

// StartClickHouse starts the engine and waits until it answers.
func StartClickHouse(ctx context.Context, o ClickHouseOptions) (*ClickHouse, error) {
	dir, err := dataDir(o.DataDir, "ClickHouse")
	if err != nil {
		return nil, err
	}
	c := &ClickHouse{User: o.User, Password: o.Password, KeeperAddr: o.KeeperAddr, LogFile: filepath.Join(dir, "clickhouse.log")}
	if c.User == "" {
		c.User = "moose"
	}
	if c.Password == "" {
		c.Password = rand.Text()
	}
	ready := filepath.Join(dir, "ready.json")
	if err := os.Remove(ready); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("starting ClickHouse: %w", err)
	}
	args := []string{
		"--lib", o.Library, "--path", filepath.Join(dir, "data"), "--ready-file", ready, "--die-with-parent",
		"--http-port", strconv.Itoa(o.HTTPPort), "--native-port", strconv.Itoa(o.NativePort),
	}
	if o.KeeperAddr != "" {
		args = append(args, "--keeper", o.KeeperAddr)
	}
	if o.Sandbox {
		args = append(args, "--sandbox")
	}
	env := append(append([]string(nil), o.Environ...), envServerUser+"="+c.User, envServerPassword+"="+c.Password)
	c.process, err = launch(spec{
		name: "ClickHouse", path: o.Program, args: args, env: env, dir: dir, logFile: c.LogFile, grace: 15 * time.Second, secrets: []string{c.Password},
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, orDefault(o.StartTimeout, 60*time.Second))
	defer cancel()
	if err := c.process.await(ctx, func(ctx context.Context) error { return c.check(ctx, ready) }); err != nil {
		return nil, c.process.failed(err)
	}
	return c, nil
}

// check reads the ports from the ready file and asks for a ping.
func (c *ClickHouse) check(ctx context.Context, ready string) error {
	data, err := os.ReadFile(ready)
	if err != nil {
		return err
	}
	httpPort, nativePort, err := parseReady(data)
	if err != nil {
		return fmt.Errorf("reading %s: %w", ready, err)
	}
	c.HTTPAddr = net.JoinHostPort(loopback, strconv.Itoa(httpPort))
	c.NativeAddr = net.JoinHostPort(loopback, strconv.Itoa(nativePort))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.HTTPAddr+"/ping", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("its ping answers %s", response.Status)
	}
	return nil
}

// parseReady reads the two ports from the ready file of moose-clickhouse.
func parseReady(data []byte) (httpPort, nativePort int, err error) {
	var ports struct {
		HTTPPort   int `json:"http_port"`
		NativePort int `json:"native_port"`
	}
	if err := json.Unmarshal(data, &ports); err != nil {
		return 0, 0, err
	}
	for _, port := range []int{ports.HTTPPort, ports.NativePort} {
		if port < 1 || port > 65535 {
			return 0, 0, fmt.Errorf("it does not state two ports: %d is none", port)
		}
	}
	return ports.HTTPPort, ports.NativePort, nil
}

// NativeURL is the DSN of a database for the native protocol, password
// included. An empty name means "default".
func (c *ClickHouse) NativeURL(database string) string {
	return c.url("clickhouse", c.NativeAddr, database)
}

// HTTPURL is the DSN of a database for the HTTP interface, password included.
// An empty name means "default".
func (c *ClickHouse) HTTPURL(database string) string { return c.url("http", c.HTTPAddr, database) }

func (c *ClickHouse) url(scheme, addr, database string) string {
	if database == "" {
		database = "default"
	}
	u := url.URL{Scheme: scheme, Host: addr, Path: "/" + database, User: url.UserPassword(c.User, c.Password)}
	return u.String()
}

// Done is closed when the engine has ended, wanted or not.
func (c *ClickHouse) Done() <-chan struct{} { return c.process.exited }

// Close stops the engine and waits for its end. Its data stays.
func (c *ClickHouse) Close() error { return c.process.close() }

// String names the server without its password.
func (c ClickHouse) String() string {
	return fmt.Sprintf("clickhouse://%s@%s (HTTP %s)", c.User, c.NativeAddr, c.HTTPAddr)
}

// GoString is String: a %#v shows no password either.
func (c ClickHouse) GoString() string { return c.String() }

// LogValue is String, for log/slog.
func (c ClickHouse) LogValue() slog.Value { return slog.StringValue(c.String()) }
