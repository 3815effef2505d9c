package runner

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// Build returns the image of the action whose tree is root, on the base images
// of the store. Go's caches are kept between builds, by mounting them into the
// unchanged Dockerfile; so a build after a change takes seconds.
func Build(ctx context.Context, store *parts.Store, p parts.Podman, action *Action) (string, error) {
	modules, err := exec.CommandContext(ctx, "go", "env", "GOMODCACHE").Output()
	if err != nil {
		return "", fmt.Errorf("asking Go for its module cache: %w", err)
	}
	builds := filepath.Join(store.Dir(), "image-go-build")
	for _, dir := range []string{strings.TrimSpace(string(modules)), builds} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", fmt.Errorf("making a cache for the build of the image: %w", err)
		}
	}
	var image string
	err = store.Exclusive(ctx, "image-build", "the image of the action", func() error {
		var err error
		image, err = action.Image(ctx, p, store.Environ(),
			"-v", builds+":/root/.cache/go-build", "-v", strings.TrimSpace(string(modules))+":/go/pkg/mod", "--tag", "localhost/moose-migrate-action")
		if err != nil {
			return err
		}
		if out, err := p.Command(ctx, store.Environ(), "image", "prune", "--force", "--filter", "until=24h").CombinedOutput(); err != nil {
			return fmt.Errorf("removing old images: %w\n%s", err, out)
		}
		return nil
	})
	return image, err
}
