package hazards

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/remedy"
)

// cured is a plan with a hazard that a remedy takes away.
type cured struct {
	use, object         string
	before, after, fill []string
	// hazard is the finding without the remedy, as [pair] has them.
	hazard string
	// query shows afterwards that nothing is lost; want is what it must yield.
	query, want string
	// fails is what the migration says when the remedy refuses, since a value would be lost.
	fails string
}

var remedies = []cured{
	{
		use: "quarantine", object: "T", hazard: "block DS101 T",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT number FROM numbers(12)"},
		query:  "SELECT sum(total_rows) FROM system.tables WHERE database = currentDatabase() AND startsWith(name, '_moose_trash_T_')", want: "12",
	},
	{
		use: "copy-beside", object: "T", hazard: "block KY301 T",
		before: []string{"CREATE TABLE T (id UInt8, v Int32, w String MATERIALIZED toString(v)) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT number, number * 10 FROM numbers(12)"},
		after:  []string{"CREATE TABLE T (id UInt8, v Int64, w String MATERIALIZED toString(v), n UInt8 DEFAULT 7) ENGINE = MergeTree ORDER BY (v, id)"},
		query:  "SELECT count(), sum(v), max(w), sum(n) FROM T", want: "12\t660\t90\t84",
	},
	{
		use: "checked-column", object: "T.v", hazard: "warn LC201 T.v",
		before: []string{"CREATE TABLE T (id UInt8, v Int64 COMMENT 'how many', z String) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT number, if(number = 3, 300, number), 'z' FROM numbers(12)"},
		after:  []string{"CREATE TABLE T (id UInt8, v Int16 DEFAULT 5 COMMENT 'how many' CODEC(ZSTD(1)), z String) ENGINE = MergeTree ORDER BY id"},
		query:  "SELECT sum(v), max(v), any(z) FROM T", want: "363\t300\tz",
	},
	{
		use: "checked-column", object: "T.v", hazard: "block LC201 T.v",
		before: []string{"CREATE TABLE T (id UInt8, v Int64) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT number, if(number = 3, 300, number) FROM numbers(12)"},
		after:  []string{"CREATE TABLE T (id UInt8, v Int8) ENGINE = MergeTree ORDER BY id"},
		fails:  "column v has values that Int8 does not hold",
		query:  "SELECT sum(v), max(v) FROM T", want: "363\t300",
	},
	{
		use: "checked-column", object: "T.v",
		before: []string{"CREATE TABLE T (id UInt8, v Nullable(Float64)) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T VALUES (1, nan), (2, NULL), (3, 0.5)"},
		after:  []string{"CREATE TABLE T (id UInt8, v Nullable(Float32)) ENGINE = MergeTree ORDER BY id"},
		query:  "SELECT groupArray(toString(v)), countIf(v IS NULL) FROM (SELECT v FROM T ORDER BY id)", want: `['nan','0.5']` + "\t1",
	},
	{
		use: "modify-query", object: "M",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id", "CREATE TABLE S (id UInt8, n UInt64) ENGINE = MergeTree ORDER BY id", "CREATE MATERIALIZED VIEW M TO S AS SELECT id, 1 AS n FROM T"},
		fill:   []string{"INSERT INTO T SELECT number FROM numbers(2)"},
		after:  []string{"CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id", "CREATE TABLE S (id UInt8, n UInt64) ENGINE = MergeTree ORDER BY id", "CREATE MATERIALIZED VIEW M TO S AS SELECT id, 2 AS n FROM T"},
		query:  "SELECT count(), sum(n) FROM S", want: "2\t2",
	},
	{
		use: "expire-later", object: "T", hazard: "block TT401 T",
		before: []string{"CREATE TABLE T (id UInt8, at DateTime) ENGINE = MergeTree ORDER BY id SETTINGS merge_with_ttl_timeout = 100000"},
		fill:   []string{"INSERT INTO T SELECT number, '2001-01-01 00:00:00' FROM numbers(12)"},
		after:  []string{"CREATE TABLE T (id UInt8, at DateTime) ENGINE = MergeTree ORDER BY id TTL at + INTERVAL 1 YEAR SETTINGS merge_with_ttl_timeout = 100000"},
		query:  "SELECT count() FROM T", want: "12",
	},
	{
		use: "materialize-first", object: "T.n", hazard: "block LC220 T.n",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id", "INSERT INTO T SELECT number FROM numbers(12)", "ALTER TABLE T ADD COLUMN n UInt8 DEFAULT 5"},
		after:  []string{"CREATE TABLE T (id UInt8, n UInt8 DEFAULT 9) ENGINE = MergeTree ORDER BY id"},
		query:  "SELECT count(), sum(n) FROM T", want: "12\t60",
	},
}

// TestRemedies chooses a remedy, applies the plan, and demands that what would have
// been lost is there, and that a second plan is empty.
func TestRemedies(t *testing.T) {
	for _, c := range remedies {
		t.Run(c.use, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			s := pair{before: c.before, after: c.after, fill: c.fill}.reviewIn(d)
			if got := found(s, s.Report.Findings, ""); c.hazard != "" && !strings.Contains(strings.Join(got, "\n"), c.hazard) {
				t.Errorf("without the remedy: %q, want %s", got, c.hazard)
			}
			object := d.name + "." + c.object
			out, applied, unused, err := remedy.Apply(s.Outcome, []remedy.Choice{{Object: object, Use: c.use}, {Object: object, Use: "pray"}})
			if err != nil || len(applied) != 1 || len(unused) != 1 || out.Digest == s.Outcome.Digest {
				t.Fatalf("%v: %d applied, %d unused", err, len(applied), len(unused))
			}
			for _, f := range remedy.Mark(s.Report.Findings, applied, remedy.Of(s.Outcome)) {
				if f.Severity != finding.Info && applied[0].Cures(f) {
					t.Errorf("%s %s is still %s", f.Code, f.Object, f.Severity)
				}
			}
			err = d.apply(out)
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("the migration: %v", err)
				}
			} else if err != nil {
				t.Fatal(err)
			}
			if got, err := d.client.Lines(t.Context(), c.query); err != nil || got != c.want {
				t.Errorf("%s: %q %v, want %q", c.query, got, err, c.want)
			}
			if c.fails != "" {
				return
			}
			again, err := planner.Make(t.Context(), d.client, planner.Input{Recorded: s.Outcome.Desired, Desired: s.Outcome.Desired})
			if err != nil || !again.Result.Empty() || len(again.Operations)+len(again.Status.Drift)+len(again.Status.Unmanaged) > 0 {
				t.Errorf("a second plan: %v %+v %+v %v", err, again.Result.Changes, again.Status.Drift, again.Status.Unmanaged)
			}
		})
	}
}

// apply runs all operations of a plan.
func (d *database) apply(o *planner.Outcome) error {
	for _, op := range o.Operations {
		if err := d.client.Execute(d.t.Context(), op, clickhouse.Execution{}); err != nil {
			return err
		}
	}
	return nil
}

// A table on a cluster, and one whose new columns do not hold the old values, have no
// such way.
func TestNoRemedy(t *testing.T) {
	s := pair{
		before: []string{"CREATE TABLE T (id UInt8, v Int64) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT number, number FROM numbers(12)"},
		after:  []string{"CREATE TABLE T (id UInt8, v Int8) ENGINE = MergeTree ORDER BY (v, id)"},
	}.review(t)
	if list := remedy.Of(s.Outcome); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}
