package parts

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/google/renameio/v2"
)

// Podman is a container engine whose images, containers and settings lie in
// the cache, apart from those of the machine's users.
type Podman struct {
	Program string   // absolute path
	Environ []string // NAME=value pairs to add to the environment of every call
	Dir     string   // folder of settings and storage
}

// Command is a call of podman in the environment environ. When ctx ends it
// gets SIGTERM, and SIGKILL ten seconds later.
func (p Podman) Command(ctx context.Context, environ []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.Program, args...)
	cmd.Env = append(slices.Clone(environ), p.Environ...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// podmanSettings run containers without privileges that virtual machines in
// continuous integration lack: podman's own limits on open files cannot be set
// without CAP_SYS_RESOURCE, crun refuses hybrid cgroups, and the journal and
// systemd may be missing. Locks in files, not in the machine's one segment of
// shared memory, keep this engine apart from the user's own.
const podmanSettings = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "host"
pids_limit = 0
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = %q
[engine.runtimes]
runc = ["/usr/sbin/runc", "/usr/bin/runc"]
[network]
network_backend = "netavark"
`

const podmanStorage = `[storage]
driver = %q
graphroot = %q
runroot = %q
`

const podmanRegistries = `unqualified-search-registries = ["docker.io"]
short-name-mode = "permissive"
`

// Podman returns a working podman, installing it where that is possible.
func (s *Store) Podman(ctx context.Context) (Podman, error) {
	const part = "podman"
	err := s.debian(ctx, part, func() bool {
		_, noPodman := s.env.lookPath("podman")
		_, noRunc := s.env.lookPath("runc") // which may be in a folder for root alone
		return noPodman == nil && (noRunc == nil || isFile("/usr/sbin/runc"))
	}, "podman", "runc", "netavark")
	if err != nil {
		return Podman{}, err
	}
	program, err := s.env.lookPath("podman")
	if err != nil {
		return Podman{}, &Unavailable{Part: part, Why: "the package is installed, but podman is not on PATH", Remedy: "Add its folder to PATH.", Err: err}
	}
	p := Podman{Program: program, Dir: filepath.Join(s.dir, "podman")}
	lock, err := s.lock(ctx, p.Dir+".lock", "podman")
	if err != nil {
		return Podman{}, err
	}
	defer lock.release()
	// Overlay does not work on every file system; vfs copies and always does.
	for _, driver := range []string{"overlay", "vfs"} {
		if p.Environ, err = s.podmanConfigure(p.Dir, driver); err != nil {
			return Podman{}, err
		}
		_, err = s.run(ctx, client{
			part: part, program: program, args: []string{"info", "--format", "{{.Store.GraphDriverName}}"}, env: p.Environ,
			remedy: "See what `podman info` says of this machine.",
		})
		if err == nil || ctx.Err() != nil {
			break
		}
	}
	return p, err
}

// podmanConfigure writes the settings and returns the variables that name them.
func (s *Store) podmanConfigure(dir, driver string) ([]string, error) {
	etc := filepath.Join(dir, driver)
	if err := os.MkdirAll(etc, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder of podman's settings: %w", err)
	}
	var environ []string
	for _, f := range []struct{ name, env, text string }{
		{"containers.conf", "CONTAINERS_CONF", fmt.Sprintf(podmanSettings, filepath.Join(etc, "libpod"))},
		{"storage.conf", "CONTAINERS_STORAGE_CONF", fmt.Sprintf(podmanStorage, driver, filepath.Join(etc, "graph"), filepath.Join(etc, "run"))},
		{"registries.conf", "CONTAINERS_REGISTRIES_CONF", podmanRegistries},
	} {
		path := filepath.Join(etc, f.name)
		if err := renameio.WriteFile(path, []byte(f.text), 0o644); err != nil {
			return nil, fmt.Errorf("writing podman's settings: %w", err)
		}
		environ = append(environ, f.env+"="+path)
	}
	return environ, nil
}

// podman calls podman for the images and returns what it printed, trimmed.
func (s *Store) podman(ctx context.Context, p Podman, dir string, args ...string) (string, error) {
	out, err := s.run(ctx, client{
		part: imagesPart, program: p.Program, args: args, dir: dir, env: p.Environ,
		remedy: "See what podman says.",
	})
	return strings.TrimSpace(out), err
}
