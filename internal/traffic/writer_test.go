package traffic

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	driver "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

// batch is how many rows one INSERT has; rate is how many rows a second all writers
// together insert into one place, when the server is fast enough.
const (
	batch = 50
	rate  = 500
)

// place is what writers insert into. Its statements have the first number and how many rows
// as %d.
type place struct {
	name string
	// statements are tried in turn: an INSERT that is refused since the table or a column
	// has another name now is the client's to repeat in the new way.
	statements []string
	// acked and refused are the first numbers of batches that the server took, and of those
	// that it answered with an error.
	mu             sync.Mutex
	acked, refused []int
	errors         []string
}

// traffic is a number of writers.
type traffic struct {
	t      *testing.T
	client *clickhouse.Client
	db     string
	next   atomic.Int64
	places []*place
	began  time.Time
	wg     sync.WaitGroup
	stop   context.CancelFunc
}

func newTraffic(t *testing.T) *traffic {
	t.Helper()
	ch := testparts.ClickHouse(t)
	db := testparts.Database(t, ch)
	target, err := dsn.ParseClickHouse(ch.NativeURL(db))
	if err != nil {
		t.Fatal(err)
	}
	client, err := clickhouse.Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return &traffic{t: t, client: client, db: db}
}

func (w *traffic) exec(statements ...string) {
	w.t.Helper()
	for _, sql := range statements {
		if err := w.client.Conn().Exec(w.t.Context(), sql); err != nil {
			w.t.Fatalf("%s: %v", sql, err)
		}
	}
}

func (w *traffic) is(query, want string) {
	w.t.Helper()
	if got, err := w.client.Lines(w.t.Context(), query); err != nil || got != want {
		w.t.Errorf("%s: %q %v, want %q", query, got, err, want)
	}
}

// start lets two writers insert into each place.
func (w *traffic) start(places ...*place) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.t.Context()))
	w.stop, w.places, w.began = cancel, places, time.Now()
	for _, p := range places {
		for range 2 {
			w.wg.Go(func() { w.write(ctx, p) })
		}
	}
}

func (w *traffic) write(ctx context.Context, p *place) {
	tick := time.NewTicker(time.Second * batch * 2 / rate)
	defer tick.Stop()
	way := 0
	for ctx.Err() == nil {
		first := int(w.next.Add(batch)) - batch
		sql := fmt.Sprintf(p.statements[way], first, batch)
		err := w.client.Conn().Exec(context.WithoutCancel(ctx), sql) // one that has begun gets its answer
		p.mu.Lock()
		if err == nil {
			p.acked = append(p.acked, first)
		} else {
			p.refused, p.errors = append(p.refused, first), append(p.errors, short(err))
			way = (way + 1) % len(p.statements)
		}
		p.mu.Unlock()
		if err != nil {
			continue // repeated at once, as new rows
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

func short(err error) string {
	var e *driver.Exception
	if errors.As(err, &e) {
		text, _, _ := strings.Cut(e.Message, "\n")
		return fmt.Sprintf("%d %.120s", e.Code, text)
	}
	return err.Error()
}

// end stops the writers and says what they did.
func (w *traffic) end() {
	w.stop()
	w.wg.Wait()
	took := time.Since(w.began)
	for _, p := range w.places {
		slices.Sort(p.acked)
		w.t.Logf("%s: %d rows acknowledged, %.0f a second, %d inserts refused: %q", p.name, len(p.acked)*batch, float64(len(p.acked)*batch)/took.Seconds(), len(p.refused), p.errors)
		if len(p.acked) == 0 {
			w.t.Errorf("%s: no insert was taken", p.name)
		}
	}
}

// holds demands that a table has every acknowledged row of the places once, none of the
// refused ones, and nothing else.
func (w *traffic) holds(table string, places ...*place) {
	w.t.Helper()
	var firsts []string
	for _, p := range places {
		for _, first := range p.acked {
			firsts = append(firsts, fmt.Sprint(first))
		}
	}
	rows := fmt.Sprintf("(SELECT arrayJoin([%s]) + number AS want FROM numbers(%d))", strings.Join(firsts, ", "), batch)
	w.is(fmt.Sprintf("SELECT count(), uniqExact(id), countIf(id NOT IN %[2]s) FROM %[1]s", table, rows), fmt.Sprintf("%d\t%d\t0", len(firsts)*batch, len(firsts)*batch))
	w.is(fmt.Sprintf("SELECT groupArray(5)(want) FROM %s WHERE want NOT IN (SELECT toUInt64(id) FROM %s)", rows, table), "[]")
}

// lostValues counts the rows whose value a renamed column has lost, and demands that they
// are of inserts that were under way at the rename, at most one of each of the two writers:
// the server files such values under the old name, from where the next merge drops them.
func (w *traffic) lostValues(table, column, value string) {
	w.t.Helper()
	lost, err := w.client.Lines(w.t.Context(), fmt.Sprintf("SELECT count() FROM %s WHERE %s != '%s'", table, column, value))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Logf("%s.%s: %s rows have lost their value", table, column, lost)
	w.is(fmt.Sprintf("SELECT count() <= %d FROM %s WHERE %s != '%s'", 2*batch, table, column, value), "1")
}
