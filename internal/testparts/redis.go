package testparts

import (
	"os"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/embedded"
)

// Redis starts a redis-server for this test alone. It has a password, so that
// a test whose output shows the password can tell.
func Redis(t testing.TB) *embedded.Redis {
	t.Helper()
	s, err := store()
	need(t, err)
	program, err := s.Redis(t.Context())
	need(t, err)
	server, err := embedded.StartRedis(t.Context(), embedded.RedisOptions{
		Program: program, DataDir: t.TempDir(), Password: "redis-test-secret", Environ: os.Environ(),
	})
	need(t, err)
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("stopping Redis: %v", err)
		}
	})
	return server
}
