package embedded

import (
	"errors"
	"os"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

func realZooKeeper(t *testing.T) parts.ZooKeeper {
	t.Helper()
	store, err := parts.New(parts.Options{Environ: os.Environ(), Root: os.Geteuid() == 0})
	if err != nil {
		t.Fatal(err)
	}
	zk, err := store.ZooKeeper(t.Context())
	if missing := (*parts.Unavailable)(nil); errors.As(err, &missing) && os.Getenv("MOOSE_TEST_STRICT") != "1" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return zk
}

func TestKeeperStartsStopsAndNoticesATakenPort(t *testing.T) {
	options := KeeperOptions{ZooKeeper: realZooKeeper(t), DataDir: t.TempDir(), Environ: os.Environ()}
	k, err := StartKeeper(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	second := options
	second.DataDir, second.Port = t.TempDir(), portOf(t, k.Addr)
	if other, err := StartKeeper(t.Context(), second); !errors.Is(err, errPortTaken) {
		t.Errorf("a second Keeper on the port: %v, %v", other, err)
	}
	if err := k.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	restarted := options
	restarted.Port = second.Port
	k, err = StartKeeper(t.Context(), restarted)
	if err != nil {
		t.Fatalf("start on the port and data of the stopped one: %v", err)
	}
	if err := k.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}
