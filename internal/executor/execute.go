// Package executor runs a migration for a command: it tells how it goes, and turns what
// stopped it into an exit code and a remedy.
package executor

import (
	"context"
	"errors"
	"fmt"
	"os"

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

// Saved executes the saved plan of the session's project. judge looks at a fresh plan
// before, and gives the decisions of people that count for it; nil when nobody asks.
func Saved(ctx context.Context, f *cli.Factory, s *session.Session, files *plan.Files, judge func(*session.Planned) error) error {
	header(f, files, s.Client.Describe())
	f.Log().Info("migration started", "project", s.Project.Dir, "clickhouse", s.Client.Describe(), "state", s.Store.Describe())
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
	return Exit(f, Run(ctx, f, s, files, loaded, used, nil))
}

// Run executes a plan whose desired map is loaded, with its credentials. used are
// recorded before anything is changed. also hears what happens, too; nil is fine. The
// error is that of [migrate.Run].
func Run(ctx context.Context, f *cli.Factory, s *session.Session, files *plan.Files, loaded *loader.Result, used []state.Used, also migrate.Events) error {
	var events migrate.Events = newPrinted(f)
	if also != nil {
		events = both{events, also}
	}
	err := migrate.Run(ctx, migrate.Input{
		Server: s.Client, Store: s.Store, Owner: Owner(f), Files: files, Desired: loaded.Map,
		Databases: s.Project.ClickHouse.AdditionalDatabases, Options: s.Options(), Clusters: s.Project.ClusterNames(),
		ToolVersion: loaded.ToolVersion, Used: used, Now: f.Now, Events: events,
	})
	if err == nil {
		runtimeNote(f, loaded.Map)
	}
	return err
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
	switch {
	case err == nil:
		return nil
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
		return cli.WithRemedy(err, "The stored state is unchanged. Find the cause, then make a new plan from what is there now:\n"+
			"  moose generate migration --clickhouse-url \"$CLICKHOUSE_URL\" --save\nand review it; it contains what is still missing.")
	case errors.As(err, &flap):
		fmt.Fprint(f.Out, "\n✓ Every operation was applied, and the new state is stored\n✗ A difference is left that a new plan would show again\n")
	}
	return err
}
