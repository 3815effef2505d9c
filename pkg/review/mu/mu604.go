package mu

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mu604 = &review.Rule{
	Code: "MU604", Name: "index or projection for new rows only", Severity: finding.Info,
	Detects: "A table with rows gets an index or a projection.",
	Happens: "It is made for parts that are written from then on. Queries read the older parts without it, until these are merged or it is made for them.",
	Remedy:  "make it for the older parts, too: `ALTER TABLE … MATERIALIZE INDEX …` or `MATERIALIZE PROJECTION …`",
	Demo: review.Demo{
		{Say: "a table with rows gets an index", SQL: "CREATE TABLE sales (id UInt32, price Int32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO sales SELECT number, number FROM numbers(1000)"},
		{SQL: "ALTER TABLE sales ADD INDEX by_price price TYPE minmax GRANULARITY 1"},
		{Say: "the part that is there has none", SQL: "SELECT sum(secondary_indices_compressed_bytes) > 0 FROM system.parts WHERE database = currentDatabase() AND active", Want: "0"},
		{Say: "until it is made for it", SQL: "ALTER TABLE sales MATERIALIZE INDEX by_price SETTINGS mutations_sync = 2"},
		{SQL: "SELECT sum(secondary_indices_compressed_bytes) > 0 FROM system.parts WHERE database = currentDatabase() AND active", Want: "1"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, t := range s.Tables(diff.Update) {
			if t.Before == nil || t.Before.Rows == nil || *t.Before.Rows == 0 {
				continue
			}
			var made, names []string
			for _, i := range t.Table.Indexes {
				if i.After != nil {
					made, names = append(made, "MATERIALIZE INDEX "+sqltext.Ident(i.Name)), append(names, "index "+i.Name)
				}
			}
			for _, p := range t.Table.Projections {
				if p.After != nil {
					made, names = append(made, "MATERIALIZE PROJECTION "+sqltext.Ident(p.Name)), append(names, "projection "+p.Name)
				}
			}
			if len(made) == 0 {
				continue
			}
			h := hit(s, t, names...)
			h.Remedy = "make it for the older parts, too: `ALTER TABLE " + sqltext.Qualified(t.Before.Name.Database, t.Before.Name.Object) + " " + strings.Join(made, ", ") + "`"
			h.Text = fmt.Sprintf("table %s gets %s for new rows only; the %s that it holds are read without", s.Label(t), strings.Join(names, ", "), report.RowsText(*t.Before.Rows))
			out = append(out, h)
		}
		return out
	},
}
