package probe_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// server is the real engine that remembers what it was asked.
type server struct {
	t      testing.TB
	client *clickhouse.Client
	db     string
	// mu guards asked: questions are under way side by side.
	mu    sync.Mutex
	asked []string
}

func newServer(t testing.TB) *server {
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
	return &server{t: t, client: client, db: db}
}

func (s *server) exec(sql ...string) {
	s.t.Helper()
	for _, q := range sql {
		if err := s.client.Conn().Exec(s.t.Context(), q); err != nil {
			s.t.Fatalf("%s: %v", q, err)
		}
	}
}

func (s *server) name(table string) schema.Name { return schema.Name{Database: s.db, Object: table} }

func (s *server) Ask(ctx context.Context, sql string, b clickhouse.Bounds, scan func(driver.Rows) error) (clickhouse.Cost, error) {
	if strings.Contains(sql, "countIf(ifNull(") {
		s.mu.Lock()
		s.asked = append(s.asked, sql)
		s.mu.Unlock()
	}
	return s.client.Ask(ctx, sql, b, scan)
}

func (s *server) gather(r probe.Request) *probe.Facts {
	s.t.Helper()
	f, err := probe.Gather(s.t.Context(), s, r)
	if err != nil {
		s.t.Fatal(err)
	}
	return f
}

func (s *server) question(id, table, where string) probe.Question {
	return probe.Question{ID: id, Table: s.name(table), Where: where, Value: "n", Key: "id", Columns: []string{"id", "n"}}
}

func TestAnswers(t *testing.T) {
	s := newServer(t)
	s.exec("CREATE TABLE A (id UInt32, n Nullable(Int64)) ENGINE = MergeTree ORDER BY id PARTITION BY id % 3",
		"INSERT INTO A SELECT number, if(number = 9, NULL, number * 10) FROM numbers(10)",
		"CREATE TABLE `we``ird` (id UInt32, n Int64) ENGINE = MergeTree ORDER BY id")
	r := probe.Request{
		Tables: []schema.Name{s.name("A"), s.name("we`ird")}, Limits: probe.DefaultLimits,
		Questions: []probe.Question{
			s.question("big", "A", "n > 70"), s.question("none", "A", "n > 1000"), s.question("null", "A", "n IS NULL"),
			s.question("empty", "we`ird", "n > 0"), s.question("big", "A", "n > 70"),
		},
	}
	f := s.gather(r)
	for id, want := range map[string]probe.Answer{
		"big": {Rows: 1, Total: 10, Value: "80", Key: "8"}, "none": {Total: 10}, "null": {Rows: 1, Total: 10, Value: "NULL", Key: "9"}, "empty": {},
	} {
		if got := f.Answer(id); got != want {
			t.Errorf("%s: %+v, want %+v", id, got, want)
		}
	}
	if len(s.asked) != 1 {
		t.Errorf("asked %d times:\n%s", len(s.asked), strings.Join(s.asked, "\n"))
	}
	if !f.Answer("none").None() || f.Answer("big").None() || f.Answer("unknown").None() || !errors.Is(f.Answer("unknown").Err, probe.ErrNotAsked) {
		t.Error("what is proven is wrong")
	}
	p := f.Parts.Value[s.name("A")]
	if p.Rows != 10 || p.Partitions != 3 || p.Oldest != "0" || p.Newest != "2" || p.Bytes == 0 || p.Written.IsZero() || f.Parts.Err != nil {
		t.Errorf("parts: %+v %v", p, f.Parts.Err)
	}
	r.Limits.NoExamples = true
	if got := s.gather(r).Answer("big"); got.Value != "" || got.Key != "" || got.Rows != 1 {
		t.Errorf("without examples: %+v", got)
	}
}

// A question that the server refuses costs no other its answer.
func TestARefusedQuestion(t *testing.T) {
	s := newServer(t)
	s.exec("CREATE TABLE A (id UInt32, n Int64) ENGINE = MergeTree ORDER BY id", "INSERT INTO A SELECT number, number FROM numbers(10)")
	f := s.gather(probe.Request{Limits: probe.DefaultLimits, Questions: []probe.Question{
		s.question("good", "A", "n > 5"), s.question("bad", "A", "nothing > 5"), s.question("throws", "A", "throwIf(n > 5)"), s.question("missing", "B", "n > 5"),
	}})
	if a := f.Answer("good"); a.Rows != 4 || a.Err != nil {
		t.Errorf("good: %+v", a)
	}
	for _, id := range []string{"bad", "throws", "missing"} {
		if a := f.Answer(id); a.Err == nil || a.None() || !strings.Contains(a.Err.Error(), "ClickHouse could not count it") {
			t.Errorf("%s: %+v", id, a)
		}
	}
}

// A question cannot write, and ends at its limits.
func TestQuestionsAreBounded(t *testing.T) {
	s := newServer(t)
	s.exec("CREATE TABLE A (id UInt32, n Int64) ENGINE = MergeTree ORDER BY id", "INSERT INTO A SELECT number, number FROM numbers(100000)")
	_, err := s.client.Ask(t.Context(), "INSERT INTO A SELECT 1, 1", clickhouse.Bounds{Seconds: 5}, func(driver.Rows) error { return nil })
	var refused *clickhouse.ServerError
	if !errors.As(err, &refused) || refused.Code != 164 {
		t.Errorf("writing: %v", err)
	}
	_, err = s.client.Ask(t.Context(), "SELECT count() FROM A WHERE n % 3 = 0", clickhouse.Bounds{Seconds: 5, Rows: 1000}, func(driver.Rows) error { return nil })
	if !errors.As(err, &refused) || refused.Code != 158 {
		t.Errorf("too many rows: %v", err)
	}
	limits := probe.Limits{Seconds: 1, Rows: 1 << 40, Bytes: 1 << 40}
	f := s.gather(probe.Request{Limits: limits, Questions: []probe.Question{s.question("slow", "A", "sleepEachRow(0.001) = 1")}})
	if a := f.Answer("slow"); a.Err == nil || a.None() {
		t.Errorf("slow: %+v", a)
	}
}

func TestOfALargeTableASampleIsTaken(t *testing.T) {
	s := newServer(t)
	s.exec("CREATE TABLE A (id UInt32, n Int64, wide String) ENGINE = MergeTree ORDER BY id SETTINGS min_bytes_for_wide_part = 0",
		"INSERT INTO A SELECT number, number, repeat('x', 1000) FROM numbers(100000)")
	for name, limits := range map[string]probe.Limits{
		"rows": {Seconds: 30, Rows: 1000, Bytes: 1 << 40}, "bytes": {Seconds: 30, Rows: 1 << 40, Bytes: 12_000},
	} {
		r := probe.Request{Tables: []schema.Name{s.name("A")}, Limits: limits, Questions: []probe.Question{s.question("none", "A", "n < 0"), s.question("all", "A", "n >= 0")}}
		f := s.gather(r)
		none, all := f.Answer("none"), f.Answer("all")
		if !none.Sampled || none.Err != nil || none.None() || none.Total != 1000 || all.Rows != 1000 || !all.Sampled {
			t.Errorf("%s: %+v %+v", name, none, all)
		}
		if f.Cost.Rows < 1000 || f.Cost.Bytes > 2_000_000 {
			t.Errorf("%s: the wide column was read, too: %+v", name, f.Cost)
		}
	}
}

// refusing is a server with a user who may not read, which the real engine has no way
// to make.
type refusing struct{ message string }

func (r refusing) Ask(context.Context, string, clickhouse.Bounds, func(driver.Rows) error) (clickhouse.Cost, error) {
	return clickhouse.Cost{}, &clickhouse.ServerError{Code: 497, Message: r.message}
}

func TestAMissingGrantIsNamed(t *testing.T) {
	for message, want := range map[string]string{
		"ci: Not enough privileges. To execute this query, it's necessary to have the grant SELECT(age) ON local.Users.": "it lacks the grant SELECT(age) ON local.Users.",
		"no idea": "the user may not read it",
	} {
		r := probe.Request{Limits: probe.DefaultLimits, Tables: []schema.Name{{Database: "local", Object: "Users"}}, Questions: []probe.Question{{ID: "q", Table: schema.Name{Database: "local", Object: "Users"}, Where: "1"}}}
		f, err := probe.Gather(t.Context(), refusing{message}, r)
		if err != nil {
			t.Fatal(err)
		}
		if a := f.Answer("q"); a.Err == nil || !strings.Contains(a.Err.Error(), want) {
			t.Errorf("%q: %v", message, a.Err)
		}
		if f.Parts.Err == nil || f.Columns.Err == nil {
			t.Error("what may not be read counts as known")
		}
	}
}

func TestTheEndOfTheContextIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := probe.Gather(ctx, newServer(t), probe.Request{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// BenchmarkFiftyMillionRows counts in a table of 50 million rows what three rules want
// to know, within the usual limits.
func BenchmarkFiftyMillionRows(b *testing.B) {
	s := newServer(b)
	s.exec("CREATE TABLE A (id UInt64, n Int64, state LowCardinality(String), amount Decimal(18, 4)) ENGINE = MergeTree ORDER BY id",
		"INSERT INTO A SELECT number, number % 1000, ['new', 'paid', 'returned'][number % 3 + 1], number / 7 FROM numbers(50000000)")
	r := probe.Request{Tables: []schema.Name{s.name("A")}, Limits: probe.DefaultLimits}
	for i, where := range []string{"accurateCastOrNull(n, 'Int8') IS NULL", "state = 'returned'", "toDecimal128(toDecimal128(amount, 2), 4) != amount"} {
		r.Questions = append(r.Questions, probe.Question{ID: fmt.Sprint(i), Table: s.name("A"), Where: where, Value: "n", Key: "id", Columns: []string{"id", "n", "state", "amount"}})
	}
	var cost clickhouse.Cost
	for b.Loop() {
		f := s.gather(r)
		cost = f.Cost
		if slices.ContainsFunc(r.Questions, func(q probe.Question) bool { return f.Answer(q.ID).Err != nil || f.Answer(q.ID).Sampled }) {
			b.Fatalf("%+v %+v %+v", f.Answer("0"), f.Answer("1"), f.Answer("2"))
		}
	}
	b.ReportMetric(float64(cost.Bytes), "bytes-read/op")
	b.ReportMetric(float64(cost.Rows), "rows-read/op")
}
