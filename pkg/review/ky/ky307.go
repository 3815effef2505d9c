package ky

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/recreate"
)

var ky307 = &review.Rule{
	Code: "KY307", Name: "credentials of the engine changed", Severity: finding.Block,
	Detects: "Nothing but the credentials of an engine such as S3 or S3Queue changes: engine_params_hash is another one.",
	Happens: "No ALTER can change them, so the table is dropped and made anew. The files outside stay. A queue forgets which of them it has read and reads all that are still there again, so that its target gets them twice; of a table over files nothing is lost, and only the moment without a table is to be known.",
	Remedy:  "rotate the credentials in a named collection of the server, and give the engine its name",
	Demo: review.Demo{
		{Say: "a table over files, with credentials in its definition", SQL: "CREATE TABLE exported (id UInt8) ENGINE = S3('http://localhost:1/bucket/x.csv', 'old-key', 'old-secret', 'CSV')"},
		{Say: "there is no statement for other ones", SQL: "ALTER TABLE exported MODIFY ENGINE = S3('http://localhost:1/bucket/x.csv', 'new-key', 'new-secret', 'CSV')", Fails: 62},
		{Say: "so the table is dropped and made anew; until then there is none", SQL: "DROP TABLE exported SYNC"},
		{SQL: "SELECT count() FROM exported", Fails: 60},
		{SQL: "CREATE TABLE exported (id UInt8) ENGINE = S3('http://localhost:1/bucket/x.csv', 'new-key', 'new-secret', 'CSV')"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, t := range recreate.Tables(s, "KY307") {
			h := review.Hit{Object: s.Object(t), Source: s.Source(t.Change)}
			if t.Table.After != nil && t.Table.After.EngineParamsHash != nil {
				h.What = []string{*t.Table.After.EngineParamsHash}
			}
			engine := t.Engine()
			start := fmt.Sprintf("table %s is dropped and created anew, empty, because ClickHouse cannot change the credentials of the engine %s in place", s.Label(t), engine)
			switch {
			case recreate.Queue(engine):
				h.Text = start + "; it forgets which files it has read, and reads all that are still there again"
			case report.HoldsRows(engine):
				h.Count = s.Holds(t)
				h.Text = start + strings.Replace(review.And(h.Count), " and", ", and", 1)
			default:
				h.Severity, h.Text = finding.Info, start+"; its files stay, and nobody can read it in between"
			}
			out = append(out, h)
		}
		return out
	},
}
