package embedded

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// EnvClickHouse names the variable with the path of a moose-clickhouse to use.
const EnvClickHouse = "MOOSE_CLICKHOUSE_BIN"

const clickHouseProgram = "moose-clickhouse"

// FindClickHouse looks for the program moose-clickhouse: MOOSE_CLICKHOUSE_BIN,
// then the folder of the running program, then PATH.
func FindClickHouse(getenv func(string) string, executable string) (string, error) {
	if path := getenv(EnvClickHouse); path != "" {
		if !isProgram(path) {
			return "", fmt.Errorf("%s names %s, which is not a program; correct or unset it", EnvClickHouse, path)
		}
		return path, nil
	}
	for _, dir := range append([]string{filepath.Dir(executable)}, filepath.SplitList(getenv("PATH"))...) {
		if path := filepath.Join(dir, clickHouseProgram); dir != "" && isProgram(path) {
			return filepath.Abs(path)
		}
	}
	return "", &parts.Unavailable{
		Part: clickHouseProgram, Why: "it is neither beside this program nor on PATH",
		Remedy: "Put it there, or set " + EnvClickHouse + " to its path.",
	}
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// BuildClickHouse builds cmd/moose-clickhouse of the module in dir (or in a
// folder above it) into the cache and returns its path. The cache entry is
// named by a digest of the sources, so it is built once per state of them.
func BuildClickHouse(ctx context.Context, store *parts.Store, dir string) (string, error) {
	packages, err := goList(ctx, dir)
	if err != nil {
		return "", err
	}
	key, err := sourceHash(packages)
	if err != nil {
		return "", err
	}
	built, err := store.Build(ctx, "moose-clickhouse with go build", clickHouseProgram, key, func(ctx context.Context, tmp, _ string) error {
		if _, err := runGo(ctx, dir, "build", "-o", filepath.Join(tmp, clickHouseProgram), importPath); err != nil {
			return err
		}
		return store.Prune(clickHouseProgram, buildsKept)
	})
	if err != nil {
		return "", err
	}
	return filepath.Join(built, clickHouseProgram), nil
}

// buildsKept is how long a build of other sources stays in the cache.
const buildsKept = 24 * time.Hour

const importPath = "github.com/moose-migrate/moose-migrate/cmd/moose-clickhouse"

// goPackage is what `go list -json` says of a package.
type goPackage struct {
	ImportPath string
	Dir        string
	Standard   bool
	Module     *struct {
		Main  bool
		GoMod string
	}
	GoFiles, CgoFiles, SFiles, HFiles, EmbedFiles []string
}

func goList(ctx context.Context, dir string) ([]goPackage, error) {
	out, err := runGo(ctx, dir, "list", "-deps", "-json=ImportPath,Dir,Standard,Module,GoFiles,CgoFiles,SFiles,HFiles,EmbedFiles", importPath)
	if err != nil {
		return nil, err
	}
	var packages []goPackage
	decoder := json.NewDecoder(strings.NewReader(out))
	for {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the output of go list: %w", err)
		}
		packages = append(packages, p)
	}
}

// sourceHash covers every file of the main module that goes into the program,
// go.mod and go.sum (which stand for the other modules) and the compiler.
func sourceHash(packages []goPackage) (string, error) {
	var files []string
	for _, p := range packages {
		if p.Standard || p.Module == nil || !p.Module.Main {
			continue
		}
		files = append(files, p.Module.GoMod, strings.TrimSuffix(p.Module.GoMod, ".mod")+".sum")
		for _, name := range slices.Concat(p.GoFiles, p.CgoFiles, p.SFiles, p.HFiles, p.EmbedFiles) {
			files = append(files, filepath.Join(p.Dir, name))
		}
	}
	slices.Sort(files)
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, path := range slices.Compact(files) {
		data, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("hashing the sources of moose-clickhouse: %w", err)
		}
		fmt.Fprintf(sum, "%s %x\n", path, sha256.Sum256(data))
	}
	return hex.EncodeToString(sum.Sum(nil)[:12]), nil
}

func runGo(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return "", &parts.Unavailable{Part: clickHouseProgram, Why: "building it needs Go, which is not on PATH", Remedy: "Install Go, or set " + EnvClickHouse + ".", Err: err}
	}
	if err != nil {
		return "", fmt.Errorf("running go %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return string(out), nil
}
