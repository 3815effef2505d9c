package action

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
)

// world is a repository with a Moose project, a fake host and a real ClickHouse.
type world struct {
	t    *testing.T
	host *forgetest.Running
	// url is that of ClickHouse with its credentials, password the secret in it.
	url, password string
	client        *clickhouse.Client
	workspace     string
	environ       []string
	runID         int64
	attempt       int64
	// pr is a pull request whose head is at headSHA.
	pr      int
	headSHA string
	// env is added to the environment of every run.
	env map[string]string
}

// newWorld has the project in TypeScript; newPythonWorld the same in Python, whose code
// loads faster.
func newWorld(t *testing.T, o forgetest.Options) *world {
	t.Helper()
	return makeWorld(t, o, testparts.TypeScriptProject(t, "small-ts"))
}

func newPythonWorld(t *testing.T, o forgetest.Options) *world {
	t.Helper()
	return makeWorld(t, o, testparts.PythonProject(t, "small-py"))
}

func makeWorld(t *testing.T, o forgetest.Options, project testparts.Project) *world {
	t.Helper()
	ch := testparts.ClickHouse(t)
	w := &world{t: t, host: forgetest.New(t, o), url: ch.NativeURL(testparts.Database(t, ch)), workspace: project.Dir, environ: project.Environ, runID: 100, attempt: 1}
	target, err := dsn.ParseClickHouse(w.url)
	if err != nil {
		t.Fatal(err)
	}
	w.password = target.Password()
	if w.client, err = clickhouse.Open(t.Context(), target); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.client.Close() })
	w.host.SetRole("alice", "write")
	w.host.Commit("main", "first", map[string][]byte{"README.md": []byte("x")})
	w.host.SetRequiredChecks("main", "moose-migrate / production")
	w.headSHA = w.host.Commit("feature", "change", map[string][]byte{"README.md": []byte("x")})
	w.pr = w.host.AddPull(forgetest.Pull{PullRequest: forge.PullRequest{HeadRef: "feature", HeadSHA: w.headSHA, Author: "alice", Open: true}})
	return w
}

// result is what one run left behind.
type result struct {
	code    int
	err     error
	log     string
	outputs map[string]string
	summary string
}

// started is how a run begins; what is empty has a default.
type started struct {
	ctx     context.Context
	event   string
	payload map[string]any
	sha     string
	in      map[string]string
	env     map[string]string
}

func (w *world) run(s started) result {
	w.t.Helper()
	dir := w.t.TempDir()
	payload, err := json.Marshal(s.payload)
	if err != nil {
		w.t.Fatal(err)
	}
	event := filepath.Join(dir, "event.json")
	if err := os.WriteFile(event, payload, 0o600); err != nil {
		w.t.Fatal(err)
	}
	environ := map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_EVENT_NAME": s.event, "GITHUB_EVENT_PATH": event,
		"GITHUB_REF": "refs/heads/main", "GITHUB_WORKSPACE": w.workspace, "GITHUB_SHA": s.sha, "GITHUB_RUN_ID": strconv.FormatInt(w.runID, 10), "GITHUB_RUN_ATTEMPT": strconv.FormatInt(w.attempt, 10),
		"GITHUB_RUN_NUMBER": "7", "GITHUB_API_URL": w.host.APIURL(), "GITHUB_SERVER_URL": "https://github.example", "GITHUB_ACTOR": "alice",
		"GITHUB_OUTPUT": filepath.Join(dir, "output"), "GITHUB_STEP_SUMMARY": filepath.Join(dir, "summary"), "HOME": dir,
		"INPUT_GITHUB-TOKEN": forgetest.DefaultToken, "INPUT_CLICKHOUSE-URL": w.url, "INPUT_COMMAND": "plan",
	}
	for _, pair := range w.environ {
		if name, value, _ := strings.Cut(pair, "="); name == "PATH" || name == "VIRTUAL_ENV" || name == "PYTHONDONTWRITEBYTECODE" {
			environ[name] = value
		}
	}
	for name, value := range s.in {
		environ["INPUT_"+strings.ToUpper(name)] = value
	}
	for name, value := range w.env {
		environ[name] = value
	}
	for name, value := range s.env {
		environ[name] = value
	}
	var log bytes.Buffer
	f := &cli.Factory{
		In: strings.NewReader(""), Out: &log, Err: &log, Environ: environ, Now: time.Now, Random: rand.Reader, Version: "1.2.3",
		Getwd: func() (string, error) { return w.workspace, nil }, IsTerminal: func(any) bool { return false },
	}
	if s.ctx == nil {
		s.ctx = w.t.Context()
	}
	err = Run(s.ctx, f, Options{Transport: http.DefaultTransport, Sleep: func(context.Context, time.Duration) error { return nil }})
	r := result{code: cli.ExitCode(s.ctx, err), err: err, log: log.String(), outputs: readOutputs(w.t, filepath.Join(dir, "output"))}
	if raw, err := os.ReadFile(filepath.Join(dir, "summary")); err == nil {
		r.summary = string(raw)
	}
	w.noSecrets(r)
	return r
}

// noSecrets demands that the password was masked first and is nowhere else.
func (w *world) noSecrets(r result) {
	w.t.Helper()
	printed := ""
	for line := range strings.Lines(r.log) {
		if !strings.HasPrefix(line, "::add-mask::") {
			printed += line
		}
	}
	for what, text := range map[string]string{"log": printed, "summary": r.summary, "outputs": fmt.Sprint(r.outputs), "error": fmt.Sprint(r.err)} {
		if w.password != "" && strings.Contains(text, w.password) || strings.Contains(text, forgetest.DefaultToken) {
			w.t.Errorf("the %s holds a credential:\n%s", what, text)
		}
	}
	if w.host.Seen(w.password) {
		w.t.Error("a credential was sent to the host")
	}
}

func readOutputs(t *testing.T, path string) map[string]string {
	t.Helper()
	out := map[string]string{}
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return out
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n")
	for i := 0; i+2 < len(lines); i += 3 {
		name, _, ok := strings.Cut(lines[i], "<<")
		if !ok {
			t.Fatalf("%s is no file of outputs:\n%s", path, raw)
		}
		out[name] = lines[i+1]
	}
	return out
}

// pullRequest is the payload of an event on the pull request.
func (w *world) pullRequest(action string) map[string]any {
	pr := w.host.Pull(w.pr)
	return map[string]any{
		"action": action, "number": pr.Number,
		"pull_request": map[string]any{
			"number": pr.Number, "state": "open", "draft": pr.Draft, "user": map[string]any{"login": "alice"},
			"head": map[string]any{"sha": pr.HeadSHA, "ref": pr.HeadRef, "repo": map[string]any{"full_name": pr.HeadRepo}},
			"base": map[string]any{"sha": pr.BaseSHA, "ref": "main", "repo": map[string]any{"full_name": "acme/shop"}},
		},
	}
}

// plan runs `command: plan` on the pull request.
func (w *world) plan(in map[string]string) result {
	w.t.Helper()
	return w.run(started{event: "pull_request", payload: w.pullRequest("synchronize"), sha: w.headSHA, in: in})
}

// next makes the following run a later one.
func (w *world) next() { w.runID++; w.attempt = 1 }

// comments are those of this tool on the pull request, of one kind.
func (w *world) comments(kind comment.Kind) []forge.Comment {
	w.t.Helper()
	var out []forge.Comment
	for _, c := range w.host.Comments(w.pr) {
		if m, ok := comment.Parse(c.Body); ok && m.Kind == kind {
			out = append(out, c)
		}
	}
	return out
}

// only is the one comment about the plan.
func (w *world) only() string {
	w.t.Helper()
	all := w.comments(comment.KindPlan)
	if len(all) != 1 {
		w.t.Fatalf("%d comments about the plan, want one", len(all))
	}
	return all[0].Body
}

// status is the newest one of a commit.
func (w *world) status(sha string) forge.Status {
	w.t.Helper()
	all := w.host.Statuses(sha)
	if len(all) == 0 {
		w.t.Fatalf("the commit %s has no status", sha)
	}
	return all[0]
}

// edit replaces text in the project's main file.
func (w *world) edit(pairs ...string) {
	w.t.Helper()
	path := filepath.Join(w.workspace, "app", "index.ts")
	if _, err := os.Stat(path); err != nil {
		path = filepath.Join(w.workspace, "app", "main.py")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	text := string(raw)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			w.t.Fatalf("%q is not in %s", pairs[i], path)
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// sql runs a statement.
func (w *world) sql(statement string) {
	w.t.Helper()
	if err := w.client.Conn().Exec(w.t.Context(), statement); err != nil {
		w.t.Fatalf("%s: %v", statement, err)
	}
}

// merge merges the pull request and gives the commit that it becomes on main.
func (w *world) merge() string {
	w.t.Helper()
	sha := w.host.Commit("main", "Merge pull request", map[string][]byte{"merged": []byte(strconv.FormatInt(w.runID, 10))})
	p := w.host.Pull(w.pr)
	p.Merged, p.Open, p.MergeSHA = true, false, sha
	w.host.SetPull(p)
	return sha
}

// push runs `command: migrate` for a commit of main.
func (w *world) push(sha string, in map[string]string) result {
	w.t.Helper()
	with := map[string]string{"command": "migrate"}
	for k, v := range in {
		with[k] = v
	}
	return w.run(started{event: "push", payload: map[string]any{"before": "", "after": sha, "ref": "refs/heads/main"}, sha: sha, in: with})
}

// mustContain fails unless the text has every part.
func mustContain(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("the %s lacks %q:\n%s", what, p, text)
		}
	}
}

// moveDir moves a folder.
func moveDir(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.Rename(from, to)
}
