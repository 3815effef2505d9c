// Package executor runs a migration for a command: it tells how it goes, and turns what
// stopped it into an exit code and a remedy.
package executor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/dustin/go-humanize/english"
	"github.com/google/uuid"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// How is how a migration is run.
type How struct {
	// Resume takes the unfinished run up instead of beginning one.
	Resume bool
	// LockTimeout, Parallel, Grace, AssumeDone and AssumeNotDone are those of [migrate.Input].
	LockTimeout, Grace        time.Duration
	Parallel                  int
	AssumeDone, AssumeNotDone []int
	// Commit is the commit of the project, empty when not known.
	Commit string
	// Also hears what happens, too; nil is fine.
	Also migrate.Events
}

// Saved executes the saved plan of the session's project, or takes up the unfinished one;
// then files may be nil. judge looks at a fresh plan before, and gives the decisions of
// people that count for it; nil when nobody asks.
func Saved(ctx context.Context, f *cli.Factory, s *session.Session, files *plan.Files, how How, judge func(*session.Planned) error) error {
	if files != nil {
		header(f, files, s.Client.Describe())
	} else {
		fmt.Fprintf(f.Out, "Resuming the unfinished migration...\n  ClickHouse: %s\n", s.Client.Describe())
	}
	f.Log().Info("migration started", "project", s.Project.Dir, "clickhouse", s.Client.Describe(), "state", s.Store.Describe(), "resume", how.Resume)
	loaded, err := s.Desired(ctx, true)
	if err != nil {
		return err
	}
	var used []state.Used
	if judge != nil {
		fresh := &session.Planned{Session: s, Desired: loaded.Map, Sources: loaded.Sources, ToolVersion: loaded.ToolVersion}
		if err := fresh.Replan(ctx, s.Options()); err != nil {
			return err
		}
		if err := judge(fresh); err != nil {
			return err
		}
		used = Used(f, fresh)
	}
	return Exit(f, Run(ctx, f, s, files, loaded, used, how))
}

// Run executes a plan whose desired map is loaded, with its credentials. used are
// recorded before anything is changed. The error is that of [migrate.Run] or
// [migrate.Resume].
func Run(ctx context.Context, f *cli.Factory, s *session.Session, files *plan.Files, loaded *loader.Result, used []state.Used, how How) error {
	in := input(f, s, how)
	in.Files, in.Desired, in.ToolVersion, in.Used = files, loaded.Map, loaded.ToolVersion, used
	do := migrate.Run
	if how.Resume {
		do = migrate.Resume
	}
	err := do(ctx, in)
	if err == nil {
		runtimeNote(f, loaded.Map)
	}
	return err
}

// Abandon gives the unfinished run up, and says what is left.
func Abandon(ctx context.Context, f *cli.Factory, s *session.Session, how How, reason string) error {
	gone, err := migrate.Abandon(ctx, input(f, s, how), reason)
	if errors.Is(err, migrate.ErrNothingUnfinished) {
		fmt.Fprintln(f.Out, "There is no unfinished migration; nothing was changed.")
		return nil
	}
	if err != nil {
		return Exit(f, err)
	}
	fmt.Fprintf(f.Out, "✓ Given up: %s\n", safeText(gone.String()))
	fmt.Fprint(f.Out, "What was carried out stays in ClickHouse, and the stored state is that of before this migration.\n"+
		"`moose plan` shows what is there now, and `moose generate migration --save` makes a plan from it.\n")
	if n := len(gone.InDoubt()); n > 0 {
		fmt.Fprintln(f.Out, "An operation in doubt may have happened: where it runs SQL of its own, look at the data before it is run again.")
	}
	return nil
}

func input(f *cli.Factory, s *session.Session, how How) migrate.Input {
	var events migrate.Events = newPrinted(f)
	if how.Also != nil {
		events = both{events, how.Also}
	}
	return migrate.Input{
		Server: s.Client, Store: s.Store, Owner: Owner(f),
		Databases: s.Project.ClickHouse.AdditionalDatabases, Options: s.Options(), Clusters: s.Project.ClusterNames(),
		Commit: how.Commit, Environment: s.Environment, LockTimeout: how.LockTimeout, Parallel: how.Parallel, Grace: how.Grace,
		AssumeDone: how.AssumeDone, AssumeNotDone: how.AssumeNotDone, Now: f.Now, Events: events,
		Tell: func(text string) { fmt.Fprintln(f.Out, "  "+safeText(f.Redact(text))) },
	}
}

// runtimeNote says what was recorded without being put in place: Moose's own
// runtime makes topics, endpoints and workflows when it starts.
func runtimeNote(f *cli.Factory, m *inframap.Map) {
	if n := len(m.Topics) + len(m.APIEndpoints) + len(m.Workflows); n > 0 {
		are := "are"
		if n == 1 {
			are = "is"
		}
		fmt.Fprintf(f.Out, "  %s, %s and %s %s recorded as declared; Moose puts them in place when it starts\n",
			english.Plural(len(m.Topics), "topic", ""), english.Plural(len(m.APIEndpoints), "endpoint", ""), english.Plural(len(m.Workflows), "workflow", ""), are)
	}
}

// header names the plan and the server, its URL without credentials.
func header(f *cli.Factory, files *plan.Files, server string) {
	fmt.Fprintf(f.Out, "Executing migration plan...\n✓ Loaded approved migration plan from %q\n  Plan created: %s\n  Total operations: %d\n",
		"./"+plan.Dir+"/"+plan.PlanFile, files.Plan.CreatedAt.UTC().Format("2006-01-02 15:04:05 UTC"), len(files.Plan.Operations))
	if digest, err := plan.Digest(files.Plan.Operations, files.Before, files.Desired); err == nil {
		fmt.Fprintf(f.Out, "  Digest: %s\n", plan.Short(digest))
	}
	fmt.Fprintf(f.Out, "  ClickHouse: %s\n", server)
	if edited, err := files.Edited(); err == nil && edited {
		f.Warn("the files of the plan were changed by hand after they had been generated")
	}
	fmt.Fprint(f.Out, `
Safety checks:
  • Expected = Database state when plan was generated
  • Current  = Database state right now
  • Target   = What your local code defines

`)
}

// Owner is what others are told about this run while it holds the lock.
func Owner(f *cli.Factory) state.Owner {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	o := state.Owner{ID: uuid.NewString(), Machine: host, Actor: f.Environ["GITHUB_ACTOR"], PID: os.Getpid()}
	if o.Actor == "" {
		o.Actor = f.Environ["USER"]
	}
	if server, repo, run := f.Environ["GITHUB_SERVER_URL"], f.Environ["GITHUB_REPOSITORY"], f.Environ["GITHUB_RUN_ID"]; server != "" && run != "" {
		o.RunURL = server + "/" + repo + "/actions/runs/" + run
	}
	return o
}

// Exit gives the error of a migration its exit code and says what to do now.
func Exit(f *cli.Factory, err error) error {
	var held *state.HeldError
	var blocked *migrate.BlockedError
	var partial *migrate.PartialError
	var flap *migrate.FlapError
	var unfinished *migrate.UnfinishedError
	var doubts *migrate.DoubtsError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, migrate.ErrNothingUnfinished):
		return cli.WithRemedy(err, "Run `moose migrate` without --resume to apply the saved plan.")
	case errors.As(err, &unfinished), errors.As(err, &doubts):
		return &cli.ExitError{Code: cli.ExitStale, Err: err}
	case errors.As(err, &held):
		return &cli.ExitError{Code: cli.ExitLocked, Err: err}
	case errors.As(err, &blocked):
		code := cli.ExitStale
		if blocked.Reason == migrate.Forbidden || blocked.Reason == migrate.Impossible {
			code = cli.ExitBlocked
		}
		return &cli.ExitError{Code: code, Err: err}
	case errors.As(err, &partial):
		fmt.Fprintf(f.Out, "\n✗ Migration stopped: %d of %s applied\n", partial.Applied, english.Plural(partial.Total, "operation", ""))
		return cli.WithRemedy(err, "What was applied stays, and the stored state is unchanged. When the cause is gone, go on from here:\n"+
			"  moose migrate --resume\n`moose status` shows how far it came. To do something else instead, change the code and make a new plan:\n"+
			"  moose generate migration --clickhouse-url \"$CLICKHOUSE_URL\" --save\nIt starts from what is there now.")
	case errors.As(err, &flap):
		fmt.Fprint(f.Out, "\n✓ Every operation was applied, and the new state is stored\n✗ A difference is left that a new plan would show again\n")
	}
	return err
}
