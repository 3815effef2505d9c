package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/past"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

type historyOptions struct {
	flags session.Flags
	n     int
	json  bool
}

func newHistoryCmd(f *cli.Factory) *cobra.Command {
	o := &historyOptions{}
	cmd := &cobra.Command{
		Use:     "history",
		GroupID: groupInspect,
		Short:   "Show which plans were applied, when, by whom, and how they ended",
		Long: `Show the migrations on record, the newest first: the plan's digest, how it ended,
how long it took, the commit, who started it, and where. Locks that people
released by hand stand between them. Nothing is changed.

"moose history show" has the operations of one, "moose history diff" what differs
between two moments.`,
		Example: `  moose history --clickhouse-url "$CLICKHOUSE_URL"
  moose history -n 5 --json
  moose history show 5b0c9e0f6f8f
  moose history diff 5b0c9e0f6f8f^ now`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runHistory(cmd.Context(), f, o) },
	}
	addConnectionFlags(cmd, &o.flags)
	cmd.Flags().IntVarP(&o.n, "number", "n", 20, "how many runs to show, the newest ones; 0 shows all")
	cmd.Flags().BoolVar(&o.json, "json", false, "print them as JSON")
	cmd.AddCommand(newHistoryShowCmd(f), newHistoryDiffCmd(f))
	return cmd
}

// withBook opens the project's journal for the time of a call.
func withBook(ctx context.Context, f *cli.Factory, flags session.Flags, do func(s *session.Session, book journal.Book) error) (err error) {
	s, err := session.Open(ctx, f, flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.Close()) }()
	book, err := past.OpenBook(s.Store)
	if err != nil {
		return err
	}
	return do(s, book)
}

func runHistory(ctx context.Context, f *cli.Factory, o *historyOptions) error {
	f.Quiet = o.json
	return withBook(ctx, f, o.flags, func(s *session.Session, book journal.Book) error {
		runs, more, err := past.Runs(ctx, book, o.n)
		if err != nil {
			return err
		}
		releases, err := state.Releases(ctx, book.Shelf)
		if err != nil {
			return err
		}
		switch {
		case o.json:
			return past.ListJSON(f.Out, runs, more, releases)
		case len(runs)+len(releases) == 0:
			_, err := fmt.Fprintf(f.Out, "No migration is on record yet (%s).\n", s.Store.Describe())
			return err
		}
		return past.List(f.Out, runs, more, releases)
	})
}

func newHistoryShowCmd(f *cli.Factory) *cobra.Command {
	o := &historyOptions{}
	cmd := &cobra.Command{
		Use:   "show [RUN|DIGEST]",
		Short: "Show one migration with its operations and how far each one came",
		Long: `Show one migration: its operations, how far each one came, and the tables that it
dropped. It is named by the digest of its plan, by its id, or by the beginning of
either; without a name it is the newest.`,
		Example: `  moose history show
  moose history show 5b0c9e0f6f8f --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runHistoryShow(cmd.Context(), f, o, first(args)) },
	}
	addConnectionFlags(cmd, &o.flags)
	cmd.Flags().BoolVar(&o.json, "json", false, "print it as JSON")
	return cmd
}

// first is the first argument, empty when there is none.
func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func runHistoryShow(ctx context.Context, f *cli.Factory, o *historyOptions, name string) error {
	f.Quiet = o.json
	return withBook(ctx, f, o.flags, func(_ *session.Session, book journal.Book) error {
		run, err := past.Find(ctx, book, name)
		if err != nil {
			return err
		}
		var files *plan.Files
		if files, err = past.Files(ctx, book, run); err != nil {
			if !errors.Is(err, state.ErrNone) {
				return err
			}
			f.Warn("the plan of this run is not kept any more, so its operations have no names")
		}
		if o.json {
			return past.ShowJSON(f.Out, run, files)
		}
		return past.Show(f.Out, run, files)
	})
}

func newHistoryDiffCmd(f *cli.Factory) *cobra.Command {
	o := &historyOptions{}
	cmd := &cobra.Command{
		Use:   "diff FROM [TO]",
		Short: "Show what differs between two moments: runs, times, or now",
		Long: `Show what differs between two moments. Each is one of

  now                  what the server holds
  RUN or DIGEST        after that run, named as for "moose history show"
  RUN^ or DIGEST^      before that run
  2026-11-20, 2026-11-20T10:00
                       a time in UTC: what was recorded last by then

Without the second one it is now. The definitions are compared as the server
spells them. The project's code is not run, and nothing is changed.`,
		Example: `  moose history diff 5b0c9e0f6f8f^ 5b0c9e0f6f8f   # what that plan did
  moose history diff 2026-11-20                   # what has changed since
  moose history diff last now --json`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			to := past.Now
			if len(args) == 2 {
				to = args[1]
			}
			return runHistoryDiff(cmd.Context(), f, o, args[0], to)
		},
	}
	addConnectionFlags(cmd, &o.flags)
	cmd.Flags().BoolVar(&o.json, "json", false, "print the report as JSON")
	return cmd
}

func runHistoryDiff(ctx context.Context, f *cli.Factory, o *historyOptions, from, to string) (err error) {
	f.Quiet = o.json
	s, err := session.Open(ctx, f, o.flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.Close()) }()
	rep, err := s.Between(ctx, from, to)
	if err != nil {
		return err
	}
	if o.json {
		return rep.JSON(f.Out)
	}
	return rep.Text(f.Out, report.TextOptions{Color: f.Style(f.Out).Enabled()})
}
