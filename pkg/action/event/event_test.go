package event_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/action/event"
)

// read reads an event whose payload is in a file.
func read(t testing.TB, name, payload string, extra ...string) (*event.Event, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(path, []byte(payload), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"GITHUB_REPOSITORY": "acme/shop", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": path, "GITHUB_SHA": "abc",
		"GITHUB_RUN_ID": "12", "GITHUB_RUN_ATTEMPT": "3", "GITHUB_SERVER_URL": "https://ghe.example/", "GITHUB_API_URL": "https://ghe.example/api/v3",
	}
	for i := 0; i < len(extra); i += 2 {
		env[extra[i]] = extra[i+1]
	}
	return event.Read(func(name string) string { return env[name] })
}

// TestGitHubsOwnExamplesAreRead reads every example of every event that the action answers.
func TestGitHubsOwnExamplesAreRead(t *testing.T) {
	examples := published(t)
	seen := 0
	for _, name := range []event.Name{event.PullRequest, event.MergeGroup, event.Push, event.IssueComment, event.WorkflowRun, event.Dispatch} {
		all := examples[string(name)]
		if len(all) == 0 {
			t.Errorf("there is no example of %s", name)
		}
		for _, payload := range all {
			e, err := read(t, string(name), string(payload))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			seen++
			if missing := lacks(e); missing != "" {
				t.Errorf("%s: %s is empty in %+v", name, missing, e)
			}
		}
	}
	if seen < 40 {
		t.Errorf("only %d examples were read", seen)
	}
}

// published are GitHub's examples by the name of the event.
func published(t *testing.T) map[string][]json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile(testparts.WebhookExamples(t))
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Name     string            `json:"name"`
		Examples []json.RawMessage `json:"examples"`
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	out := map[string][]json.RawMessage{}
	for _, e := range all {
		out[e.Name] = e.Examples
	}
	return out
}

// lacks names what an event of its kind always has and this one does not.
func lacks(e *event.Event) string {
	need := map[string]string{}
	switch e.Name {
	case event.PullRequest:
		need["head"], need["base"], need["branch"], need["author"] = e.PullRequest.HeadSHA, e.PullRequest.BaseSHA, e.PullRequest.HeadRef, e.PullRequest.Author
		if e.PullRequest.Number == 0 {
			return "the number"
		}
		if l := e.Label; l != nil && (l.Name == "" || l.By == "" || l.At.IsZero()) {
			return "the label, its person or its time"
		}
		if (e.Action == "labeled" || e.Action == "unlabeled") != (e.Label != nil) || e.Label != nil && e.Label.Removed != (e.Action == "unlabeled") {
			return "the label"
		}
	case event.MergeGroup:
		need["head"], need["base"], need["ref"] = e.MergeGroup.HeadSHA, e.MergeGroup.BaseSHA, e.MergeGroup.HeadRef
	case event.Push:
		need["before"], need["after"] = e.Before, e.After
	case event.IssueComment:
		need["author"], need["url"] = e.Comment.Author, e.Comment.URL
		if e.Comment.Number == 0 || e.Comment.ID == 0 {
			return "the number or id"
		}
	case event.WorkflowRun:
		need["event"], need["head"], need["branch"] = e.Triggering.Event, e.Triggering.HeadSHA, e.Triggering.HeadBranch
	}
	for what, value := range need {
		if value == "" {
			return what
		}
	}
	return ""
}

func TestWhatTheRunnerSaysIsTaken(t *testing.T) {
	e, err := read(t, "schedule", "{}")
	if err != nil || e.Run.URL != "https://ghe.example/acme/shop/actions/runs/12" || e.Run.Attempt != 3 || e.APIURL != "https://ghe.example/api/v3" || e.Repo.String() != "acme/shop" {
		t.Errorf("%+v, %v", e, err)
	}
	e, err = read(t, "push", `{"before":"a","after":"b"}`, "GITHUB_API_URL", "", "GITHUB_SERVER_URL", "")
	if err != nil || e.APIURL != "https://api.github.com" || e.ServerURL != "https://github.com" || e.Before != "a" {
		t.Errorf("%+v, %v", e, err)
	}
	e, err = read(t, "pull_request_target", `{"action":"opened","pull_request":{"number":3,"head":{"sha":"x","repo":null}}}`)
	if err != nil || e.PullRequest.Number != 3 || !e.PullRequest.Fork(e.Repo) {
		t.Errorf("a head repository that is gone: %+v, %v", e, err)
	}
}

func TestABrokenEventIsOneClearError(t *testing.T) {
	for _, c := range []struct {
		name, payload, want string
		extra               []string
	}{
		{"pull_request", "{", "is no JSON", nil},
		{"pull_request", "{}", "has no pull_request", nil},
		{"merge_group", "{}", "has no merge_group.head_sha", nil},
		{"issue_comment", "{}", "has no comment", nil},
		{"workflow_run", "{}", "has no workflow_run", nil},
		{"pull_request", `{"pull_request": 3}`, "payload of the event pull_request", nil},
		{"push", "{}", "GITHUB_REPOSITORY", []string{"GITHUB_REPOSITORY", "acme"}},
		{"", "{}", "GITHUB_EVENT_NAME", nil},
		{"push", "{}", "GITHUB_EVENT_PATH", []string{"GITHUB_EVENT_PATH", "/nowhere/event.json"}},
	} {
		if _, err := read(t, c.name, c.payload, c.extra...); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s %s: %v, want %q", c.name, c.payload, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	names := []string{"pull_request", "pull_request_target", "push", "merge_group", "issue_comment", "workflow_run", "schedule"}
	for i, payload := range []string{`{"pull_request":{"number":1}}`, `{"merge_group":{"head_sha":"a"}}`, `{"comment":{},"issue":{}}`, `[]`, `null`, `{"workflow_run":null}`} {
		f.Add(i, payload)
	}
	f.Fuzz(func(t *testing.T, which int, payload string) {
		if which < 0 {
			which = 0
		}
		name := names[which%len(names)]
		e, err := read(t, name, payload)
		if err == nil && slices.Contains(names[:2], name) && e.PullRequest == nil {
			t.Errorf("a pull request event without one: %s", payload)
		}
	})
}
