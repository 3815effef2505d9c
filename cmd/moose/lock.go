package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/executor"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

func newLockCmd(f *cli.Factory) *cobra.Command {
	cmd := newGroupCmd(f, &cobra.Command{
		Use:     "lock",
		GroupID: groupInspect,
		Short:   "Show who holds the migration lock, and take it away from a run that is gone",
		Example: `  moose lock status --clickhouse-url "$CLICKHOUSE_URL"
  moose lock release --force --reason "the runner was shut down"`,
	})
	cmd.AddCommand(newLockStatusCmd(f), newLockReleaseCmd(f))
	return cmd
}

func newLockStatusCmd(f *cli.Factory) *cobra.Command {
	flags, asJSON := &session.Flags{}, false
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show who holds the migration lock, since when, and when it ends",
		Long: `Show who holds the migration lock: the machine, who started the run, where to look
at it, since when, and when the lock ends unless it is renewed. All times are those
of the server that keeps the state. Nothing is changed.

Exit codes: 0 the lock is free, 5 it is held.`,
		Example: `  moose lock status --clickhouse-url "$CLICKHOUSE_URL"
  moose lock status --json | jq -r .holder.run_url`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.Quiet = asJSON
			return onLock(cmd.Context(), f, *flags, func(s *session.Session, holder *state.Holder) error {
				var err error
				if asJSON {
					err = lockJSON(f.Out, s.Store.Describe(), holder)
				} else {
					showLock(f, s.Store.Describe(), holder)
				}
				if err == nil && holder != nil {
					err = &cli.ExitError{Code: cli.ExitLocked}
				}
				return err
			})
		},
	}
	addConnectionFlags(cmd, flags)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return cmd
}

func newLockReleaseCmd(f *cli.Factory) *cobra.Command {
	flags, force, reason := &session.Flags{}, false, ""
	cmd := &cobra.Command{
		Use:   "release",
		Short: "Take the migration lock away from a run that is gone",
		Long: `Show who holds the migration lock and, with --force, remove it: exactly the lock that
was shown, and no other. A lock that was renewed or changed hands in between stays.
A lock that cannot be read is removed as well, and so is one that Moose itself took.

Who did it, when, why and whose lock it was is recorded in the state store first;
moose history shows it. A run that still lives notices before its next statement and
stops, but a statement that it has sent already goes on. So make sure that it is gone.
Without --force this only shows the holder.

Exit codes: 0 the lock is free now, 5 it is held and was not removed.`,
		Example: `  moose lock release
  moose lock release --force --reason "runner 42 was shut down"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			reason = strings.TrimSpace(reason)
			if force && reason == "" {
				return cli.WithRemedy(errors.New("--force needs a reason, which is recorded"), `Say why: --reason "the runner was shut down"`)
			}
			return onLock(cmd.Context(), f, *flags, func(s *session.Session, holder *state.Holder) error {
				showLock(f, s.Store.Describe(), holder)
				switch {
				case holder == nil:
					return nil
				case !force:
					return &cli.ExitError{Code: cli.ExitLocked, Err: cli.WithRemedy(errors.New("the lock was not removed"),
						`Wait for that run to end. If it is really gone: moose lock release --force --reason "..."`)}
				}
				return releaseLock(cmd.Context(), f, s.Store, *holder, reason)
			})
		},
	}
	addConnectionFlags(cmd, flags)
	cmd.Flags().BoolVar(&force, "force", false, "remove the lock although its holder did not release it")
	cmd.Flags().StringVar(&reason, "reason", "", "why, in a `sentence` that is recorded; required with --force")
	return cmd
}

// onLock opens the project's store and looks at the lock.
func onLock(ctx context.Context, f *cli.Factory, flags session.Flags, act func(*session.Session, *state.Holder) error) (err error) {
	s, err := session.Open(ctx, f, flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.Close()) }()
	holder, err := s.Store.Holder(ctx)
	if err != nil {
		return err
	}
	return act(s, holder)
}

// releaseLock records that the lock is taken away from holder, and then removes it.
func releaseLock(ctx context.Context, f *cli.Factory, store state.Store, holder state.Holder, reason string) error {
	breaker, breaks := store.(state.Breaker)
	shelf, keeps := store.(state.Shelf)
	if !breaks || !keeps {
		return fmt.Errorf("a lock in %s cannot be removed by this command", store.Describe())
	}
	at := holder.Seen
	if at.IsZero() {
		at = f.Now()
	}
	name, err := state.RecordRelease(ctx, shelf, state.Release{At: at, By: executor.Owner(f), Reason: f.Redact(reason), Holder: holder})
	if err != nil {
		return cli.WithRemedy(err, "The lock was not removed.")
	}
	err = breaker.Break(ctx, holder)
	if errors.Is(err, state.ErrChanged) {
		// The record is of something that did not happen when the same run still holds it.
		if now, lookErr := store.Holder(ctx); lookErr == nil && now != nil && now.Same(holder) {
			_ = shelf.Remove(ctx, name)
		}
		return &cli.ExitError{Code: cli.ExitLocked, Err: cli.WithRemedy(err, "Nothing was removed. `moose lock status` shows who holds it now.")}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f.Out, "Removed. Recorded with the reason: %s\n", cli.SafeLine(f.Redact(reason)))
	return err
}
