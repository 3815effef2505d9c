package ky

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var ky315 = &review.Rule{
	Code: "KY315", Name: "too many partitions", Severity: finding.Warn,
	Detects: "A table is created or recreated with a partitioning that has almost as many values as there are rows: a time to the second or finer, a UUID, a fractional number.",
	Happens: "An insert that touches more than 100 partitions is refused (max_partitions_per_insert_block). With fewer it leaves many small parts, which makes reading and starting slow.",
	Remedy:  "partition by month, such as toYYYYMM(at), or not at all",
	Demo: review.Demo{
		{Say: "a partition for each second", SQL: "CREATE TABLE events (id UInt32, at DateTime) ENGINE = MergeTree PARTITION BY at ORDER BY id"},
		{Say: "two minutes of events", SQL: "INSERT INTO events SELECT number, toDateTime('2026-01-01 00:00:00') + number FROM numbers(120)", Fails: 252},
		{Say: "a partition for each month", SQL: "CREATE TABLE by_month (id UInt32, at DateTime) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY id"},
		{SQL: "INSERT INTO by_month SELECT number, toDateTime('2026-01-01 00:00:00') + number FROM numbers(120)"},
		{SQL: "SELECT count() FROM by_month", Want: "120"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, t := range s.Tables(diff.Add, diff.Recreate) {
			if t.After == nil || !(inframap.Engine{Name: t.After.Engine.Name}).IsMergeTree() || t.Action == diff.Recreate && !repartitioned(t) {
				continue
			}
			if column := finePartition(t.After); column != nil {
				out = append(out, review.Hit{
					Object: s.Object(t), Source: s.Source(t.Change), What: []string{t.After.PartitionBy, column.Type},
					Text: fmt.Sprintf("table %s gets a partition for each value of %s (%s); an insert with more than 100 of them is refused", s.Label(t), column.Name, column.Type),
				})
			}
		}
		return out
	},
}

func repartitioned(t review.TableEdit) bool {
	_, _, differs := t.Differs("partition by")
	return differs
}

// finePartition is a column that is an element of the partitioning as it is, and has
// almost as many values as there are rows; nil when there is none.
func finePartition(t *schema.Table) *schema.Column {
	for _, e := range sqltext.Elements(t.PartitionBy) {
		c := t.Column(sqltext.Unquote(e))
		if c == nil {
			continue
		}
		for _, fine := range []string{"DateTime", "UUID", "Float", "BFloat", "Decimal"} {
			if strings.HasPrefix(strings.TrimPrefix(c.Type, "Nullable("), fine) {
				return c
			}
		}
	}
	return nil
}
