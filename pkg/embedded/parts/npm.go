package parts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// npmInstall runs `npm ci`, or `npm install` without a lock file, in dir.
// Install scripts do not run.
func (s *Store) npmInstall(ctx context.Context, part, dir string) error {
	verb := "ci"
	if !isFile(filepath.Join(dir, "package-lock.json")) {
		verb = "install"
	}
	_, err := s.run(ctx, client{
		part: part, program: "npm", dir: dir,
		args:   []string{verb, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"},
		remedy: "See what npm says; it needs its registry, or a filled cache, to answer.",
	})
	return err
}

// NodeModules returns a folder node_modules with the dependencies that the
// package.json and package-lock.json in project ask for, installed without
// install scripts. Projects with equal dependencies share it, so treat it as
// read-only: link to it.
func (s *Store) NodeModules(ctx context.Context, project string) (string, error) {
	key, err := s.nodeKey(ctx, project)
	if err != nil {
		return "", err
	}
	dir, err := s.Build(ctx, "Node dependencies of "+filepath.Base(project), "node", key, func(ctx context.Context, tmp, _ string) error {
		for _, name := range []string{"package.json", "package-lock.json"} {
			data, err := os.ReadFile(filepath.Join(project, name))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(tmp, name), data, 0o644)
			}
			if err != nil {
				return fmt.Errorf("copying %s: %w", name, err)
			}
		}
		return s.npmInstall(ctx, "node dependencies", tmp)
	})
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "node_modules"), nil
}

// nodeKey is a digest of everything that decides what npm installs: the
// dependency sections, the lock, and the platform with Node's major version.
func (s *Store) nodeKey(ctx context.Context, project string) (string, error) {
	var manifest map[string]json.RawMessage
	if err := readJSON(filepath.Join(project, "package.json"), &manifest); err != nil {
		return "", err
	}
	var lock struct {
		Packages map[string]json.RawMessage `json:"packages"`
	}
	if err := readJSON(filepath.Join(project, "package-lock.json"), &lock); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	delete(lock.Packages, "")
	version, err := s.run(ctx, client{part: "node dependencies", program: "node", args: []string{"--version"}, remedy: "Install Node 20 or newer."})
	if err != nil {
		return "", err
	}
	major, _, _ := strings.Cut(strings.TrimSpace(version), ".")
	sections := map[string]any{"platform": runtime.GOOS + "/" + runtime.GOARCH + "/" + major, "lock": lock.Packages}
	for _, name := range []string{"dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "overrides", "engines"} {
		sections[name] = manifest[name]
	}
	data, err := json.Marshal(sections)
	if err != nil {
		return "", fmt.Errorf("hashing the dependencies of %s: %w", project, err)
	}
	return shortHash(data), nil
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading a Node project: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}

// shortHash is the first 12 bytes of a SHA-256, in hex.
func shortHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:12])
}
