package testparts

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/runner"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// ActionImage is the action of this tree with the image of its Dockerfile.
type ActionImage struct {
	Action *runner.Action
	Image  string // id
}

// Machine is a runner of container actions for this test alone, on an engine
// that has the base images of the action.
func Machine(t testing.TB) *runner.Machine {
	t.Helper()
	return &runner.Machine{Podman: podman(t), Environ: os.Environ(), Dir: t.TempDir()}
}

// Action builds the image of the action, once per process.
func Action(t testing.TB) ActionImage {
	t.Helper()
	podman(t)
	built, err := actionImage()
	need(t, err)
	return built
}

func podman(t testing.TB) parts.Podman {
	t.Helper()
	p, err := images()
	need(t, err)
	return p
}

// Act is the path of the program act.
func Act(t testing.TB) string {
	t.Helper()
	s, err := store()
	need(t, err)
	program, err := s.Act(t.Context())
	need(t, err)
	return program
}

// A test's end must not break what the next ones share, so these have no
// context of a test.
var images = sync.OnceValues(func() (parts.Podman, error) {
	s, err := store()
	if err != nil {
		return parts.Podman{}, err
	}
	return s.Images(context.Background())
})

var actionImage = sync.OnceValues(func() (ActionImage, error) {
	root, err := moduleRoot()
	if err != nil {
		return ActionImage{}, err
	}
	s, err := store()
	if err != nil {
		return ActionImage{}, err
	}
	p, err := images()
	if err != nil {
		return ActionImage{}, err
	}
	action, err := runner.LoadAction(root)
	if err != nil {
		return ActionImage{}, err
	}
	image, err := runner.Build(context.Background(), s, p, action)
	return ActionImage{Action: action, Image: image}, err
})
