package parts

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

// zooKeeperJar is where Debian's package zookeeper puts the server.
const zooKeeperJar = "/usr/share/java/zookeeper.jar"

// ZooKeeper is what it takes to run a ZooKeeper server.
type ZooKeeper struct {
	Java      string // path of the Java runtime
	ClassPath string // value of java's -cp
	Main      string // class to start, given the path of a zoo.cfg
}

// ZooKeeper returns Debian's ZooKeeper, installing it where that is possible.
func (s *Store) ZooKeeper(ctx context.Context) (ZooKeeper, error) {
	err := s.debian(ctx, "zookeeper", func() bool {
		_, err := s.env.lookPath("java")
		return err == nil && isFile(zooKeeperJar)
	}, "zookeeper", "default-jre-headless")
	if err != nil {
		return ZooKeeper{}, err
	}
	java, err := s.env.lookPath("java")
	if err != nil {
		return ZooKeeper{}, &Unavailable{Part: "zookeeper", Why: "java is not on PATH", Remedy: "Install a Java runtime (Debian: default-jre-headless).", Err: err}
	}
	jars := filepath.Dir(zooKeeperJar)
	return ZooKeeper{
		Java:      java,
		ClassPath: strings.Join([]string{"/etc/zookeeper/conf", zooKeeperJar, jars + "/*"}, ":"),
		Main:      "org.apache.zookeeper.server.quorum.QuorumPeerMain",
	}, nil
}

// Redis returns the path of redis-server, installing it where that is possible.
func (s *Store) Redis(ctx context.Context) (string, error) {
	err := s.debian(ctx, "redis-server", func() bool {
		_, err := s.env.lookPath("redis-server")
		return err == nil
	}, "redis-server")
	if err != nil {
		return "", err
	}
	path, err := s.env.lookPath("redis-server")
	if err != nil {
		return "", &Unavailable{Part: "redis-server", Why: "the package is installed, but redis-server is not on PATH", Remedy: "Add its folder (Debian: /usr/bin) to PATH.", Err: err}
	}
	return path, nil
}

// chromiums are the names of the browser on different systems.
var chromiums = []string{"chromium", "chromium-browser", "google-chrome"}

// Chromium returns the path of a Chromium browser, installing Debian's with a font
// where that is possible.
func (s *Store) Chromium(ctx context.Context) (string, error) {
	find := func() string {
		for _, name := range chromiums {
			if path, err := s.env.lookPath(name); err == nil {
				return path
			}
		}
		return ""
	}
	if err := s.debian(ctx, "chromium", func() bool { return find() != "" }, "chromium", "fonts-dejavu-core"); err != nil {
		return "", err
	}
	return find(), nil
}

// debian installs packages unless present already holds. It needs apt-get and
// root; services that the packages bring are not started.
func (s *Store) debian(ctx context.Context, part string, present func() bool, packages ...string) error {
	if present() {
		return nil
	}
	install := "apt-get install " + strings.Join(packages, " ")
	if _, err := s.env.lookPath("apt-get"); err != nil {
		return &Unavailable{
			Part: part, Why: "it is not installed and this system has no apt-get",
			Remedy: "Install what Debian calls " + strings.Join(packages, ", ") + " with this system's package manager.", Err: err,
		}
	}
	if !s.root {
		return &Unavailable{Part: part, Why: "it is not installed and installing it needs root", Remedy: fmt.Sprintf("Run `%s` as root.", install)}
	}
	lock, err := s.lock(ctx, filepath.Join(s.dir, "apt.lock"), "Debian packages")
	if err != nil {
		return err
	}
	defer lock.release()
	if present() {
		return nil
	}
	done := s.report("installing the Debian packages " + strings.Join(packages, ", "))
	err = s.aptInstall(ctx, part, install, packages)
	done(err)
	if err == nil && !present() {
		return &Unavailable{
			Part: part, Why: "apt-get installed " + strings.Join(packages, ", ") + ", but it is still not where it is expected",
			Remedy: "Install it by hand.",
		}
	}
	return err
}

func (s *Store) aptInstall(ctx context.Context, part, install string, packages []string) error {
	// RUNLEVEL=1 keeps invoke-rc.d from starting the packages' services.
	env := []string{"DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"}
	for _, args := range [][]string{{"update"}, append([]string{"install", "-y", "--no-install-recommends"}, packages...)} {
		_, err := s.run(ctx, client{
			part: part, program: "apt-get", args: args, env: env,
			remedy: fmt.Sprintf("Run `apt-get update`, then `%s`, and see what they say.", install),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
