package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

func newAuditCmd(f *cli.Factory) *cobra.Command {
	flags, asJSON := &session.Flags{}, false
	cmd := &cobra.Command{
		Use:     "audit",
		GroupID: groupInspect,
		Short:   "Show which findings people let pass in migrations, who did, and why",
		Long: `Show the decisions that migrations made use of, the newest first: what was let
pass, by whom, why, and for which plan. They are kept in the state store, and are
recorded before a migration changes anything. Nothing is changed here.`,
		Example: `  moose audit --clickhouse-url "$CLICKHOUSE_URL"
  moose audit --json > audit.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runAudit(cmd.Context(), f, *flags, asJSON) },
	}
	addConnectionFlags(cmd, flags)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print them as JSON")
	return cmd
}

func runAudit(ctx context.Context, f *cli.Factory, flags session.Flags, asJSON bool) (err error) {
	f.Quiet = asJSON
	s, err := session.Open(ctx, f, flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.Close()) }()
	trail, ok := s.Store.(state.Trail)
	if !ok {
		return fmt.Errorf("%s keeps no record of what was allowed", s.Store.Describe())
	}
	used, err := trail.Recorded(ctx)
	if err != nil {
		return err
	}
	slices.Reverse(used)
	if asJSON {
		enc := json.NewEncoder(f.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if used == nil {
			used = []state.Used{}
		}
		return enc.Encode(map[string]any{"format_version": 1, "overrides": used})
	}
	if len(used) == 0 {
		_, err = fmt.Fprintf(f.Out, "No migration has made use of an override yet (%s).\n", s.Store.Describe())
		return err
	}
	for i, u := range used {
		// One migration has one heading.
		if i == 0 || !u.At.Equal(used[i-1].At) || u.Digest != used[i-1].Digest || u.Run != used[i-1].Run {
			fmt.Fprintf(f.Out, "%s  plan %s  %s  %s\n", u.At.Format(time.DateTime+" UTC"), plan.Short(u.Digest), cli.SafeLine(u.Environment), cli.SafeLine(u.Run))
		}
		fmt.Fprintf(f.Out, "  %s\n    %s\n", cli.SafeLine(strings.TrimSpace(u.Code+" "+u.Object)+": "+u.Text), cli.SafeLine(who(u)))
	}
	return nil
}

// who says who let a finding pass, how, when, and why.
func who(u state.Used) string {
	text := "allowed by " + u.By
	switch {
	case u.URL != "":
		text += ", " + u.URL
	case u.Via != "":
		text += ", by " + u.Via
	}
	if !u.Decided.IsZero() {
		text += ", on " + u.Decided.Format(time.DateOnly)
	}
	if !u.Expires.IsZero() {
		text += ", until " + u.Expires.Format(time.DateTime+" UTC")
	}
	if u.Reason == "" {
		return text + ", without a reason"
	}
	return text + ": " + u.Reason
}
