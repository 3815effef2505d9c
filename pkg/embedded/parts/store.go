package parts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Environment variables this package reads.
const (
	EnvDir     = "MOOSE_PARTS_DIR" // folder of the cache
	EnvChdbLib = "MOOSE_CHDB_LIB"  // path of a libchdb.so to use instead of the pinned one
)

// Options say where and with what rights parts are fetched.
type Options struct {
	// Environ is the environment in the form of os.Environ: package clients
	// are looked up in its PATH and run with it.
	Environ []string
	// Dir is the cache; empty means MOOSE_PARTS_DIR, else the folder
	// moose-migrate in the user's cache folder.
	Dir string
	// Root says whether system packages may be installed.
	Root bool
	// Progress is told of everything that takes longer than a second; nil
	// means nobody.
	Progress io.Writer
}

// Store is the cache of parts. Its methods may be called at once from many
// goroutines and processes.
type Store struct {
	dir      string
	env      environ
	root     bool
	progress io.Writer
	patience time.Duration // what is faster is not reported
}

// New opens the cache, making its folder when there is none.
func New(o Options) (*Store, error) {
	s := &Store{dir: o.Dir, env: o.Environ, root: o.Root, progress: o.Progress, patience: time.Second}
	if s.progress == nil {
		s.progress = io.Discard
	}
	if s.dir == "" {
		s.dir = s.env.get(EnvDir)
	}
	if s.dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("finding a folder for the parts cache: %w; set %s to a folder", err, EnvDir)
		}
		s.dir = filepath.Join(base, "moose-migrate")
	}
	abs, err := filepath.Abs(s.dir)
	if err != nil {
		return nil, fmt.Errorf("resolving the parts cache %s: %w", s.dir, err)
	}
	s.dir = abs
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the parts cache: %w; set %s to a folder you can write to", err, EnvDir)
	}
	return s, nil
}

// FromOS opens the cache with this process's environment and rights.
func FromOS(progress io.Writer) (*Store, error) {
	return New(Options{Environ: os.Environ(), Root: os.Geteuid() == 0, Progress: progress})
}

// Dir is the absolute path of the cache.
func (s *Store) Dir() string { return s.dir }

// Environ is the environment that package clients get.
func (s *Store) Environ() []string { return append([]string(nil), s.env...) }

// Build returns the folder of the cache entry name-key. If it does not exist,
// fill fills the folder tmp, which is then renamed to final. When fill fails
// nothing stays behind. label is what progress calls the work.
func (s *Store) Build(ctx context.Context, label, name, key string, fill func(ctx context.Context, tmp, final string) error) (string, error) {
	final := filepath.Join(s.dir, name+"-"+key)
	if isDir(final) {
		return final, nil
	}
	lock, err := s.lock(ctx, final+".lock", label)
	if err != nil {
		return "", err
	}
	defer lock.release()
	if isDir(final) {
		return final, nil
	}
	tmp := final + ".partial"
	if err := os.RemoveAll(tmp); err != nil {
		return "", fmt.Errorf("removing what an interrupted fetch left at %s: %w", tmp, err)
	}
	if err := os.Mkdir(tmp, 0o755); err != nil {
		return "", fmt.Errorf("fetching %s: %w", label, err)
	}
	defer os.RemoveAll(tmp)

	done := s.report("fetching " + label)
	err = fill(ctx, tmp, final)
	done(err)
	if err != nil {
		return "", fmt.Errorf("fetching %s: %w", label, err)
	}
	if err := os.Rename(tmp, final); err != nil {
		return "", fmt.Errorf("moving %s into the cache: %w", label, err)
	}
	return final, nil
}

// Exclusive runs work while no other goroutine or process runs work of that
// name on this cache. label is what progress calls it.
func (s *Store) Exclusive(ctx context.Context, name, label string, work func() error) error {
	lock, err := s.lock(ctx, filepath.Join(s.dir, name+".lock"), label)
	if err != nil {
		return err
	}
	defer lock.release()
	done := s.report(label)
	err = work()
	done(err)
	return err
}

// Prune removes the entries of name that were made longer than age ago.
func (s *Store) Prune(name string, age time.Duration) error {
	entries, err := filepath.Glob(filepath.Join(s.dir, name+"-*"))
	if err != nil {
		return fmt.Errorf("looking for old builds of %s: %w", name, err)
	}
	for _, path := range entries {
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() || strings.HasSuffix(path, ".partial") || time.Since(info.ModTime()) < age {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("removing an old build of %s: %w", name, err)
		}
	}
	return nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// environ is a list of NAME=value; the last of equal names wins.
type environ []string

func (e environ) get(name string) string {
	for i := len(e) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(e[i], name+"="); ok {
			return v
		}
	}
	return ""
}

func (e environ) with(pairs ...string) []string {
	return append(append([]string(nil), e...), pairs...)
}

var errNotOnPath = errors.New("not found on PATH")

func (e environ) lookPath(program string) (string, error) {
	for _, dir := range filepath.SplitList(e.get("PATH")) {
		if dir == "" {
			continue
		}
		path := filepath.Join(dir, program)
		if info, err := os.Stat(path); err == nil && !info.IsDir() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: %w", program, errNotOnPath)
}
