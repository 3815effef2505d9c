package testparts

import "testing"

// GitHubOpenAPI is the path of GitHub's description of its API, cut down to what is used.
func GitHubOpenAPI(t testing.TB) string {
	t.Helper()
	s, err := store()
	need(t, err)
	path, err := s.GitHubOpenAPI(t.Context())
	need(t, err)
	return path
}

// WebhookExamples is the path of the examples of GitHub's events.
func WebhookExamples(t testing.TB) string {
	t.Helper()
	s, err := store()
	need(t, err)
	path, err := s.WebhookExamples(t.Context())
	need(t, err)
	return path
}
