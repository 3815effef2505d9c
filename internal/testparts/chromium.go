package testparts

import "testing"

// Chromium is the path of a Chromium browser.
func Chromium(t testing.TB) string {
	t.Helper()
	s, err := store()
	need(t, err)
	path, err := s.Chromium(t.Context())
	need(t, err)
	return path
}
