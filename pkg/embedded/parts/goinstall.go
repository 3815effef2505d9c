package parts

import (
	"context"
	"path"
	"path/filepath"
	"runtime"
)

// goProgram builds a program of a Go module in a pinned version, without cgo,
// and returns its path.
func (s *Store) goProgram(ctx context.Context, label, pkg, version string) (string, error) {
	name := path.Base(pkg)
	dir, err := s.Build(ctx, label+" "+version+" with go install", name, version+"-"+runtime.GOARCH, func(ctx context.Context, tmp, _ string) error {
		_, err := s.run(ctx, client{
			part: name, program: "go", dir: tmp,
			args: []string{"install", "-trimpath", "-ldflags=-s -w", pkg + "@" + version},
			// Cross-compiling settings would put the program elsewhere, and
			// flags such as -mod or -race are meant for another module.
			env:    []string{"GOBIN=" + tmp, "GOFLAGS=", "GOOS=" + runtime.GOOS, "GOARCH=" + runtime.GOARCH, "CGO_ENABLED=0"},
			remedy: "See what go says; it needs its module proxy, or a filled module cache, to answer.",
		})
		if err != nil {
			return err
		}
		if !isFile(filepath.Join(tmp, name)) {
			return &Unavailable{Part: name, Why: "go install left no program " + name, Remedy: "Run `go install " + pkg + "@" + version + "` and see what it says."}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, name), nil
}
