package testparts

import (
	"os"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/embedded"
)

// Temporal starts a Temporal server for this test alone.
func Temporal(t testing.TB) *embedded.Temporal {
	t.Helper()
	s, err := store()
	need(t, err)
	program, err := s.Temporal(t.Context())
	need(t, err)
	server, err := embedded.StartTemporal(t.Context(), embedded.TemporalOptions{
		Program: program, DataDir: t.TempDir(), Environ: os.Environ(),
	})
	need(t, err)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("stopping Temporal: %v", err)
		}
	})
	return server
}
