package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"

	"github.com/moose-migrate/moose-migrate/pkg/embedded"
)

// servers are what the demonstration started. redis is nil where the state is
// in KeeperMap, keeper is nil where it is in redis.
type servers struct {
	clickHouse *embedded.ClickHouse
	keeper     *embedded.Keeper
	redis      *embedded.Redis
}

// close stops the servers, ClickHouse before the Keeper it uses.
func (s *servers) close() error {
	var err error
	if s.clickHouse != nil {
		err = s.clickHouse.Close()
	}
	if s.keeper != nil {
		err = errors.Join(err, s.keeper.Close())
	}
	if s.redis != nil {
		err = errors.Join(err, s.redis.Close())
	}
	return err
}

// start brings up the servers and makes the database.
func (d *demo) start(ctx context.Context) error {
	if err := d.startServers(ctx); err != nil {
		return err
	}
	d.say("ClickHouse runs at %s.", d.servers.clickHouse)
	if d.servers.redis != nil {
		d.say("%v", d.tools.noZooKeeper)
		d.say("So the state is kept in a Redis-compatible server at %s instead of a KeeperMap table.", d.servers.redis)
	} else {
		d.say("Its Keeper (ZooKeeper) runs at %s: the state and the lock are kept in a KeeperMap table.", d.servers.keeper.Addr)
	}
	return d.execute(ctx, "default", "CREATE DATABASE "+database)
}

func (d *demo) startServers(ctx context.Context) (err error) {
	progress := d.ui.Progress()
	defer func() { progress.Close(err) }()
	// Java would leave a folder in /tmp, wherever TMPDIR is.
	environ := append(d.private(), "JAVA_TOOL_OPTIONS=-XX:-UsePerfData")
	keeperAddr := ""
	if d.tools.noZooKeeper == nil {
		progress.Step("Starting Keeper")
		d.servers.keeper, err = embedded.StartKeeper(ctx, embedded.KeeperOptions{
			ZooKeeper: d.tools.zooKeeper, DataDir: filepath.Join(d.dir, "keeper"), Environ: environ,
		})
		if err != nil {
			return err
		}
		keeperAddr = d.servers.keeper.Addr
	} else {
		d.servers.redis, err = embedded.StartMiniRedis(rand.Text())
		if err != nil {
			return err
		}
	}
	progress.Step("Starting ClickHouse")
	d.servers.clickHouse, err = embedded.StartClickHouse(ctx, embedded.ClickHouseOptions{
		Program: filepath.Join(d.dir, "bin", "moose-clickhouse"), Library: d.tools.library,
		DataDir: filepath.Join(d.dir, "clickhouse"), KeeperAddr: keeperAddr, Environ: environ,
	})
	return err
}
