package testparts

import (
	"bytes"
	"os"
	"testing"
)

func TestGitHubFiles(t *testing.T) {
	for path, has := range map[string]string{GitHubOpenAPI(t): `"/repos/{owner}/{repo}/issues/{issue_number}/comments"`, WebhookExamples(t): `"name": "pull_request"`} {
		data, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(data, []byte(has)) && !bytes.Contains(data, bytes.ReplaceAll([]byte(has), []byte(": "), []byte(":"))) {
			t.Errorf("%s: no %s, %v", path, has, err)
		}
	}
}
