package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

func newStatusCmd(f *cli.Factory) *cobra.Command {
	flags, asJSON := &session.Flags{}, false
	cmd := &cobra.Command{
		Use:     "status",
		GroupID: groupInspect,
		Short:   "Show how the newest migration stands",
		Long: `Show the newest migration: its plan, who ran it, how many of its operations are
done, what is in doubt, why it stopped, and which dropped tables can still be brought
back; and who holds the migration lock. Nothing is changed.`,
		Example: `  moose status --clickhouse-url "$CLICKHOUSE_URL"
  moose status --json | jq .run.status`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runStatus(cmd.Context(), f, *flags, asJSON) },
	}
	addConnectionFlags(cmd, flags)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return cmd
}

// standing is how the newest migration stands, as `moose status --json` prints it.
type standing struct {
	FormatVersion int    `json:"format_version"`
	Store         string `json:"store"`
	// Run is the newest one, nil when there was none; Done counts its verified operations.
	Run  *journal.Run `json:"run"`
	Done int          `json:"done"`
	// Open is set when it can be resumed, or still works: the lock tells.
	Open bool `json:"open"`
	// InDoubt are the operations of which the journal does not say whether they happened.
	InDoubt []doubtful `json:"in_doubt"`
	// Lock is who holds the lock, nil for nobody.
	Lock *holder `json:"lock"`
}

type doubtful struct {
	// Number is that of the operation, from 1.
	Number      int           `json:"number"`
	Description string        `json:"description,omitzero"`
	Class       migrate.Class `json:"class,omitzero"`
}

type holder struct {
	Name    string    `json:"name"`
	Machine string    `json:"machine,omitzero"`
	Actor   string    `json:"actor,omitzero"`
	RunURL  string    `json:"run_url,omitzero"`
	PID     int       `json:"pid,omitzero"`
	Since   time.Time `json:"since,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
}

func runStatus(ctx context.Context, f *cli.Factory, flags session.Flags, asJSON bool) (err error) {
	f.Quiet = asJSON
	s, err := session.Open(ctx, f, flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.Close()) }()
	st, err := stands(ctx, s.Store)
	if err != nil {
		return err
	}
	if asJSON {
		enc := json.NewEncoder(f.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(st)
	}
	st.text(f.Out, f.Now())
	return nil
}

func stands(ctx context.Context, store state.Store) (*standing, error) {
	st := &standing{FormatVersion: 1, Store: store.Describe(), InDoubt: []doubtful{}}
	held, err := store.Holder(ctx)
	if err != nil {
		return nil, err
	}
	if held != nil {
		st.Lock = &holder{held.Name(), held.Machine, held.Actor, held.RunURL, held.PID, held.Started, held.Expires}
	}
	u, err := migrate.Newest(ctx, store)
	if err != nil || u == nil {
		return st, err
	}
	st.Run, st.Done, st.Open = u.Run, u.Run.Steps.Count(journal.Verified), u.Run.Status.Open()
	for _, n := range u.InDoubt() {
		d := doubtful{Number: n}
		if u.Files != nil {
			op := u.Files.Plan.Operations[n-1]
			d.Description, d.Class = plan.Describe(op), migrate.ClassOf(op)
		}
		st.InDoubt = append(st.InDoubt, d)
	}
	return st, nil
}

// text prints it for people.
func (st *standing) text(w io.Writer, now time.Time) {
	line := func(format string, args ...any) { fmt.Fprintln(w, cli.SafeLine(fmt.Sprintf(format, args...))) }
	if st.Run == nil {
		line("No migration has been written down yet (%s).", st.Store)
	} else {
		st.runText(line, now)
	}
	if st.Lock == nil {
		line("Lock: free")
		return
	}
	text := "Lock: held by " + st.Lock.Name
	if !st.Lock.Expires.IsZero() {
		text += ", expires " + st.Lock.Expires.UTC().Format(time.DateTime+" UTC") + " unless it is renewed"
	}
	line("%s", text)
}

func (st *standing) runText(line func(string, ...any), now time.Time) {
	r := st.Run
	status := string(r.Status)
	if r.Status == journal.Running && st.Lock == nil {
		status = "killed (nobody holds the lock)"
	}
	line("Plan %s: %s, %d of %s done", plan.Short(r.Digest), status, st.Done, english.Plural(len(r.Steps), "operation", ""))
	by := state.Holder{Owner: state.Owner{Machine: r.Machine, Actor: r.Actor, RunURL: r.RunURL, PID: r.PID}}
	line("  run %s, begun %s by %s", r.ID, r.Started.UTC().Format(time.DateTime+" UTC"), by.Name())
	if r.Environment != "" || r.Commit != "" {
		line("  environment %s, commit %s", orUnknown(r.Environment), orUnknown(r.Commit))
	}
	for _, at := range r.Resumed {
		line("  resumed %s", at.UTC().Format(time.DateTime+" UTC"))
	}
	if r.Ended.IsZero() {
		line("  last written %s", humanize.RelTime(r.Updated, now, "ago", "from now"))
	} else {
		line("  ended %s", r.Ended.UTC().Format(time.DateTime+" UTC"))
	}
	for _, d := range st.InDoubt {
		if !st.Open {
			break
		}
		line("  in doubt: operation %d, %s (%s)", d.Number, d.Description, d.Class)
	}
	if r.Failure != "" {
		line("  it stopped because: %s", r.Failure)
	}
	if r.Note != "" {
		line("  given up: %s", r.Note)
	}
	for _, d := range r.Drops {
		switch {
		case d.Undrop == "":
			line("  dropped: %s, %s", d.Table, humanize.IBytes(d.Bytes))
		case now.Before(d.Until):
			line("  dropped: %s, %s; bring it back until %s with: %s", d.Table, humanize.IBytes(d.Bytes), d.Until.UTC().Format(time.DateTime+" UTC"), d.Undrop)
		default:
			line("  dropped: %s, %s; it could be brought back until %s", d.Table, humanize.IBytes(d.Bytes), d.Until.UTC().Format(time.DateTime+" UTC"))
		}
	}
	if st.Open && (r.Status == journal.Stopped || st.Lock == nil) {
		line("Go on with `moose migrate --resume`, or give it up with `moose migrate --abandon --reason \"...\"`.")
	}
}

func orUnknown(text string) string {
	if text == "" {
		return "not known"
	}
	return text
}
