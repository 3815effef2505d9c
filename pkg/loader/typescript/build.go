package typescript

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tailscale/hujson"

	"github.com/moose-migrate/moose-migrate/pkg/loader/declared"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
	"github.com/moose-migrate/moose-migrate/pkg/loader/partial"
)

// defaultOutDir is moose-tspc's when tsconfig.json names none.
const defaultOutDir = ".moose/compiled"

//go:embed preload/preload.cjs
var preload []byte

// build is the fresh output folder of one run, and the traces that moose-tspc
// leaves in the project.
type build struct {
	root string
	// userOutDir is the project's own, outDir this run's; both as tsconfig.json would
	// write them. outDir is a sibling, so that relative paths in compiled code reach
	// the same files.
	userOutDir, outDir string
	absOutDir          string
	temp, preload      string
	// restore are the files that moose-tspc overwrites, with what was there; nil for
	// a file that did not exist.
	restore map[string][]byte
}

func newBuild(r Request) (*build, error) {
	b := &build{root: r.Root, userOutDir: readOutDir(r.Root), restore: map[string][]byte{}}
	parent := filepath.Join(r.Root, filepath.Dir(b.userOutDir))
	if filepath.IsAbs(b.userOutDir) {
		parent = filepath.Dir(b.userOutDir)
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, fmt.Errorf("make a folder for the compiler: %w", err)
	}
	fresh, err := os.MkdirTemp(parent, "."+strings.TrimPrefix(filepath.Base(b.userOutDir), ".")+".moose-migrate-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the compiler: %w", err)
	}
	b.absOutDir = fresh
	b.outDir = filepath.ToSlash(filepath.Join(filepath.Dir(b.userOutDir), filepath.Base(fresh)))
	for _, name := range []string{".moose/.compile-config.json", "tsconfig.moose-build.json"} {
		data, err := os.ReadFile(filepath.Join(r.Root, name))
		if err != nil {
			data = nil
		}
		b.restore[name] = data
	}
	if err := b.writePreload(r.TempDir); err != nil {
		b.remove()
		return nil, err
	}
	if err := isolate.Give(r.Root, b.absOutDir, b.temp); err != nil {
		b.remove()
		return nil, fmt.Errorf("make a folder for the compiler: %w", err)
	}
	return b, nil
}

func (b *build) writePreload(dir string) (err error) {
	if b.temp, err = os.MkdirTemp(dir, "moose-migrate-preload-"); err != nil {
		return fmt.Errorf("make a folder for the preload script: %w", err)
	}
	b.preload = filepath.Join(b.temp, "preload.cjs")
	if err := os.WriteFile(b.preload, preload, 0o600); err != nil {
		return fmt.Errorf("write the preload script: %w", err)
	}
	return nil
}

// declarations is the file into which the preload script writes where the objects
// are declared.
func (b *build) declarations() string { return filepath.Join(b.temp, declared.FileName) }

// remove leaves the project as it was.
func (b *build) remove() {
	os.RemoveAll(b.absOutDir)
	if b.temp != "" {
		os.RemoveAll(b.temp)
	}
	for name, data := range b.restore {
		path := filepath.Join(b.root, name)
		if data == nil {
			os.Remove(path)
			continue
		}
		_ = os.WriteFile(path, data, 0o644)
	}
}

// readOutDir is what moose-tspc would compile into. A tsconfig.json that is not
// JSON with comments is left to the compiler to complain about.
func readOutDir(root string) string {
	data, err := os.ReadFile(filepath.Join(root, "tsconfig.json"))
	if err != nil {
		return defaultOutDir
	}
	if data, err = hujson.Standardize([]byte(strings.TrimPrefix(string(data), "\ufeff"))); err != nil {
		return defaultOutDir
	}
	var config struct {
		CompilerOptions struct {
			OutDir string `json:"outDir"`
		} `json:"compilerOptions"`
	}
	if json.Unmarshal(data, &config) != nil || config.CompilerOptions.OutDir == "" {
		return defaultOutDir
	}
	return filepath.Clean(config.CompilerOptions.OutDir)
}

// paths returns Result.Path and Result.Stale.
func (b *build) paths() (path func(string) string, stale func() string) {
	userOutDir := b.userOutDir
	if !filepath.IsAbs(userOutDir) {
		userOutDir = filepath.Join(b.root, userOutDir)
	}
	relative := partial.Relative(withReal(b.root)...)
	fresh := partial.Relative(withReal(b.absOutDir)...)
	old := partial.Relative(withReal(userOutDir)...)
	var met string
	path = func(p string) string {
		if rest := fresh(p); rest != p {
			return relative(filepath.Join(userOutDir, rest))
		}
		if rest := old(p); rest != p && userOutDir != b.root {
			met = relative(p)
		}
		return relative(p)
	}
	return path, func() string { return met }
}

// withReal is a folder and, when links lead to it, the folder itself: Node reports
// paths without links.
func withReal(dir string) []string {
	if real, err := filepath.EvalSymlinks(dir); err == nil && real != dir {
		return []string{dir, real}
	}
	return []string{dir}
}
