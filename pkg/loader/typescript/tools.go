package typescript

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
)

// tools are the project's own programs.
type tools struct {
	tspc, runner string
	// bins are the folders of programs, nearest first.
	bins    []string
	version string
}

// findTools looks for moose-lib's programs in the node_modules of the project and
// of the folders above it, for a workspace. What is missing is told before
// anything runs; npx would otherwise try to download the compiler.
func findTools(r Request) (tools, error) {
	const doing = "load the TypeScript project"
	var t tools
	for _, file := range []string{"package.json", "tsconfig.json", filepath.Join(r.SourceDir, "index.ts")} {
		if _, err := os.Stat(filepath.Join(r.Root, file)); err != nil {
			return t, fault.New(doing, filepath.ToSlash(file)+" is missing in "+r.Root, "Is this the folder of a Moose project, and is source_dir in moose.config.toml right?")
		}
	}
	if !onPath("node", r.Env["PATH"]) {
		return t, fault.New(doing, "node is not on PATH", "Install Node.js 20 or newer (in GitHub Actions: actions/setup-node).")
	}
	for dir := r.Root; ; dir = filepath.Dir(dir) {
		bin := filepath.Join(dir, "node_modules", ".bin")
		if info, err := os.Stat(bin); err == nil && info.IsDir() {
			t.bins = append(t.bins, bin)
		}
		if t.version == "" {
			t.version = libVersion(dir)
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	for name, where := range map[string]*string{"moose-tspc": &t.tspc, "moose-runner": &t.runner} {
		if *where = find(name, t.bins); *where == "" {
			return t, missing(doing, r.Root, "@514labs/moose-lib is not installed: "+name+" is not in node_modules/.bin")
		}
	}
	if find("tspc", t.bins) == "" {
		return t, missing(doing, r.Root, "ts-patch is not installed: tspc is not in node_modules/.bin")
	}
	return t, nil
}

func find(name string, dirs []string) string {
	for _, dir := range dirs {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	return ""
}

func onPath(name, path string) bool { return find(name, filepath.SplitList(path)) != "" }

func libVersion(dir string) string {
	data, err := os.ReadFile(filepath.Join(dir, "node_modules", "@514labs", "moose-lib", "package.json"))
	if err != nil {
		return ""
	}
	var manifest struct {
		Version string `json:"version"`
	}
	if json.Unmarshal(data, &manifest) != nil {
		return ""
	}
	return manifest.Version
}

// missing is a dependency that is not installed.
func missing(doing, root, what string) *fault.Error {
	return fault.New(doing, what, "Run `"+installCommand(root)+"` in "+root+" first.")
}

// installCommand is that of the package manager whose lock file the project, or a
// folder above it, has.
func installCommand(root string) string {
	managers := []struct{ lock, command string }{
		{"package-lock.json", "npm ci"},
		{"npm-shrinkwrap.json", "npm ci"},
		{"pnpm-lock.yaml", "pnpm install --frozen-lockfile"},
		{"yarn.lock", "yarn install --frozen-lockfile"},
		{"bun.lock", "bun install --frozen-lockfile"},
		{"bun.lockb", "bun install --frozen-lockfile"},
	}
	for dir := root; ; dir = filepath.Dir(dir) {
		for _, m := range managers {
			if _, err := os.Stat(filepath.Join(dir, m.lock)); err == nil {
				return m.command
			}
		}
		if dir == filepath.Dir(dir) {
			return "npm install"
		}
	}
}

var cannotFind = regexp.MustCompile(`Cannot find (?:module|package) '([^']+)'`)

// missingModule recognizes Node's complaint about a package; a missing file of the
// project itself is the user's own error and stays one.
func missingModule(doing, root, output string) *fault.Error {
	m := cannotFind.FindStringSubmatch(output)
	if m == nil || strings.HasPrefix(m[1], ".") || (filepath.IsAbs(m[1]) && !strings.Contains(m[1], "node_modules")) {
		return nil
	}
	e := missing(doing, root, "the package "+m[1]+" is not installed")
	e.Output = fault.Tail([]byte(output))
	return e
}

// lockPoll is how often a busy project is looked at.
const lockPoll = 100 * time.Millisecond

// lock keeps a second run out of the same project: moose-tspc writes files with
// fixed names into it.
func lock(ctx context.Context, root string) (unlock func(), err error) {
	dir := filepath.Join(root, ".moose")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fault.New("load the TypeScript project", err.Error(), "The compiler needs to write into the project's folder.")
	}
	f, err := os.OpenFile(filepath.Join(dir, "moose-migrate.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fault.New("load the TypeScript project", err.Error(), "The compiler needs to write into the project's folder.")
	}
	for !tryLock(f) {
		select {
		case <-ctx.Done():
			f.Close()
			return nil, fault.New("load the TypeScript project", "another run is compiling the same project: "+context.Cause(ctx).Error(), "")
		case <-time.After(lockPoll):
		}
	}
	return func() { f.Close() }, nil
}
