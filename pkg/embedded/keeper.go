package embedded

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/renameio/v2"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// KeeperOptions say how to run a Keeper.
type KeeperOptions struct {
	ZooKeeper    parts.ZooKeeper // from parts.Store.ZooKeeper
	DataDir      string          // made if missing; holds the log as well
	Port         int             // 0 chooses a free one
	Environ      []string
	StartTimeout time.Duration // 0 means 30 s
}

// Keeper is a running ZooKeeper, for KeeperMap tables. It does not wait for
// the disk: a crash of the machine may lose what it held.
type Keeper struct {
	Addr    string // host:port for clients
	LogFile string
	process *process
}

// StartKeeper starts a ZooKeeper and waits until it serves requests.
func StartKeeper(ctx context.Context, o KeeperOptions) (*Keeper, error) {
	dir, err := dataDir(o.DataDir, "Keeper")
	if err != nil {
		return nil, err
	}
	o.DataDir = dir
	ctx, cancel := context.WithTimeout(ctx, orDefault(o.StartTimeout, 30*time.Second))
	defer cancel()
	if o.Port != 0 {
		return startKeeper(ctx, o, o.Port)
	}
	return onFreePort(ctx, func(ctx context.Context, port int) (*Keeper, error) { return startKeeper(ctx, o, port) })
}

func startKeeper(ctx context.Context, o KeeperOptions, port int) (*Keeper, error) {
	data := filepath.Join(o.DataDir, "data")
	settings := []string{
		"tickTime=1000",
		"dataDir=" + data,
		"clientPortAddress=" + loopback,
		"clientPort=" + strconv.Itoa(port),
		"maxClientCnxns=0",
		"minSessionTimeout=2000",
		"maxSessionTimeout=60000",
		"admin.enableServer=false",
		"4lw.commands.whitelist=conf",
	}
	config := filepath.Join(o.DataDir, "zoo.cfg")
	if err := renameio.WriteFile(config, []byte(strings.Join(settings, "\n")+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("starting Keeper: writing its configuration: %w", err)
	}
	logFile := filepath.Join(o.DataDir, "keeper.log")
	p, err := launch(spec{
		name: "Keeper", path: o.ZooKeeper.Java, dir: o.DataDir, env: o.Environ, logFile: logFile, grace: 3 * time.Second,
		args: []string{
			// Its cache of 400 answers would take more than the heap has when values are large.
			"-Dzookeeper.maxResponseCacheSize=0",
			"-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Dzookeeper.forceSync=no",
			"-cp", o.ZooKeeper.ClassPath, o.ZooKeeper.Main, config,
		},
	})
	if err != nil {
		return nil, err
	}
	addr := net.JoinHostPort(loopback, strconv.Itoa(port))
	if err := p.await(ctx, func(ctx context.Context) error { return isKeeper(ctx, addr, data) }); err != nil {
		return nil, p.startFailed(err, "BindException", "Address already in use")
	}
	return &Keeper{Addr: addr, LogFile: logFile, process: p}, nil
}

// isKeeper asks the ZooKeeper at addr for its configuration by a four-letter
// command, and says whether it is the one that keeps its data in dataDir, and
// not another that took the port first.
func isKeeper(ctx context.Context, addr, dataDir string) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(conn, "conf"); err != nil {
		return err
	}
	answer, err := io.ReadAll(io.LimitReader(conn, 1<<14))
	if err != nil {
		return err
	}
	if !strings.Contains(string(answer), "dataDir="+dataDir+"/") {
		return fmt.Errorf("%w, or it does not serve yet: it answers %.80q", errPortTaken, answer)
	}
	return nil
}

// Close stops the Keeper and waits for its end.
func (k *Keeper) Close() error {
	return k.process.close()
}

// dataDir makes an absolute folder for a server.
func dataDir(dir, server string) (string, error) {
	if dir == "" {
		return "", fmt.Errorf("starting %s: no folder for its data is given", server)
	}
	abs, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(abs, 0o700)
	}
	if err != nil {
		return "", fmt.Errorf("starting %s: making its folder: %w", server, err)
	}
	return abs, nil
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}
