package executor

import (
	"context"
	"fmt"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// Recover brings back the definitions whose rows ClickHouse cannot rewrite, of the newest
// run, or of the saved plan when there is no unfinished run; files may be nil.
func Recover(ctx context.Context, f *cli.Factory, s *session.Session, files *plan.Files) error {
	newest, err := migrate.Newest(ctx, s.Store)
	if err != nil {
		return err
	}
	in := migrate.Recovery{
		Server: s.Client, Store: s.Store, Owner: Owner(f), Files: files, DefaultDatabase: s.Client.Database(), Now: f.Now,
		Tell:    func(line string) { fmt.Fprintln(f.Out, "  "+safeText(f.Redact(line))) },
		Waiting: func(m clickhouse.Mutation) { f.Note("        " + f.Redact(m.Progress())) },
	}
	if newest != nil && newest.Run.Status.Open() {
		in.Files, in.Run = newest.Files, newest.Run
		if shelf, ok := s.Store.(state.Shelf); ok {
			in.Book = journal.Book{Shelf: shelf}
		}
	}
	if in.Files == nil {
		return cli.WithRemedy(fmt.Errorf("there is neither an unfinished migration nor a saved plan, so it is not known what the definitions were"),
			"Look at system.mutations, and bring the old type back by hand: ALTER TABLE … MODIFY COLUMN.")
	}
	done, err := migrate.Recover(ctx, in)
	for _, b := range done {
		for _, line := range b.Lines() {
			fmt.Fprintln(f.Out, "  "+safeText(f.Redact(line)))
		}
	}
	if err != nil {
		return Exit(f, err)
	}
	if len(done) == 0 {
		fmt.Fprintln(f.Out, "No operation of the migration has a failing mutation; nothing was changed.")
		return nil
	}
	fmt.Fprintf(f.Out, "✓ Recovered: %s\nMend the rows, then go on with `moose migrate --resume`, or give the migration up with --abandon.\n", english.Plural(len(done), "operation", ""))
	return nil
}
