package parts

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Chdb returns the path of libchdb.so: MOOSE_CHDB_LIB if that is set, else the
// pinned release from npm.
func (s *Store) Chdb(ctx context.Context) (string, error) {
	const part = "libchdb"
	if lib := s.env.get(EnvChdbLib); lib != "" {
		if !isFile(lib) {
			return "", &Unavailable{
				Part: part, Why: fmt.Sprintf("%s names %s, which is not a file", EnvChdbLib, lib),
				Remedy: "Correct the path, or unset the variable to have the pinned release fetched.",
			}
		}
		return filepath.Abs(lib)
	}
	pkg, ok := chdbPackages[runtime.GOARCH]
	if !ok || runtime.GOOS != "linux" {
		return "", &Unavailable{
			Part: part, Why: fmt.Sprintf("no release is pinned for %s/%s", runtime.GOOS, runtime.GOARCH),
			Remedy: fmt.Sprintf("Set %s to a libchdb.so of ClickHouse %s.", EnvChdbLib, ClickHouseVersion),
		}
	}
	label := fmt.Sprintf("libchdb (ClickHouse %s) from npm", ClickHouseVersion)
	dir, err := s.Build(ctx, label, "libchdb", ChdbVersion+"-"+runtime.GOARCH, func(ctx context.Context, tmp, _ string) error {
		if err := writeChdbLock(tmp, pkg); err != nil {
			return err
		}
		if err := s.npmInstall(ctx, part, tmp); err != nil {
			return err
		}
		from := filepath.Join(tmp, "node_modules", filepath.FromSlash(pkg.name), "libchdb.so")
		if !isFile(from) {
			return &Unavailable{Part: part, Why: pkg.name + " " + ChdbVersion + " has no libchdb.so", Remedy: "Set " + EnvChdbLib + " to a libchdb.so."}
		}
		if err := os.Rename(from, filepath.Join(tmp, "libchdb.so")); err != nil {
			return err
		}
		return os.RemoveAll(filepath.Join(tmp, "node_modules"))
	})
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "libchdb.so"), nil
}

// writeChdbLock writes the package.json and package-lock.json of a project
// with the one dependency pkg.
func writeChdbLock(dir string, pkg npmPackage) error {
	dependencies := map[string]string{pkg.name: ChdbVersion}
	entry := map[string]string{"version": ChdbVersion}
	if pkg.integrity != "" {
		entry["integrity"] = pkg.integrity
	}
	root := map[string]any{"name": "libchdb-part", "version": "0.0.0", "private": true, "dependencies": dependencies}
	files := map[string]any{
		"package.json": root,
		"package-lock.json": map[string]any{
			"name": "libchdb-part", "version": "0.0.0", "lockfileVersion": 3, "requires": true,
			"packages": map[string]any{"": root, "node_modules/" + pkg.name: entry},
		},
	}
	for name, content := range files {
		data, err := json.MarshalIndent(content, "", "  ")
		if err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return nil
}
