// Package action is the GitHub Action: it reads what the runner passes, does what the
// event asks for, and tells the pull request, the commit and the log about it.
//
// What is told to people (comment, status, annotations, summary, issue) is a side
// channel: when it fails, that is reported, and the verdict stays what it is.
package action

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/sethvargo/go-githubactions"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// Options are what a run takes from the system beside the factory.
type Options struct {
	// Transport carries the requests to the host of the pull requests.
	Transport http.RoundTripper
	// Sleep waits between them; nil is the real one.
	Sleep func(context.Context, time.Duration) error
}

// run is one run of the action.
type run struct {
	in   manifest.Inputs
	ev   *event.Event
	f    *cli.Factory // works in the project's folder, without the action's inputs
	host *forge.Client
	log  *githubactions.Action
	// notes are said in every text for people.
	notes []string
	// told are warnings that were given already.
	told map[string]bool
	// toldVerdict is set once the output is.
	toldVerdict bool
	sleep       func(context.Context, time.Duration) error
}

// Run does what the runner's environment asks for. The error has the exit code of the
// job.
func Run(ctx context.Context, f *cli.Factory, o Options) error {
	getenv := func(name string) string { return f.Environ[name] }
	out := &quiet{to: f.Out}
	errs := &quiet{to: f.Err}
	defer func() { _, _ = out.Flush(), errs.Flush() }()
	r := &run{told: map[string]bool{}, sleep: o.Sleep, log: githubactions.New(githubactions.WithGetenv(getenv), githubactions.WithWriter(f.Out))}
	if r.sleep == nil {
		r.sleep = forge.Sleep
	}
	in, inputErr := manifest.Read(getenv)
	r.in = in
	// Before anything else can be printed.
	r.mask(f.Environ)
	f.AddSecrets(r.secrets(f.Environ)...)
	ev, err := event.Read(getenv)
	if err := errors.Join(inputErr, err); err != nil {
		return err
	}
	r.ev = ev
	r.f = &cli.Factory{
		In: f.In, Out: out, Err: errs, Environ: withoutInputs(f.Environ), Now: f.Now, Getwd: f.Getwd, Random: f.Random,
		IsTerminal: func(any) bool { return false }, Version: f.Version, ChangeDir: filepath.Join(ev.Workspace, filepath.FromSlash(in.WorkingDirectory)),
	}
	r.f.AddSecrets(r.secrets(f.Environ)...)
	if err := r.connect(getenv, o); err != nil {
		return err
	}
	err = r.dispatch(ctx)
	if err != nil {
		r.log.Errorf("%s", r.f.Redact(err.Error()))
		if !r.toldVerdict {
			r.outputs(map[string]string{manifest.OutputVerdict: string(finding.Failed)})
		}
	}
	return err
}

// dispatch chooses by event and command.
func (r *run) dispatch(ctx context.Context) error {
	if err := r.guard(); err != nil {
		return err
	}
	if r.ev.Name == event.IssueComment {
		return r.answer(ctx)
	}
	if r.aboutLabel() {
		return r.answerLabel(ctx)
	}
	switch r.in.Command {
	case manifest.CommandPlan:
		return r.plan(ctx)
	case manifest.CommandMigrate:
		return r.migrate(ctx)
	case manifest.CommandDrift:
		return r.drift(ctx)
	default:
		return r.check(ctx)
	}
}

// connect makes the client of the host, unless there is no token.
func (r *run) connect(getenv func(string) string, o Options) error {
	if r.in.GitHubToken == "" {
		r.failed(errors.New("there is no github-token, so nothing is posted"))
		return nil
	}
	opts := forge.EnvOptions(getenv)
	opts.Token, opts.Transport, opts.Sleep, opts.Now = r.in.GitHubToken, o.Transport, o.Sleep, r.f.Now
	opts.Redact, opts.Log = r.f.Redact, r.f.Note
	host, err := forge.New(opts)
	if err != nil {
		return fmt.Errorf("connect to the host of the pull requests: %w", err)
	}
	r.host = host
	return nil
}

// secrets are all credentials that the run knows, in every form that could be printed.
func (r *run) secrets(environ map[string]string) []string {
	out := r.in.Secrets()
	// As the runner gives them, since inputs that are refused as a whole were not read.
	for _, input := range manifest.AllInputs() {
		if v := environ[input.Env()]; input.Secret && v != "" {
			out = append(out, v)
		}
	}
	for _, raw := range []string{r.in.ClickHouseURL, environ["INPUT_CLICKHOUSE-URL"], environ[dsn.EnvClickHouse], r.in.DevURL, environ["INPUT_DEV-URL"]} {
		if raw == "" {
			continue
		}
		out = append(out, raw)
		if u, err := dsn.ParseClickHouse(raw); err == nil {
			out = append(out, u.Secrets()...)
		}
	}
	for _, raw := range []string{r.in.RedisURL, environ["INPUT_REDIS-URL"], environ[dsn.EnvRedis]} {
		if raw == "" {
			continue
		}
		out = append(out, raw)
		if u, err := dsn.ParseRedis(raw); err == nil {
			out = append(out, u.Secrets()...)
		}
	}
	for name, value := range environ {
		if strings.HasPrefix(name, "MOOSE_") && secretName.MatchString(name) {
			out = append(out, value)
		}
	}
	return out
}

// secretName finds the variables of Moose that hold a credential.
var secretName = regexp.MustCompile(`PASSWORD|SECRET|TOKEN|_KEY$|JWT|BEARER`)

// maskedFrom is the length in bytes from which the runner is told to hide a secret:
// hiding every "a" would make the log unreadable and, by the gaps, reveal it.
const maskedFrom = 4

// mask has the runner hide the secrets in the whole log of the job, ours and that of
// later steps.
func (r *run) mask(environ map[string]string) {
	done := map[string]bool{}
	for _, secret := range r.secrets(environ) {
		for _, form := range dsn.Forms(secret) {
			for _, line := range strings.FieldsFunc(form, func(c rune) bool { return c == '\n' || c == '\r' }) {
				if len(line) >= maskedFrom && !done[line] {
					done[line] = true
					r.log.AddMask(line)
				}
			}
		}
	}
}

// withoutInputs is the environment without the action's inputs and tokens: nothing that
// runs below needs them.
func withoutInputs(environ map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range environ {
		if !strings.HasPrefix(name, "INPUT_") && name != "GITHUB_TOKEN" && !strings.HasPrefix(name, "ACTIONS_") {
			out[name] = value
		}
	}
	return out
}

func (r *run) flags() session.Flags {
	return session.Flags{
		ClickHouseURL: r.in.ClickHouseURL, RedisURL: r.in.RedisURL, Environment: r.in.Environment, URL: r.in.URL, Token: r.in.Token, PolicyFile: r.in.Config,
		SavesPlan: r.in.Command == manifest.CommandPlan && r.in.Save != manifest.SaveNone,
	}
}

// project is the folder as texts for people name it: empty for the repository's root.
func (r *run) project() string {
	if r.in.WorkingDirectory == "." {
		return ""
	}
	return r.in.WorkingDirectory
}

// page is what all pages of this run have in common.
func (r *run) page(sha string) comment.Page {
	return comment.Page{
		Project: r.project(), Environment: r.in.Environment, HeadSHA: sha, At: r.f.Now(),
		Run:    comment.Run{ID: r.ev.Run.ID, Attempt: r.ev.Run.Attempt, Number: r.ev.Run.Number, URL: r.ev.Run.URL},
		Redact: r.f.Redact,
	}
}

// inProject is a path of the project's folder relative to the workspace, with slashes.
func (r *run) inProject(elements ...string) string {
	return path.Join(append([]string{r.in.WorkingDirectory}, elements...)...)
}
