package migrate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// writeTime bounds a write to the journal that has to happen although the run ends.
const writeTime = 10 * time.Second

// maxFailure bounds the reason of a failure in the journal, in bytes.
const maxFailure = 4000

// ledger writes down how a run goes. Several goroutines may use it; what they note at the
// same time is one write. A nil ledger writes nothing.
type ledger struct {
	book journal.Book
	now  func() time.Time
	as   *journal.Run // as it was first, for its id

	mu    sync.Mutex // guards run and noted
	run   *journal.Run
	noted int // counts the changes of run

	writing sync.Mutex // guards what follows
	stored  *journal.Run
	written int
}

// newLedger goes on with a run that is stored as it is.
func newLedger(book journal.Book, now func() time.Time, stored *journal.Run) *ledger {
	return &ledger{book: book, now: now, as: stored, run: stored.Clone(), stored: stored}
}

// note changes the run, without writing it.
func (l *ledger) note(change func(r *journal.Run)) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	change(l.run)
	l.noted++
}

// flush writes what was noted before the call.
func (l *ledger) flush(ctx context.Context) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	want := l.noted
	l.mu.Unlock()
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.written >= want {
		return nil // another goroutine has written it along
	}
	l.mu.Lock()
	next, noted := l.run.Clone(), l.noted
	l.mu.Unlock()
	next.Updated = l.now().UTC()
	if err := l.book.Write(ctx, l.stored, next); err != nil {
		if errors.Is(err, state.ErrChanged) {
			return fmt.Errorf("another process has taken this migration over, so this one stops: %w", err)
		}
		return fmt.Errorf("the next step is not begun, since it could not be written down: %w", err)
	}
	l.stored, l.written = next, noted
	return nil
}

// started writes that a statement of an operation, from 0, may reach the server.
func (l *ledger) started(ctx context.Context, op int) error {
	l.note(func(r *journal.Run) { r.Steps[op] = journal.Started })
	return l.flush(ctx)
}

// statement notes that a number of an operation's statements are done.
func (l *ledger) statement(op, done int) {
	l.note(func(r *journal.Run) {
		if r.Statements == nil {
			r.Statements = map[int]int{}
		}
		r.Statements[op] = done
	})
}

// dropped notes a table that is gone, and how it is brought back.
func (l *ledger) dropped(d journal.Drop) {
	l.note(func(r *journal.Run) { r.Drops = append(r.Drops, d) })
}

// verified notes that the server shows the result of an operation.
func (l *ledger) verified(op int) {
	l.note(func(r *journal.Run) {
		r.Steps[op] = journal.Verified
		delete(r.Statements, op)
	})
}

// notBegun notes that no statement of an operation is in doubt: those that were sent are done.
func (l *ledger) notBegun(op int) {
	l.note(func(r *journal.Run) { r.Steps[op] = journal.Pending })
}

// failed notes that the server refused an operation, or shows that it did not happen.
func (l *ledger) failed(op int) {
	l.note(func(r *journal.Run) { r.Steps[op] = journal.Failed })
}

// end writes how the run ended, also when ctx has ended; failure is nil for none.
func (l *ledger) end(ctx context.Context, status journal.Status, failure error) error {
	if l == nil {
		return nil
	}
	l.note(func(r *journal.Run) {
		r.Status, r.Failure = status, ""
		if !status.Open() {
			r.Ended = l.now().UTC()
		}
		if failure != nil {
			r.Failure = cut(secretsql.Mask(failure.Error()), maxFailure)
		}
	})
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
	defer cancel()
	return l.flush(ctx)
}

// marker is the comment before the statements of an operation, nil for none.
func (l *ledger) marker(op int) func(int) string {
	if l == nil {
		return nil
	}
	return func(n int) string { return l.as.Marker(op, n) }
}

func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + " …"
}
