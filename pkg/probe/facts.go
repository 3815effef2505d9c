package probe

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"golang.org/x/sync/errgroup"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Server is what is asked: one question that only reads, within bounds.
type Server interface {
	Ask(ctx context.Context, sql string, b clickhouse.Bounds, scan func(driver.Rows) error) (clickhouse.Cost, error)
}

// Facts are what the servers answered. A nil *Facts knows nothing.
type Facts struct {
	answers map[string]Answer
	// Parts are what the tables hold, Columns how much each column takes; a table that is
	// missing in them was not asked for or keeps no parts.
	Parts   Known[map[schema.Name]Parts]
	Columns Known[map[schema.Name]map[string]Column]
	// Grants are the rights of the user, not known unless they were asked for.
	Grants Known[Grants]
	// Readers are who reads the tables, by column; the whole table has the name "".
	Readers Known[map[schema.Name]map[string]Readers]
	// Formatted are the statements in the server's own writing, by their text; one that it
	// does not understand is missing.
	Formatted Known[map[string]string]
	// Inner are the hidden tables of materialized views, by the view.
	Inner Known[map[schema.Name]Inner]
	// Streams are the topics on the brokers by their ids, Executions the open ones of
	// workflows by their names.
	Streams    Known[map[string]Stream]
	Executions Known[map[string]Executions]
	// Views are those of the server that may read or fill a table of the request.
	Views Known[map[schema.Name]*schema.View]
	// Layouts are how tables lie on disk, Disks what room they have there, Inserts what was
	// written into them lately, Mutations what is unfinished in them, oldest first.
	Layouts   Known[map[schema.Name]Layout]
	Disks     Known[map[schema.Name]Disk]
	Inserts   Known[map[schema.Name]Inserts]
	Mutations Known[map[schema.Name][]clickhouse.Mutation]
	// Speed is how fast the server rewrites parts.
	Speed Known[Speed]
	// Replicas are those of replicated tables, Clusters the clusters with their hosts.
	Replicas Known[map[schema.Name]Replica]
	Clusters Known[map[string]uint64]
	selects  map[string]Columns
	casts    Casts
	// Cost is what all questions together have read.
	Cost clickhouse.Cost
}

// Known is a fact, or why it could not be had.
type Known[T any] struct {
	Value T
	// Err is nil when Value is what the server said.
	Err error
}

// Request is what a review wants to know.
type Request struct {
	// Tables are those that the plan touches and the server has.
	Tables []schema.Name
	// Views are the materialized views that go or are made anew and have no target.
	Views []schema.Name
	// Statements are those of the project's own SQL, without credentials.
	Statements []string
	Questions  []Question
	// Grants is set when the rights of the user are to be asked for.
	Grants bool
	// Streams are the topics to ask Broker about, Workflows those to ask Scheduler about. A
	// server that cannot be asked is nil.
	Streams   []StreamQuestion
	Workflows []string
	Outside
	// Now is the time of the review.
	Now    time.Time
	Limits Limits
	// Clusters is set when the clusters that the server knows matter.
	Clusters bool
	// Selects are the queries whose columns matter, Casts the conversions of types; both
	// may rest on what was asked before them. nil is none.
	Selects func(*Facts) []Select
	Casts   func(*Facts) []clickhouse.Conversion
}

// Outside are the servers beside ClickHouse, each nil where it cannot be asked.
type Outside struct {
	Broker    Broker
	Scheduler Scheduler
}

// Limits are what the questions of one review may cost, see [DefaultLimits].
type Limits struct {
	// Seconds bounds each question.
	Seconds int
	// Rows bounds the rows of a table that are looked at; of a larger one a sample is.
	Rows uint64
	// Bytes bounds what is read of a table, in bytes in memory, in the same way.
	Bytes uint64
	// NoExamples leaves values and keys of rows out of the answers.
	NoExamples bool
}

// DefaultLimits let a table of a billion small values be counted in full.
var DefaultLimits = Limits{Seconds: 30, Rows: 2_000_000_000, Bytes: 16 << 30}

// fact fills one part of the facts with one query, whatever the number of tables.
type fact func(context.Context, Server, Request, *Facts) clickhouse.Cost

// concurrent is how many questions are under way at a time.
const concurrent = 4

// Gather asks everything. What cannot be found out is no error of the whole: it is
// marked as not known, with the reason. An error means that ctx has ended.
func Gather(ctx context.Context, server Server, r Request) (*Facts, error) {
	f := &Facts{answers: map[string]Answer{}}
	costs := make([]clickhouse.Cost, len(facts)+1)
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(concurrent)
	for i, ask := range facts {
		group.Go(func() error {
			costs[i] = ask(inner, server, r, f)
			return nil
		})
	}
	_ = group.Wait()
	costs[len(facts)] = count(ctx, server, r, f)
	if r.Selects != nil {
		describe(ctx, server, r, r.Selects(f), f)
	}
	if r.Casts != nil {
		convert(ctx, server, r, r.Casts(f), f)
	}
	for _, c := range costs {
		f.Cost.Rows, f.Cost.Bytes = f.Cost.Rows+c.Rows, f.Cost.Bytes+c.Bytes
	}
	return f, context.Cause(ctx)
}

// facts are asked side by side. Each writes its own member of [Facts] only.
var facts = []fact{
	parts, columns, readers, formatted, inner, views, layouts, disks, inserts, mutations, speed, replicas, clusters, grants, streams, executions,
}

// Answer is the answer to a question.
func (f *Facts) Answer(id string) Answer {
	if f == nil {
		return Answer{Err: ErrNotAsked}
	}
	a, ok := f.answers[id]
	if !ok {
		return Answer{Err: ErrNotAsked}
	}
	return a
}
