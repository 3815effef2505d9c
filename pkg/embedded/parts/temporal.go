package parts

import (
	"context"
	"path/filepath"
	"runtime"
)

// temporalModule is the program `temporal` with its development server.
const temporalModule = "github.com/temporalio/cli/cmd/temporal"

// Temporal returns the path of the program temporal, building it with Go the
// first time, which takes minutes.
func (s *Store) Temporal(ctx context.Context) (string, error) {
	const part = "temporal"
	dir, err := s.Build(ctx, "Temporal "+TemporalVersion+" with go install", part, TemporalVersion+"-"+runtime.GOARCH, func(ctx context.Context, tmp, _ string) error {
		_, err := s.run(ctx, client{
			part: part, program: "go", dir: tmp,
			args: []string{"install", "-trimpath", "-ldflags=-s -w", temporalModule + "@" + TemporalVersion},
			// Cross-compiling settings would put the program elsewhere, and
			// flags such as -mod or -race are meant for another module.
			env:    []string{"GOBIN=" + tmp, "GOFLAGS=", "GOOS=" + runtime.GOOS, "GOARCH=" + runtime.GOARCH, "CGO_ENABLED=0"},
			remedy: "See what go says; it needs its module proxy, or a filled module cache, to answer.",
		})
		if err != nil {
			return err
		}
		if !isFile(filepath.Join(tmp, part)) {
			return &Unavailable{Part: part, Why: "go install left no program " + part, Remedy: "Run `go install " + temporalModule + "@" + TemporalVersion + "` and see what it says."}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, part), nil
}
