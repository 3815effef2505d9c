package action

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
)

const (
	base = "1111111111111111111111111111111111111111"
	head = "2222222222222222222222222222222222222222"
)

// checkout makes a folder with a commit checked out in the way that is asked for.
func checkout(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestPrivilegedEventsRunNoStrangersCode(t *testing.T) {
	detached := map[string]string{".git/HEAD": base + "\n", "services/a/x": ""}
	branch := map[string]string{".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": base + "\n"}
	packed := map[string]string{".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": "# pack-refs\n" + head + " refs/heads/x\n" + base + " refs/heads/main\n"}
	strangers := map[string]string{".git/HEAD": head + "\n"}
	nested := map[string]string{".git/HEAD": base + "\n", "services/a/.git/HEAD": head + "\n"}
	for name, c := range map[string]struct {
		event   event.Name
		files   map[string]string
		in      manifest.Inputs
		refused string
	}{
		"target, code of the base":         {event.PullRequestTarget, detached, manifest.Inputs{Command: "plan"}, "runs the project's code"},
		"target, code of the head":         {event.PullRequestTarget, strangers, manifest.Inputs{Command: "plan"}, "runs the project's code"},
		"target, check":                    {event.PullRequestTarget, detached, manifest.Inputs{Command: "check"}, "could take them"},
		"target, map, head":                {event.PullRequestTarget, strangers, manifest.Inputs{Command: "plan", Map: "m"}, "the checkout is 2222222"},
		"target, map, base":                {event.PullRequestTarget, detached, manifest.Inputs{Command: "plan", Map: "m"}, ""},
		"target, label moose-allow: DS103": {event.PullRequestTarget, nil, manifest.Inputs{Command: "plan"}, ""}, // runs no code
		"target, label bug":                {event.PullRequestTarget, detached, manifest.Inputs{Command: "plan"}, "runs the project's code"},
		"workflow_run, no map":             {event.WorkflowRun, detached, manifest.Inputs{Command: "plan"}, "runs the project's code"},
		"workflow_run, map":                {event.WorkflowRun, detached, manifest.Inputs{Command: "plan", Map: "m"}, ""},
		"workflow_run, branch":             {event.WorkflowRun, branch, manifest.Inputs{Command: "plan", Map: "m"}, ""},
		"workflow_run, packed":             {event.WorkflowRun, packed, manifest.Inputs{Command: "plan", Map: "m"}, ""},
		"workflow_run, subfolder":          {event.WorkflowRun, detached, manifest.Inputs{Command: "plan", Map: "m", WorkingDirectory: "services/a"}, ""},
		"workflow_run, nested checkout":    {event.WorkflowRun, nested, manifest.Inputs{Command: "plan", Map: "m", WorkingDirectory: "services/a"}, "the checkout is 2222222"},
		"workflow_run, head":               {event.WorkflowRun, strangers, manifest.Inputs{Command: "plan", Map: "m"}, "the checkout is 2222222"},
		"workflow_run, nothing is known":   {event.WorkflowRun, nil, manifest.Inputs{Command: "plan", Map: "m"}, "there is no .git folder"},
		"pull request":                     {event.PullRequest, strangers, manifest.Inputs{Command: "plan"}, ""},
		"migrate before the merge":         {event.PullRequest, detached, manifest.Inputs{Command: "migrate"}, "before it is merged"},
		"migrate in the queue":             {event.MergeGroup, detached, manifest.Inputs{Command: "migrate"}, "before it is merged"},
		"migrate from any branch":          {event.Dispatch, detached, manifest.Inputs{Command: "migrate", Digest: "x"}, "neither the default branch"},
		"a map for migrate":                {event.Push, detached, manifest.Inputs{Command: "migrate", Map: "m"}, "`map:` is for"},
	} {
		if c.in.WorkingDirectory == "" {
			c.in.WorkingDirectory = "."
		}
		r := &run{in: c.in, ev: &event.Event{Name: c.event, SHA: base, Workspace: checkout(t, c.files), Ref: "refs/heads/feature"}}
		if c.in.Digest != "" {
			r.ev.DefaultBranch = "main"
		}
		if strings.Contains(name, "label") {
			r.ev.Label = &event.Label{Name: strings.TrimPrefix(name, "target, label ")}
		}
		err := r.guard()
		if c.refused == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		var exit *cli.ExitError
		if err == nil || !strings.Contains(err.Error(), c.refused) || !errors.As(err, &exit) || exit.Code != cli.ExitBlocked {
			t.Errorf("%s: %v", name, err)
		}
	}
}
