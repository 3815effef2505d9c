package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"golang.org/x/sync/errgroup"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// count answers the questions: all in one query, of one scan per table. Where the
// server refuses that, each question is asked by itself, so that one that cannot be
// answered costs no other its answer.
func count(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	scans := scansOf(r, f)
	if len(scans) == 0 {
		return clickhouse.Cost{}
	}
	cost, err := ask(ctx, server, r, scans, f)
	if err == nil {
		return cost
	}
	var single []scan
	for _, s := range scans {
		for i := range s.questions {
			single = append(single, scan{table: s.table, sample: s.sample, questions: s.questions[i : i+1]})
		}
	}
	var mu sync.Mutex
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(concurrent)
	for _, s := range single {
		group.Go(func() error {
			part := &Facts{answers: map[string]Answer{}}
			c, err := ask(inner, server, r, []scan{s}, part)
			mu.Lock()
			defer mu.Unlock()
			cost.Rows, cost.Bytes = cost.Rows+c.Rows, cost.Bytes+c.Bytes
			a := part.answers[s.questions[0].ID]
			if err != nil {
				a = Answer{Err: explain(err)}
			}
			f.answers[s.questions[0].ID] = a
			return nil
		})
	}
	_ = group.Wait()
	return cost
}

// scan is one look at a table that answers several questions; sample is the number of
// rows to look at, 0 for all.
type scan struct {
	table     schema.Name
	sample    uint64
	questions []Question
}

func scansOf(r Request, f *Facts) []scan {
	byTable := map[schema.Name][]Question{}
	var order []schema.Name
	seen := map[string]bool{}
	for _, q := range r.Questions {
		if seen[q.ID] {
			continue
		}
		seen[q.ID] = true
		if byTable[q.Table] == nil {
			order = append(order, q.Table)
		}
		byTable[q.Table] = append(byTable[q.Table], q)
	}
	scans := make([]scan, len(order))
	for i, n := range order {
		scans[i] = scan{table: n, questions: byTable[n], sample: sampleOf(r.Limits, f, n, byTable[n])}
	}
	return scans
}

// sampleOf is the number of rows to look at so that the limits are kept, 0 for all.
func sampleOf(l Limits, f *Facts, n schema.Name, questions []Question) uint64 {
	p, ok := f.Parts.Value[n]
	if !ok || p.Rows == 0 {
		return 0
	}
	width := max(bytesOf(f, n, p, columnsOf(questions))/p.Rows, 1)
	rows := p.Rows
	if l.Rows > 0 {
		rows = min(rows, l.Rows)
	}
	if l.Bytes > 0 {
		rows = min(rows, max(l.Bytes/width, 1))
	}
	if rows == p.Rows {
		return 0
	}
	return rows
}

// bytesOf is what reading the columns of all rows takes in memory. Where a column has
// no size of its own the whole table counts.
func bytesOf(f *Facts, n schema.Name, p Parts, names []string) uint64 {
	if p.Compact {
		return p.Uncompressed
	}
	var sum uint64
	for _, name := range names {
		if name == PartColumn {
			continue
		}
		size := f.Columns.Value[n][name].Uncompressed
		if size == 0 {
			return p.Uncompressed
		}
		sum += size
	}
	return sum
}

// PartColumn is the column that every MergeTree table has for the name of the part in
// which a row lies. It takes no space.
const PartColumn = "_part"

func columnsOf(questions []Question) []string {
	var out []string
	for _, q := range questions {
		out = append(out, q.Columns...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sql is one SELECT with the rows looked at, and for each question the rows that meet
// it and what to show of one of them.
func (s scan) sql(index int, examples bool) string {
	counts, shown := make([]string, len(s.questions)), make([]string, len(s.questions))
	for i, q := range s.questions {
		if q.Distinct != "" {
			counts[i], shown[i] = "uniq("+q.Distinct+")", "('', '')"
			continue
		}
		counts[i] = "countIf(ifNull(" + q.Where + ", 0))"
		shown[i] = fmt.Sprintf("anyIf((%s, %s), ifNull(%s, 0))", text(q.Value, examples), text(q.Key, examples), q.Where)
	}
	from := sqltext.Qualified(s.table.Database, s.table.Object)
	if s.sample > 0 {
		names := columnsOf(s.questions)
		for i, name := range names {
			names[i] = sqltext.Ident(name)
		}
		if len(names) == 0 {
			names = []string{"1"}
		}
		from = fmt.Sprintf("(SELECT %s FROM %s LIMIT %d)", strings.Join(names, ", "), from, s.sample)
	}
	return fmt.Sprintf("SELECT toUInt32(%d), count(), [%s], [%s] FROM %s", index, strings.Join(counts, ", "), strings.Join(shown, ", "), from)
}

func text(expr string, examples bool) string {
	if expr == "" || !examples {
		return "''"
	}
	return "ifNull(toString(" + expr + "), 'NULL')"
}

// ask answers all questions of the scans, or none of them.
func ask(ctx context.Context, server Server, r Request, scans []scan, f *Facts) (clickhouse.Cost, error) {
	parts := make([]string, len(scans))
	var rows, bytes uint64
	for i, s := range scans {
		parts[i] = s.sql(i, !r.Limits.NoExamples)
	}
	if r.Limits.Rows > 0 && r.Limits.Bytes > 0 {
		// A block is read as a whole, so that a sample reads somewhat more than its rows.
		rows, bytes = uint64(len(scans))*2*r.Limits.Rows, uint64(len(scans))*2*r.Limits.Bytes
	}
	bounds := clickhouse.Bounds{Seconds: r.Limits.Seconds, Rows: rows, Bytes: bytes}
	answered := 0
	cost, err := server.Ask(ctx, strings.Join(parts, " UNION ALL "), bounds, func(rows driver.Rows) error {
		var index uint32
		var total uint64
		var counts []uint64
		var shown [][]any
		if err := rows.Scan(&index, &total, &counts, &shown); err != nil {
			return err
		}
		s := scans[index]
		for i, q := range s.questions {
			a := Answer{Rows: counts[i], Total: total, Sampled: s.sample > 0 && total >= s.sample}
			if a.Rows > 0 {
				a.Value, _ = shown[i][0].(string)
				a.Key, _ = shown[i][1].(string)
			}
			f.answers[q.ID] = a
			answered++
		}
		return nil
	})
	if err == nil && answered == 0 {
		err = errors.New("ClickHouse gave no answer")
	}
	return cost, err
}
