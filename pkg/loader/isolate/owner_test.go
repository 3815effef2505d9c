package isolate_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

// TestRootRunsTheProjectsCodeAsItsOwner is the case of a container action: root, and a
// workspace of another user.
func TestRootRunsTheProjectsCodeAsItsOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		out, err := isolate.Run(t.Context(), isolate.Command{Path: "/bin/sh", Args: []string{"-c", "id -u"}, Dir: t.TempDir(), Env: []string{"PATH=/usr/bin:/bin"}})
		if err != nil || strings.TrimSpace(string(out.Stdout)) != fmt.Sprint(os.Getuid()) {
			t.Errorf("%s, %v", out.Stdout, err)
		}
		return
	}
	root, err := os.MkdirTemp("/tmp", "owned-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	const uid, gid = 23456, 23457
	if err := os.Chown(root, uid, gid); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(root, "roots")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	given := filepath.Join(root, "given")
	if err := os.MkdirAll(filepath.Join(given, "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := isolate.Give(root, given); err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("id -u; id -g; id -G; cat %s 2>&1 >/dev/null; echo x > given/deep/file && echo wrote; cat /proc/%d/environ 2>&1 >/dev/null", secret, os.Getpid())
	for name, c := range map[string]isolate.Command{"by its folder": {Dir: root}, "by the owner's folder": {Dir: "/tmp", Owner: root}} {
		c.Path, c.Args, c.Env = "/bin/sh", []string{"-c", strings.ReplaceAll(script, "given/", given+"/")}, []string{"PATH=/usr/bin:/bin"}
		out, err := isolate.Run(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(out.Stdout)), "\n")
		if len(lines) != 6 || lines[0] != fmt.Sprint(uid) || lines[1] != fmt.Sprint(gid) || lines[2] != fmt.Sprint(gid) ||
			!strings.Contains(lines[3], "ermission denied") || lines[4] != "wrote" || !strings.Contains(lines[5], "ermission denied") {
			t.Errorf("%s: the child is and may\n%s", name, out.Stdout)
		}
	}
}
