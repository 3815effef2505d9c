package parts

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// withPodman gives a machine podman and what the stand-ins are made of.
func withPodman(t *testing.T, podman string, environ ...string) *machine {
	t.Helper()
	m := newMachine(t, environ...)
	goRoot := t.TempDir()
	if err := os.WriteFile(filepath.Join(goRoot, "VERSION"), []byte("go1.26.8"), 0o644); err != nil {
		t.Fatal(err)
	}
	m.program("runc", "")
	m.program("podman", podman)
	m.program("go", "echo '"+goRoot+"'")
	for _, name := range []string{"node", "npm", "corepack"} {
		m.program(name, "")
	}
	m.nodePackage("1.0.0")
	return m
}

// nodePackage writes the manifest of npm and corepack, whose programs are in
// its subfolder.
func (m *machine) nodePackage(version string) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(filepath.Dir(m.bin), "package.json"), []byte(`{"version":"`+version+`"}`), 0o644); err != nil {
		m.t.Fatal(err)
	}
}

// calledWith returns the calls of a program whose arguments contain what.
func (m *machine) calledWith(what string) []string {
	return slices.DeleteFunc(m.called(), func(call string) bool { return !strings.Contains(call, what) })
}

func TestPodmanHasItsOwnSettings(t *testing.T) {
	m := withPodman(t, "echo overlay")
	p, err := m.Podman(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF", "CONTAINERS_REGISTRIES_CONF"} {
		path := environ(p.Environ).get(name)
		data, err := os.ReadFile(path)
		if err != nil || !strings.HasPrefix(path, m.Dir()) {
			t.Errorf("%s=%s: %v", name, path, err)
		}
		if strings.Contains(string(data), "/run/") || name == "CONTAINERS_STORAGE_CONF" && !strings.Contains(string(data), m.Dir()) {
			t.Errorf("%s names folders of others:\n%s", name, data)
		}
	}
	cmd := p.Command(t.Context(), []string{"A=b", "CONTAINERS_CONF=other"}, "ps")
	if got := environ(cmd.Env); got.get("A") != "b" || got.get("CONTAINERS_CONF") != environ(p.Environ).get("CONTAINERS_CONF") {
		t.Errorf("environment: %q", cmd.Env)
	}
}

func TestPodmanWithoutOverlay(t *testing.T) {
	m := withPodman(t, `if grep -q '"overlay"' "$CONTAINERS_STORAGE_CONF"; then echo "overlay is not supported" >&2; exit 125; fi`)
	p, err := m.Podman(t.Context())
	if err != nil || !strings.Contains(environ(p.Environ).get("CONTAINERS_STORAGE_CONF"), "vfs") {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestPodmanThatDoesNotWork(t *testing.T) {
	m := withPodman(t, `echo "no such kernel" >&2; exit 125`)
	_, err := m.Podman(t.Context())
	unavailable(t, err, "no such kernel", "podman info")
}

func TestPodmanThatIsNotThere(t *testing.T) {
	_, err := newMachine(t).Podman(t.Context())
	unavailable(t, err, "no apt-get", "podman, runc, netavark")
}

func TestStandInsAreKept(t *testing.T) {
	m := withPodman(t, "")
	r, err := m.standInRecipe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m.program("podman", "echo "+r.key)
	if _, err := m.Images(t.Context()); err != nil {
		t.Fatal(err)
	}
	if calls := m.calledWith("podman"); len(calls) != 3 { // info and two inspections
		t.Errorf("calls: %q", calls)
	}
	m.nodePackage("2.0.0")
	if again, err := m.standInRecipe(t.Context()); err != nil || again.key == r.key {
		t.Errorf("another npm has the same key, %v", err)
	}
}

func TestStandInsNeedRoot(t *testing.T) {
	m := withPodman(t, `[ "$1" = info ]`)
	m.program("debootstrap", "")
	_, err := m.Images(t.Context())
	unavailable(t, err, "needs root", EnvImages+"=pull")
}

func TestRealImagesArePulled(t *testing.T) {
	m := withPodman(t, "", EnvImages+"=pull")
	if _, err := m.Images(t.Context()); err != nil {
		t.Fatal(err)
	}
	if calls := m.calledWith("podman pull"); len(calls) != 2 || !strings.HasSuffix(calls[0], GoImage) || !strings.HasSuffix(calls[1], NodeImage) {
		t.Errorf("calls: %q", calls)
	}
	m.program("podman", `[ "$1" = info ] || { echo "registry says no" >&2; exit 125; }`)
	_, err := m.Images(t.Context())
	unavailable(t, err, "registry says no")
}

func TestStandInsAreMade(t *testing.T) {
	m := withPodman(t, `[ "$1" != image ]`)
	m.root = true
	m.program("debootstrap", `mkdir -p "$4/etc/apt/apt.conf.d" "$4/usr/local/share/ca-certificates" "$4/usr/share/doc/x"`)
	m.program("apt-get", "echo http://deb.example/debian-security; echo http://deb.example/debian/")
	m.program("chroot", `test ! -e "$1/usr/share/doc" && test -s "$1/etc/apt/apt.conf.d/docker-clean"`)
	for _, name := range []string{"tar", "cp", "umount"} {
		m.program(name, "")
	}
	if _, err := m.Images(t.Context()); err != nil {
		t.Fatal(err)
	}
	if calls := m.calledWith("debootstrap"); len(calls) != 1 || !strings.HasSuffix(calls[0], "/root http://deb.example/debian") {
		t.Errorf("calls: %q", calls)
	}
	builds := m.calledWith("podman build")
	if len(builds) != 2 || !strings.Contains(builds[0], GoImage) || !strings.Contains(builds[1], NodeImage) {
		t.Errorf("builds: %q", builds)
	}
	if slices.ContainsFunc(m.entries(), func(name string) bool { return strings.Contains(name, "partial") }) {
		t.Errorf("left: %v", m.entries())
	}

	m.program("debootstrap", `echo "mirror says no" >&2; exit 1`)
	_, err := m.Images(t.Context())
	unavailable(t, err, "mirror says no", "Debian's mirror")
}

func TestActIsInstalledWithGo(t *testing.T) {
	m := newMachine(t)
	m.program("go", `echo x > "$GOBIN/act"`)
	path, err := m.Act(t.Context())
	if err != nil || !isFile(path) || !strings.HasSuffix(m.called()[0], "github.com/nektos/act@"+ActVersion) {
		t.Errorf("%s, %v, %q", path, err, m.called())
	}
}

func TestExclusiveWorkIsDoneByOne(t *testing.T) {
	m := newMachine(t)
	var inside, done atomic.Int32
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			err := m.Exclusive(t.Context(), "work", "work", func() error {
				if inside.Add(1) != 1 {
					t.Error("two at once")
				}
				time.Sleep(5 * time.Millisecond)
				inside.Add(-1)
				done.Add(1)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if done.Load() != 4 {
		t.Errorf("done %d times", done.Load())
	}
}
